from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.media import LARGEST
from bot.passing import Passing
from downloader.doing import SnaggedError
from sandbox.botapi.dialogs import Message
from sandbox.faults import Rule
from sandbox.world import Chat, ChatKind
from storage.action import Action, ActionKind, Deed, Snag
from storage.models import Track
from tests.bot.rig import Rig
from tests.bot.test_delivery import Desk, desk_at
from tests.downloader.scripted import START


@dataclass(slots=True)
class Counter:
    """A channel to which tracks are passed."""

    desk: Desk
    club: Chat

    @property
    def passed(self) -> list[Message]:
        reader = self.desk.rig.api.person(self.desk.rig.owner.user, chat=self.club)
        return [one for one in reader.messages if one.media]

    async def pass_on(self, track: Track, target: str = "@club") -> None:
        person_id = self.desk.rig.owner.user.id
        action = Action(ActionKind.SEND, target)
        deed = Deed(1, action, person_id, 3, track.id, -1001, 5, START)
        await Passing(self.desk.store, self.desk.delivery).send(deed)

    async def snag(self, track: Track, target: str = "@club") -> SnaggedError:
        with pytest.raises(SnaggedError) as caught:
            await self.pass_on(track, target)
        return caught.value


@pytest.fixture
async def counter(rig: Rig) -> AsyncIterator[Counter]:
    club = rig.world.add_chat(
        "Club", username="club", kind=ChatKind.CHANNEL, members=(rig.bot_user,)
    )
    async with desk_at(rig) as desk:
        yield Counter(desk, club)


async def test_a_track_goes_to_the_channel_that_is_named(counter: Counter) -> None:
    [track] = await counter.desk.put("So What.mp3")
    await counter.pass_on(track)
    await counter.pass_on(track, str(counter.club.marked_id))
    await counter.pass_on(track, "me")

    assert (2, 1) == (len(counter.passed), len(counter.desk.shown))
    assert 1 == counter.desk.uploads
    assert [] == await counter.desk.plays()


@pytest.mark.parametrize(
    ("answer", "snag", "of_target"),
    [
        ((403, "Forbidden: bot is not a member of the channel chat"), Snag.MAY_NOT, True),
        ((400, "Bad Request: chat not found"), Snag.MAY_NOT, True),
        ((400, "Bad Request: need administrator rights in the channel chat"), Snag.MAY_NOT, True),
        ((400, "Bad Request: not enough rights to send audios to the chat"), Snag.MAY_NOT, True),
        ((400, "Bad Request: the name is odd"), Snag.REFUSED, False),
    ],
)
async def test_who_is_refused_hears_why(
    counter: Counter, answer: tuple[int, str], snag: Snag, of_target: bool
) -> None:
    [track] = await counter.desk.put("So What.mp3")
    counter.desk.rig.api.faults.add(Rule("bot.sendAudio", error=answer))
    found = await counter.snag(track)

    assert (snag, of_target, False) == (found.snag, found.of_target, found.for_good)


async def test_a_chat_that_was_never_seen_may_be_joined_later(counter: Counter) -> None:
    [track] = await counter.desk.put("So What.mp3")

    assert Snag.MAY_NOT is (await counter.snag(track, "@elsewhere")).snag


async def test_what_is_too_large_never_goes(counter: Counter) -> None:
    [track] = await counter.desk.put("long.mp3", size=LARGEST + 1)
    found = await counter.snag(track)

    assert (Snag.TOO_LARGE, True) == (found.snag, found.for_good)


async def test_a_file_that_is_away_may_come_back(counter: Counter) -> None:
    [track] = await counter.desk.put("So What.mp3")
    (counter.desk.rig.folder / "music" / str(track.path)).unlink()
    found = await counter.snag(track)

    assert (Snag.NO_FILE, False, False) == (found.snag, found.of_target, found.for_good)
