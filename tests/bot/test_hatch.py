from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot import deeplinks
from bot.delivery import Delivery
from bot.errors import FileGoneError, NotHandedError
from bot.hatch import Hatch
from bot.media import LARGEST, LARGEST_HANDED
from bot.sending import Sending
from downloader.errors import (
    AccountLostError,
    DiskError,
    DownloaderError,
    OfflineError,
    RefusedError,
    ThrottledError,
)
from downloader.hands import Address
from sandbox.botapi.dialogs import Acting, Event, Message
from sandbox.faults import Rule
from sandbox.world import User
from storage.models import Person, Reason, Role, Track
from tests.bot import library
from tests.bot.rig import Product, Rig
from tests.bot.test_delivery import Desk, desk_at
from tests.bot.test_prompts import said
from tests.downloader.scripted import ScriptedSource

LARGE = LARGEST + 1


@dataclass(slots=True)
class Counter:
    """The product in front of its owner, with an account that is another person's."""

    rig: Rig
    product: Product
    source: ScriptedSource
    ann: User
    addresses: list[Address] = field(default_factory=list)

    @property
    def shown(self) -> list[Message]:
        return [one for one in self.rig.owner.messages if one.media]

    @property
    def hers(self) -> list[Message]:
        return self.rig.api.person(self.ann).messages

    @property
    def handed(self) -> int:
        return self.source.count("hand over")

    async def put(self, *names: str, size: int = LARGE) -> list[Track]:
        return await library.put(self.product.store, self.rig.folder / "music", *names, size=size)

    def give(self, track: Track, address: Address) -> None:
        """Send the bot a track, as an account does."""
        self.addresses.append(address)
        document = self.rig.world.add_document(
            size=LARGE, name=track.name, title=track.title, duration=track.duration
        )
        self.rig.world.write(self.ann, self.rig.bot_user, address.caption, document)

    def play(self, track: Track) -> None:
        self.rig.owner.send(f"/start {deeplinks.track(track.id)}")

    async def handled(self) -> None:
        """Wait until all that the bot was sent before is handled."""
        self.rig.owner.send("/help")
        await self.rig.hears("/status")


@asynccontextmanager
async def counter_at(rig: Rig) -> AsyncIterator[Counter]:
    source = ScriptedSource()
    async with rig.running(source) as product:
        counter = Counter(rig, product, source, rig.world.add_user("Ann"))
        source.give = counter.give
        yield counter


@pytest.fixture
async def counter(rig: Rig) -> AsyncIterator[Counter]:
    async with counter_at(rig) as counter:
        yield counter


async def test_a_track_that_is_too_large_for_the_bot_comes_by_way_of_an_account(
    counter: Counter,
) -> None:
    [track] = await counter.put("Long.mp3")
    counter.play(track)
    sent = await counter.rig.owner.reply()
    await counter.product.played(track)

    assert sent.document is not None
    assert ("Long", LARGE) == (sent.document.title, sent.document.size)
    assert [700] == [address.bot_id for address in counter.addresses]
    assert ["loader_bot"] == [address.username for address in counter.addresses]
    assert 0 == sum(len(call.params.uploads) for call in counter.rig.api.calls)


async def test_what_was_handed_in_is_removed_and_not_answered(counter: Counter) -> None:
    [track] = await counter.put("Long.mp3")
    counter.play(track)
    await counter.rig.owner.reply()
    await counter.product.played(track)

    assert [] == counter.hers


async def test_while_it_is_on_its_way_the_chat_shows_that_something_comes(
    counter: Counter,
) -> None:
    [track] = await counter.put("Long.mp3")
    held = counter.source.script("hand over", hold=asyncio.Event())
    assert held.hold is not None
    seen = asyncio.Queue[Event]()
    counter.rig.owner.dialog.listeners.append(seen.put_nowait)
    counter.play(track)
    while await seen.get() != Acting("upload_document"):
        pass
    held.hold.set()

    assert (await counter.rig.owner.reply()).is_audio


async def test_a_track_is_handed_in_once(counter: Counter) -> None:
    [track] = await counter.put("Long.mp3")
    for _ in range(3):
        counter.play(track)
    for _ in range(3):
        await counter.rig.owner.reply()
    counter.play(track)
    await counter.rig.owner.reply()

    assert (1, 4) == (counter.handed, len(counter.shown))


async def test_what_the_bot_may_upload_it_uploads(counter: Counter) -> None:
    [track] = await counter.put("Short.mp3", size=1000)
    counter.play(track)
    await counter.rig.owner.reply()

    assert 0 == counter.handed


async def test_what_arrives_when_nobody_waits_any_more_is_kept(counter: Counter) -> None:
    [track] = await counter.put("Long.mp3")
    counter.play(track)
    await counter.rig.owner.reply()
    await counter.product.store.sent_files.forget(700, track.id)
    counter.give(track, counter.addresses[0])
    await counter.product.knows(track)

    assert 1 == counter.handed


Forge = Callable[[str], str]


@pytest.mark.parametrize(
    "forge",
    [
        lambda caption: caption[:-1] + ("A" if caption[-1] != "A" else "B"),
        lambda caption: caption.replace("-1-1-", "-1-2-"),
        lambda caption: caption + " ",
        lambda caption: "",
    ],
    ids=["another signature", "another track", "more words", "no words"],
)
async def test_what_a_stranger_sends_is_not_taken(counter: Counter, forge: Forge) -> None:
    one, two = await counter.put("Long.mp3", "Longer.mp3")
    counter.play(one)
    await counter.rig.owner.reply()
    await counter.product.store.sent_files.forget(700, one.id)
    [address] = counter.addresses
    counter.give(one, replace(address, caption=forge(address.caption)))
    await counter.handled()

    assert {} == await counter.product.store.sent_files.of(700, [one.id, two.id])
    assert 1 == len(counter.hers)  # nobody answers


async def test_a_token_that_was_passed_on_is_not_taken(counter: Counter) -> None:
    [track] = await counter.put("Long.mp3")
    counter.play(track)
    await counter.rig.owner.reply()
    await counter.product.store.sent_files.forget(700, track.id)
    chat = counter.rig.world.add_chat("Leak")
    song = counter.rig.world.add_document(size=9, duration=timedelta(seconds=9))
    post = counter.rig.world.post(chat, counter.addresses[0].caption, song)
    counter.rig.api.person(counter.ann).forward(chat, post)
    await counter.handled()

    assert {} == await counter.product.store.sent_files.of(700, [track.id])


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            AccountLostError("revoked"),
            "no Telegram account is logged in. The owner can do so with /login",
        ),
        (ThrottledError(timedelta(minutes=12)), "asks for a pause. Ask again in 12 min."),
        (OfflineError(), "cannot be reached. Ask again in a moment."),
        (RefusedError("YOU_BLOCKED_USER"), "refuses it. See that it has not blocked me"),
    ],
)
async def test_what_hinders_the_accounts_is_told_with_what_to_do(
    counter: Counter, error: DownloaderError, told: str
) -> None:
    [track] = await counter.put("Long.mp3")
    counter.source.script("hand over", error)
    counter.play(track)
    answer = await counter.rig.owner.reply()
    counter.play(track)
    again = await counter.rig.owner.reply()

    assert told in answer.text
    assert "Trio/Long.mp3" in answer.text
    assert again.is_audio


async def test_an_account_that_fails_after_it_has_sent_has_sent(counter: Counter) -> None:
    """Its last answer may be lost while the file has arrived."""
    [track] = await counter.put("Long.mp3")
    held = counter.source.script("hand over", OfflineError(), hold=asyncio.Event())
    counter.play(track)
    await held.reached.wait()
    assert held.hold is not None
    token = Hatch(
        counter.source,
        counter.product.app.bot,
        counter.product.store.sent_files,
        counter.product.store.vault.sign,
    )._token(track.id)
    counter.give(track, Address(700, "loader_bot", token))
    await counter.product.knows(track)
    await counter.handled()
    held.hold.set()

    assert (await counter.rig.owner.until(lambda one: one.is_audio)).document is not None


def hatched(desk: Desk, source: ScriptedSource) -> Delivery:
    moment = timedelta(milliseconds=20)
    hatch = Hatch(source, desk.bot, desk.store.sent_files, desk.store.vault.sign, moment)
    return Delivery(desk.bot, desk.store, desk.rig.clock, hatch)


async def test_what_does_not_arrive_in_time_is_told(rig: Rig) -> None:
    async with desk_at(rig) as desk:
        [track] = await desk.put("Long.mp3", size=LARGE)
        with pytest.raises(NotHandedError) as caught:
            await hatched(desk, ScriptedSource()).send(desk.spot, track)

    assert (LARGE, Reason.OFFLINE) == (caught.value.size, caught.value.trouble.reason)


async def test_a_file_that_cannot_be_read_is_told_as_gone(rig: Rig) -> None:
    source = ScriptedSource()
    source.script("hand over", DiskError(Reason.DISK_BROKEN))
    async with desk_at(rig) as desk:
        [track] = await desk.put("Long.mp3", size=LARGE)
        with pytest.raises(FileGoneError):
            await hatched(desk, source).send(desk.spot, track)


async def test_of_several_what_must_be_handed_in_comes_last(counter: Counter) -> None:
    long, *short = await counter.put("Long.mp3") + await counter.put("a.mp3", "b.mp3", size=9)
    counter.rig.owner.send("/start")
    await counter.rig.owner.reply()
    sending: Sending = counter.product.app.dispatcher["sending"]
    owner = Person(counter.rig.owner.user.id, "Olga", Role.OWNER)

    asked = said("/recent", by=owner.id, chat=owner.id)
    failures = await sending.all([one.id for one in (long, *short)], asked, owner)

    assert [] == failures
    names = [one.document.name for one in counter.shown if one.document]
    assert ["a.mp3", "b.mp3", "Long.mp3"] == names


async def test_an_id_that_does_not_hold_is_forgotten(counter: Counter) -> None:
    [track] = await counter.put("Long.mp3")
    refused = (400, "Bad Request: wrong file identifier/HTTP URL specified")
    counter.rig.api.faults.add(Rule("bot.sendAudio", error=refused))
    counter.play(track)
    told = await counter.rig.owner.reply()

    assert "Telegram refuses it" in told.text
    assert {} == await counter.product.store.sent_files.of(700, [track.id])


async def test_beyond_what_accounts_may_send_nobody_is_asked(rig: Rig) -> None:
    async with desk_at(rig) as desk:
        delivery = hatched(desk, ScriptedSource())

        assert LARGEST_HANDED == delivery.largest
