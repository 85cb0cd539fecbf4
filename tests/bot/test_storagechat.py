from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.delivery import Delivery
from bot.media import LARGEST
from bot.storagechat import MOST, PAUSE, StorageChat
from downloader.errors import OfflineError
from sandbox.botapi.person import Person
from sandbox.faults import Rule
from sandbox.world import Chat
from storage.models import Track
from tests.bot.rig import Rig
from tests.bot.test_delivery import Desk, desk_at
from tests.bot.test_hatch import counter_at
from tests.downloader.scripted import OwnedTime


class Shed:
    """A storage chat, and the time by which it works."""

    def __init__(self, desk: Desk, chat: Chat | None = None) -> None:
        self.desk = desk
        chat = chat or desk.rig.world.add_chat("Shed", private=True, members=(desk.rig.bot_user,))
        self.keeper: Person = desk.rig.api.person(desk.rig.owner.user, chat=chat)
        self.time = OwnedTime()
        self.chat = StorageChat(desk.delivery, self.time.clock, chat.marked_id)
        self.marked_id = chat.marked_id

    @property
    def names(self) -> list[str | None]:
        return [one.document.name for one in self.keeper.messages if one.document]

    async def next(self) -> float:
        """Wait until it has done something, and let its pause pass."""
        pause = await self.time.someone_sleeps()
        self.time.advance(pause)
        await asyncio.sleep(0)
        return pause

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.chat.run())
            yield
            task.cancel()


@pytest.fixture
async def shed(rig: Rig) -> AsyncIterator[Shed]:
    async with desk_at(rig) as desk:
        yield Shed(desk)


async def put(shed: Shed, count: int) -> list[Track]:
    return await shed.desk.put(*(f"{number}.mp3" for number in range(count)))


async def test_what_is_wanted_is_sent_one_by_one_and_is_known_then(shed: Shed) -> None:
    tracks = await put(shed, 3)
    async with shed.working():
        shed.chat.want(tracks)
        pauses = [await shed.next() for _ in range(3)]

    assert ["0.mp3", "1.mp3", "2.mp3"] == shed.names
    assert [PAUSE.total_seconds()] * 3 == pauses
    assert {track.id for track in tracks} == set(await shed.desk.known(*tracks))
    assert [] == await shed.desk.plays()


async def test_nobody_is_disturbed(shed: Shed) -> None:
    async with shed.working():
        shed.chat.want(await put(shed, 1))
        await shed.next()

    [call] = shed.desk.rig.api.calls
    assert call.params.flag("disable_notification")


async def test_what_is_known_already_is_not_sent_again(shed: Shed) -> None:
    tracks = await put(shed, 2)
    await shed.desk.delivery.send(shed.desk.spot, tracks[0])
    async with shed.working():
        shed.chat.want(tracks)
        await shed.next()
        await shed.next()
        shed.chat.want(tracks)
        await shed.next()
        await shed.next()

    assert ["1.mp3"] == shed.names


async def test_the_newest_wishes_come_first_and_the_oldest_are_let_go(shed: Shed) -> None:
    tracks = await put(shed, MOST + 5)
    for track in tracks:
        shed.chat.want([track])
    async with shed.working():
        for _ in range(MOST):
            await shed.next()

    assert [f"{number}.mp3" for number in range(MOST + 4, 4, -1)] == shed.names


async def test_what_cannot_be_sent_is_tried_once_and_holds_up_nothing(shed: Shed) -> None:
    gone, fine = await put(shed, 2)
    (shed.desk.rig.folder / "music" / "Trio" / "0.mp3").unlink()
    async with shed.working():
        shed.chat.want([gone, fine])
        await shed.next()
        await shed.next()
        shed.chat.want([gone])
        shed.chat.want(await shed.desk.put("huge.mp3", size=LARGEST + 1))

    assert ["1.mp3"] == shed.names
    assert shed.chat.trouble is None


async def test_a_file_that_telegram_refuses_is_no_trouble_of_the_chat(shed: Shed) -> None:
    bad, fine = await put(shed, 2)
    refused = (400, "Bad Request: wrong type of the web page content")
    shed.desk.rig.api.faults.add(Rule("bot.sendAudio", error=refused))
    async with shed.working():
        shed.chat.want([bad, fine])
        await shed.next()
        await shed.next()

    assert ["1.mp3"] == shed.names
    assert shed.chat.trouble is None


@pytest.mark.parametrize(
    "error",
    [
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: need administrator rights in the channel chat"),
        (403, "Forbidden: bot was kicked from the channel chat"),
    ],
)
async def test_a_chat_that_is_closed_is_told_once_until_it_is_open(
    shed: Shed, error: tuple[int, str]
) -> None:
    tracks = await put(shed, 2)
    shed.desk.rig.api.faults.add(Rule("bot.sendAudio", error=error, times=3))
    with capture_logs() as logs:
        async with shed.working():
            shed.chat.want(tracks)
            pauses = [await shed.next() for _ in range(3)]
            troubled = shed.chat.trouble
            await shed.next()
            await shed.next()

    assert [600.0] * 3 == pauses
    assert error[1] == troubled
    assert shed.chat.trouble is None
    assert 1 == sum(entry["log_level"] == "warning" for entry in logs)
    assert ["0.mp3", "1.mp3"] == sorted(name for name in shed.names if name)


async def test_a_bot_api_that_fails_is_waited_for_in_silence(shed: Shed) -> None:
    shed.desk.rig.api.faults.add(Rule("bot.sendAudio", error=(500, "Internal"), times=4))
    async with shed.working():
        shed.chat.want(await put(shed, 1))
        await shed.next()
        quiet = shed.chat.trouble is None
        await shed.next()

    assert quiet
    assert ["0.mp3"] == shed.names


async def test_without_a_chat_nothing_is_sent(rig: Rig) -> None:
    async with desk_at(rig) as desk:
        chat = StorageChat(desk.delivery, rig.clock, None)
        chat.want(await desk.put("a.mp3"))
        await chat.run()

        assert [] == desk.rig.api.calls


async def test_what_is_too_large_for_the_bot_is_handed_in_and_kept(rig: Rig) -> None:
    async with counter_at(rig) as counter:
        chat = rig.world.add_chat("Shed", private=True, members=(rig.bot_user,))
        keeper = rig.api.person(rig.owner.user, chat=chat)
        [track] = await counter.put("Long.mp3")
        delivery: Delivery = counter.product.app.dispatcher["delivery"]
        await delivery.introduce(chat.marked_id, track)
        await delivery.introduce(chat.marked_id, track)

        assert ["Long.mp3"] == [one.document.name for one in keeper.messages if one.document]
        assert 1 == counter.handed


async def test_what_cannot_be_handed_in_for_now_may_be_wanted_again(rig: Rig) -> None:
    async with counter_at(rig) as counter:
        chat = rig.world.add_chat("Shed", private=True, members=(rig.bot_user,))
        delivery: Delivery = counter.product.app.dispatcher["delivery"]
        desk = Desk(rig, counter.product.store, counter.product.app.bot, delivery)
        shed = Shed(desk, chat)
        [track] = await counter.put("Long.mp3")
        counter.source.script("hand over", OfflineError())
        async with shed.working():
            shed.chat.want([track])
            pauses = [await shed.next()]
            before = list(shed.names)
            shed.chat.want([track])
            pauses.append(await shed.next())

        assert [PAUSE.total_seconds()] * 2 == pauses
        assert ([], ["Long.mp3"]) == (before, shed.names)
