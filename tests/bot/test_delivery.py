from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiogram import Bot

from bot.delivery import Delivery
from bot.errors import FileGoneError, TooLargeError
from bot.media import LARGEST, Spot
from bot.session import open_bot
from downloader.clock import Clock
from sandbox.botapi.dialogs import MediaKind, Message
from sandbox.botapi.server import BotApi
from sandbox.faults import Rule
from storage.models import Track
from storage.playing import SentFile
from storage.store import Store
from tests.bot import library
from tests.bot.rig import TOKEN, Rig, open_rig
from tests.stores import store_at


@dataclass(slots=True, eq=False)
class Desk:
    """A delivery before a chat with the owner, who has said something."""

    rig: Rig
    store: Store
    bot: Bot
    delivery: Delivery

    @property
    def spot(self) -> Spot:
        return Spot(self.rig.owner.user.id)

    @property
    def shown(self) -> list[Message]:
        return [one for one in self.rig.owner.messages if one.media]

    @property
    def names(self) -> list[str | None]:
        return [one.document.name for one in self.shown if one.document]

    @property
    def uploads(self) -> int:
        return sum(len(call.params.uploads) for call in self.rig.api.calls)

    async def put(self, *names: str, size: int = 1000) -> list[Track]:
        return await library.put(self.store, self.rig.folder / "music", *names, size=size)

    async def known(self, *tracks: Track) -> dict[int, SentFile]:
        return await self.store.sent_files.of(self.bot.id, [track.id for track in tracks])

    async def plays(self) -> list[int]:
        return await self.store.plays.last(10)


@asynccontextmanager
async def desk_at(rig: Rig, *, is_local: bool = False) -> AsyncIterator[Desk]:
    rig.owner.send("/start")
    async with (
        store_at(rig.folder / "data", rig.folder / "music") as store,
        open_bot(TOKEN, rig.api.url, clock=rig.clock) as bot,
    ):
        yield Desk(rig, store, bot, Delivery(bot, store, rig.clock, is_local=is_local))


@pytest.fixture
async def desk(rig: Rig) -> AsyncIterator[Desk]:
    async with desk_at(rig) as desk:
        yield desk


async def test_a_track_comes_with_its_names_and_its_length(desk: Desk) -> None:
    [track] = await desk.put("So What.mp3")

    await desk.delivery.send(desk.spot, track)

    [message] = desk.shown
    assert message.is_audio
    assert message.text == ""
    document = message.document
    assert document is not None
    assert (document.title, document.performer, document.name) == ("So What", "Trio", "So What.mp3")
    assert (document.duration, document.size) == (track.duration, 1000)


async def test_its_bytes_go_up_once(desk: Desk) -> None:
    [track] = await desk.put("So What.mp3")

    for _ in range(3):
        await desk.delivery.send(desk.spot, track)

    assert (1, 3) == (desk.uploads, len(desk.shown))
    assert ["audio"] == [file.kind for file in (await desk.known(track)).values()]


async def test_an_upload_that_takes_a_while_shows(desk: Desk) -> None:
    [small] = await desk.put("small.mp3")
    [large] = await desk.put("large.mp3", size=1_000_000)

    await desk.delivery.send(desk.spot, small)
    await desk.delivery.send(desk.spot, large)
    await desk.delivery.send(desk.spot, large)

    assert ["small.mp3", "large.mp3", "large.mp3"] == desk.names
    assert 1 == desk.rig.calls("sendChatAction")


async def test_a_track_comes_even_if_that_cannot_be_shown(desk: Desk) -> None:
    [large] = await desk.put("large.mp3", size=1_000_000)
    desk.rig.api.faults.add(Rule("bot.sendChatAction", error=(403, "Forbidden: no")))

    await desk.delivery.send(desk.spot, large)

    assert ["large.mp3"] == desk.names


async def test_two_who_ask_at_once_have_it_uploaded_once(desk: Desk) -> None:
    [track] = await desk.put("So What.mp3")

    async with asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(desk.delivery.send(desk.spot, track))

    assert (1, 3) == (desk.uploads, len(desk.shown))


async def test_what_telegrams_player_does_not_take_is_a_document(desk: Desk) -> None:
    names = ["a.m4a", "b.flac", "c.ogg", "d.opus", "e.wav"]
    for track in await desk.put(*names):
        await desk.delivery.send(desk.spot, track)

    kinds = [one.media.kind for one in desk.shown if one.media]
    assert kinds == [MediaKind.AUDIO, *[MediaKind.DOCUMENT] * 4]


async def test_a_name_may_hold_what_a_form_does_not_like(desk: Desk) -> None:
    name = '"Ça" – 花; a=b%20\\\'.mp3'
    [track] = await desk.put(name)

    await desk.delivery.send(desk.spot, track)

    assert [name] == desk.names


async def test_an_id_that_telegram_refuses_is_forgotten_and_the_file_sent_again(desk: Desk) -> None:
    [track] = await desk.put("So What.mp3")
    await desk.store.sent_files.put(
        desk.bot.id, track.id, SentFile("CQACAgIAAxkBAAIstale", "audio")
    )

    await desk.delivery.send(desk.spot, track)
    await desk.delivery.send(desk.spot, track)

    assert (1, 2) == (desk.uploads, len(desk.shown))


async def test_an_id_that_is_refused_is_forgotten_even_if_the_file_is_gone(desk: Desk) -> None:
    [track] = await desk.put("So What.mp3")
    await desk.store.sent_files.put(
        desk.bot.id, track.id, SentFile("CQACAgIAAxkBAAIstale", "audio")
    )
    (desk.rig.folder / "music" / "Trio" / "So What.mp3").unlink()

    with pytest.raises(FileGoneError):
        await desk.delivery.send(desk.spot, track)

    assert {} == await desk.known(track)


async def test_what_telegram_answers_tells_the_kind(desk: Desk) -> None:
    [track] = await desk.put("So What.mp3")

    def as_document(message: dict[str, object]) -> dict[str, object]:
        audio = message.pop("audio")
        assert isinstance(audio, dict)
        return message | {"document": audio}

    desk.rig.api.faults.add(Rule("bot.sendAudio", reply=as_document))
    await desk.delivery.send(desk.spot, track)

    assert ["document"] == [file.kind for file in (await desk.known(track)).values()]


async def test_f58_what_is_larger_than_a_bot_may_send_is_not_tried(desk: Desk) -> None:
    [track] = await desk.put("Long.mp3", size=LARGEST + 1)

    with pytest.raises(TooLargeError) as caught:
        await desk.delivery.send(desk.spot, track)

    assert (LARGEST + 1, LARGEST) == (caught.value.size, caught.value.limit)
    assert [] == [call.method for call in desk.rig.api.calls]


async def test_a_server_that_takes_less_is_believed(desk: Desk) -> None:
    [track] = await desk.put("Long.mp3")
    desk.rig.api.faults.add(Rule("bot.sendAudio", error=(413, "Request Entity Too Large")))

    with pytest.raises(TooLargeError):
        await desk.delivery.send(desk.spot, track)


async def test_a_file_that_is_gone_is_told(desk: Desk) -> None:
    [track] = await desk.put("So What.mp3")
    (desk.rig.folder / "music" / "Trio" / "So What.mp3").unlink()

    with pytest.raises(FileGoneError):
        await desk.delivery.send(desk.spot, track)


async def test_a_play_is_counted_for_each_that_was_asked_for_by_itself(desk: Desk) -> None:
    one, two, three = await desk.put("a.mp3", "b.mp3", "c.mp3")

    await desk.delivery.send(desk.spot, one)
    await desk.delivery.send(desk.spot, two, by_itself=False)
    await desk.delivery.introduce(desk.rig.owner.user.id, three)

    assert [one.id] == await desk.plays()


async def test_the_better_one_of_a_recording_is_sent_in_its_place(desk: Desk) -> None:
    plain, better = await desk.put("plain.mp3", "better.flac")

    await desk.delivery.send(desk.spot, replace(plain, better_id=better.id))

    assert ["better.flac"] == desk.names
    assert [better.id] == await desk.plays()


@pytest.mark.parametrize("trouble", ["gone", "too large"])
async def test_where_the_best_cannot_be_sent_the_next_best_is(desk: Desk, trouble: str) -> None:
    music = desk.rig.folder / "music"
    size = LARGEST + 1 if trouble == "too large" else 1000
    [best] = await library.put(
        desk.store, music, "best.flac", size=size, title="Blue", format="flac"
    )
    await library.put(desk.store, music, "poor.mp3", title="Blue", bitrate=64_000)
    await library.put(desk.store, music, "good.mp3", title="Blue", bitrate=128_000)
    if trouble == "gone":
        (music / "Trio" / "best.flac").unlink()

    await desk.delivery.send(desk.spot, best)

    assert ["good.mp3"] == desk.names


@pytest.mark.parametrize("sees_the_disk", [True, False])
async def test_a_server_of_ones_own_takes_more(tmp_path: Path, sees_the_disk: bool) -> None:
    async with open_rig(tmp_path) as rig, BotApi(rig.world, local=tmp_path) as local:
        assert local.url != rig.api.url
        owner = local.person(rig.owner.user)
        owner.send("/start")
        async with (
            store_at(rig.folder / "data", rig.folder / "music") as store,
            open_bot(TOKEN, local.url, local=True, clock=Clock()) as bot,
        ):
            if not sees_the_disk:
                refused = (400, "Bad Request: file must be non-empty")
                local.faults.add(Rule("bot.sendAudio", error=refused))
            delivery = Delivery(bot, store, Clock(), is_local=True)
            [track] = await library.put(store, rig.folder / "music", "a b#.mp3", size=LARGEST + 1)

            await delivery.send(Spot(owner.user.id), track)

            documents = [one.document for one in owner.messages if one.document]
            assert [LARGEST + 1] == [one.size for one in documents]
            uploads = sum(len(call.params.uploads) for call in local.calls)
            assert uploads == (0 if sees_the_disk else 1)
