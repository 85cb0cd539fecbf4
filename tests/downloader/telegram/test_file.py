from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from telethon.tl import types

from downloader.clock import Clock
from downloader.errors import (
    ChatUnavailableError,
    MisplacedError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.source import RemoteFile, Turn
from downloader.telegram.source import TelethonSource
from sandbox.faults import Drop, Rule
from sandbox.world import Chat as WorldChat
from sandbox.world import Document, Post
from storage.models import Audio, Reason
from tests.downloader.scripted import OwnedTime
from tests.downloader.telegram.stand import KIB, MIB, Stand, body_of, only_audio, part, read

GET, LOOK_UP = "upload.getFile", "channels.getMessages"
EXPIRED = (400, "FILE_REFERENCE_EXPIRED")


@dataclass
class Opened:
    source: TelethonSource
    chat: WorldChat
    post: Post
    audio: Audio
    file: RemoteFile

    @property
    def document(self) -> Document:
        assert self.post.document is not None
        return self.post.document


@asynccontextmanager
async def opened(stand: Stand, *, size: int = 300 * KIB, dc: int = 2) -> AsyncIterator[Opened]:
    """Open the only song of a chat, as after planning."""
    chat = stand.world.add_chat("Jazz", username="jazz")
    post = stand.song(chat, size=size, dc=dc)
    async with stand.source() as source:
        audio = await only_audio(source, await source.chat("@jazz"))
        yield Opened(source, chat, post, audio, await source.open(audio))


async def test_parts_are_the_bytes_of_the_document(stand: Stand) -> None:
    async with opened(stand, size=MIB + 5) as it:
        got = await read(it.file)

        assert got == body_of(it.document)
        assert it.file.size == MIB + 5
        assert await part(it.file, MIB, 4 * KIB) == body_of(it.document)[-5:]


@pytest.mark.parametrize(
    ("offset", "limit"),
    [(0, 2 * KIB), (0, 2 * MIB), (0, 12 * KIB), (4 * KIB, 8 * KIB), (-4 * KIB, 4 * KIB)],
)
async def test_a_part_that_telegram_would_refuse_is_a_bug_of_the_caller(
    stand: Stand, offset: int, limit: int
) -> None:
    async with opened(stand) as it:
        with pytest.raises(AssertionError):
            await part(it.file, offset, limit)


async def test_what_was_just_planned_needs_no_second_look_up(stand: Stand) -> None:
    async with opened(stand) as it:
        await read(it.file)

        assert stand.cluster.counters.of(LOOK_UP) == 0


async def test_what_was_planned_before_a_restart_is_looked_up(stand: Stand) -> None:
    async with opened(stand) as it:
        audio, document = it.audio, it.document
    async with stand.source() as source:
        got = await read(await source.open(audio))

    assert got == body_of(document)
    assert stand.cluster.counters.of(LOOK_UP) == 1


async def test_f21_what_is_not_where_we_ask_is_looked_up_again(stand: Stand) -> None:
    async with opened(stand) as it:
        stand.faults.add(Rule(GET, error=(400, "LOCATION_INVALID")))
        with pytest.raises(MisplacedError):
            await part(it.file, 0, 4 * KIB)

        assert await read(await it.source.open(it.audio)) == body_of(it.document)
        await it.source.open(it.audio)
        assert stand.cluster.counters.of(LOOK_UP) == 1


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(
    "code",
    [
        EXPIRED,
        (400, "FILE_REFERENCE_INVALID"),
        (400, "FILE_REFERENCE_EMPTY"),
        (400, "FILE_REFERENCE_0_EXPIRED"),
    ],
)
async def test_f05_an_expired_reference_is_renewed_at_any_part(
    stand: Stand, number: int, code: tuple[int, str]
) -> None:
    async with opened(stand) as it:
        rule = stand.faults.add(Rule(GET, error=code, skip=number))
        got = await read(it.file)

        assert got == body_of(it.document)
        assert rule.hits == 1


async def test_f05_a_reference_that_truly_aged_is_renewed(stand: Stand) -> None:
    async with opened(stand) as it:
        await part(it.file, 0, 128 * KIB)
        it.document.epoch += 1
        got = await read(it.file)

        assert got == body_of(it.document)
        assert stand.cluster.counters.of(LOOK_UP) == 1


async def test_f05_a_reference_is_renewed_five_times_an_hour_at_most(stand: Stand) -> None:
    now = [1000.0]
    stand.clock = Clock(monotonic=lambda: now[0])
    async with opened(stand) as it:
        rule = stand.faults.add(Rule(GET, error=EXPIRED, times=None))
        with pytest.raises(RefusedError) as caught:
            await part(it.file, 0, 4 * KIB)
        assert caught.value.detail == "FILE_REFERENCE_EXPIRED"
        assert stand.cluster.counters.of(LOOK_UP) == 5

        again = await it.source.open(it.audio)
        with pytest.raises(RefusedError):
            await part(again, 0, 4 * KIB)
        assert stand.cluster.counters.of(LOOK_UP) == 5

        now[0] += timedelta(hours=1, seconds=1).total_seconds()
        rule.times = 1
        assert await part(again, 0, 4 * KIB) == body_of(it.document)[: 4 * KIB]


@pytest.mark.parametrize(
    ("code", "error", "calls"),
    [
        ((500, "RPC_CALL_FAIL"), ServerTroubleError, 1),
        ((420, "FLOOD_WAIT_2"), ThrottledError, 4),  # three times that is sat out
    ],
)
async def test_f05_a_look_up_that_fails_is_no_renewal(
    stand: Stand, code: tuple[int, str], error: type[Exception], calls: int
) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    async with opened(stand) as it, time.passing():
        it.document.epoch += 1
        rule = stand.faults.add(Rule(LOOK_UP, error=code, times=5 * calls))
        for _ in range(5):
            with pytest.raises(error):
                await part(it.file, 0, 4 * KIB)
        got = await part(it.file, 0, 4 * KIB)

        assert got == body_of(it.document)[: 4 * KIB]
        assert rule.hits == 5 * calls


async def test_f05_a_part_that_needs_a_look_up_is_not_asked_for_while_looking_up_rests(
    stand: Stand,
) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    async with opened(stand) as it:
        it.document.epoch += 1
        rule = stand.faults.add(Rule(LOOK_UP, error=(420, "FLOOD_WAIT_300")))
        with pytest.raises(ThrottledError):
            await part(it.file, 0, 4 * KIB)
        for _ in range(3):
            with pytest.raises(ThrottledError) as caught:
                await it.file.turn(4 * KIB)
            assert caught.value.of_reading
        assert (1, 1) == (rule.hits, stand.cluster.counters.of(GET))

        time.advance(300)
        assert await part(it.file, 0, 4 * KIB) == body_of(it.document)[: 4 * KIB]


async def test_f05_parts_in_flight_share_the_trouble_of_one_look_up(stand: Stand) -> None:
    async with opened(stand, size=MIB) as it:
        await part(it.file, 0, 4 * KIB)
        it.document.epoch += 1
        rule = stand.faults.add(Rule(LOOK_UP, error=(500, "RPC_CALL_FAIL"), delay=0.1, times=None))
        turns = [await it.file.turn(128 * KIB) for _ in range(2)]
        async with asyncio.TaskGroup() as tasks:
            for number, turn in enumerate(turns):
                tasks.create_task(told_of_trouble(turn, number * 128 * KIB))
            await stand.faults.next_call(LOOK_UP).wait()
            tasks.create_task(told_of_trouble(turns[0], MIB // 2))  # it comes while that goes on
        assert rule.hits == 1

        rule.times = 0
        for turn in turns:
            turn.give_back()
        assert await read(it.file) == body_of(it.document)


async def told_of_trouble(turn: Turn, offset: int) -> None:
    with pytest.raises(ServerTroubleError):
        await turn.part(offset, 128 * KIB)


async def test_f06_a_reference_to_be_upgraded_is_renewed(stand: Stand) -> None:
    async with opened(stand) as it:
        stand.faults.add(Rule(GET, error=(406, "FILEREF_UPGRADE_NEEDED"), skip=1))

        assert await read(it.file) == body_of(it.document)


async def test_f07_a_file_is_followed_to_its_data_centre(stand: Stand) -> None:
    async with opened(stand) as it:
        await part(it.file, 0, 128 * KIB)
        it.document.dc = 4

        assert await read(it.file) == body_of(it.document)
        assert stand.cluster.counters.calls[4, GET] == 3


async def test_f07_a_ring_of_moves_ends_after_five(stand: Stand) -> None:
    async with opened(stand) as it:

        def from_here(dc: int) -> Rule:
            elsewhere = 6 - dc
            return Rule(GET, error=(303, f"FILE_MIGRATE_{elsewhere}"), times=3)

        stand.faults.add(from_here(2))
        stand.faults.add(from_here(4))
        with pytest.raises(ServerTroubleError) as caught:
            await part(it.file, 0, 4 * KIB)

        assert caught.value.detail.startswith("FILE_MIGRATE_")
        assert stand.cluster.counters.of(GET) == 6


@pytest.mark.parametrize("done", [1, 2])
async def test_f12_a_posting_deleted_midway_is_gone_once_its_reference_expires(
    stand: Stand, done: int
) -> None:
    async with opened(stand) as it:
        for number in range(done):
            await part(it.file, number * 128 * KIB, 128 * KIB)
        stand.world.delete(it.chat, it.post)
        assert await part(it.file, done * 128 * KIB, 128 * KIB)  # it finishes if bytes still come

        it.document.epoch += 1
        with pytest.raises(PostingGoneError) as caught:
            await part(it.file, 0, 128 * KIB)
        assert caught.value.reason is Reason.DELETED


async def test_f12_a_posting_replaced_midway_never_mixes_two_files(stand: Stand) -> None:
    async with opened(stand) as it:
        await part(it.file, 0, 128 * KIB)
        old, new = it.document, stand.world.add_document(size=300 * KIB, name="new.mp3")
        stand.world.edit(it.chat, it.post, document=new)
        old.epoch += 1
        with pytest.raises(PostingGoneError) as caught:
            await part(it.file, 128 * KIB, 128 * KIB)

        assert caught.value.reason is Reason.REPLACED
        assert caught.value.detail == str(new.id)


async def test_f12_a_posting_deleted_or_replaced_since_it_was_planned_is_not_opened(
    stand: Stand,
) -> None:
    async with opened(stand) as it:
        with pytest.raises(PostingGoneError) as replaced:
            await it.source.open(replace(it.audio, document_id=7))
        with pytest.raises(PostingGoneError) as deleted:
            await it.source.open(replace(it.audio, message_id=77))

    assert replaced.value.reason is Reason.REPLACED
    assert deleted.value.reason is Reason.DELETED


async def test_f13_a_file_of_a_chat_that_shut_us_out_is_without_access(stand: Stand) -> None:
    async with opened(stand) as it:
        it.chat.private = True
        with pytest.raises(ChatUnavailableError) as opening:
            await it.source.open(replace(it.audio, message_id=77))
        it.document.epoch += 1
        with pytest.raises(ChatUnavailableError) as reading:
            await part(it.file, 0, 4 * KIB)

    assert opening.value.reason is Reason.NO_ACCESS
    assert reading.value.reason is Reason.NO_ACCESS


@pytest.mark.parametrize(
    ("code", "wait", "premium"),
    [
        ("FLOOD_WAIT_34", 34, False),
        ("FLOOD_WAIT_86400", 86400, False),
        ("FLOOD_PREMIUM_WAIT_5", 5, True),
        ("FLOOD_WAIT_0", 1, False),
        ("FLOOD_WAIT_-3", 1, False),
        ("FLOOD_WAIT_X", 60, False),
    ],
)
async def test_f01_f02_f03_f04_a_flood_wait_is_told_and_kept(
    stand: Stand, code: str, wait: int, premium: bool
) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    async with opened(stand) as it:
        stand.faults.add(Rule(GET, error=(420, code)))
        with pytest.raises(ThrottledError) as caught:
            await part(it.file, 0, 4 * KIB)
        assert caught.value.wait == timedelta(seconds=wait)
        assert caught.value.premium is premium

        calls = stand.cluster.counters.of(GET)
        if wait > 20:
            with pytest.raises(ThrottledError):
                await it.file.turn(4 * KIB)
            time.advance(wait)
        async with time.passing():
            assert await part(it.file, 0, 4 * KIB)
        assert sum(time.slept) == (0 if wait > 20 else wait)
        assert stand.cluster.counters.of(GET) == calls + 1


async def test_f20_server_trouble_is_told_at_once(stand: Stand) -> None:
    async with opened(stand) as it:
        for code in [(500, "INTERNAL"), (-503, "Timeout"), (500, "RPC_CALL_FAIL")]:
            stand.faults.add(Rule(GET, error=code))
            with pytest.raises(ServerTroubleError):
                await part(it.file, 0, 4 * KIB)


@pytest.mark.parametrize("code", ["LIMIT_INVALID", "LOCATION_INVALID", "SOMETHING_NEW"])
async def test_f21_f22_what_telegram_refuses_is_told_with_its_code(stand: Stand, code: str) -> None:
    async with opened(stand) as it:
        stand.faults.add(Rule(GET, error=(400, code)))
        with pytest.raises(RefusedError) as caught:
            await part(it.file, 0, 4 * KIB)

        assert caught.value.detail == code


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("drop", list(Drop))
@pytest.mark.parametrize("dc", [2, 4])
async def test_f24_a_connection_lost_at_any_part_is_not_noticed(
    stand: Stand, number: int, drop: Drop, dc: int
) -> None:
    async with opened(stand, dc=dc) as it:
        stand.faults.add(Rule(GET, drop=drop, skip=number))

        assert await read(it.file) == body_of(it.document)
        assert stand.cluster.counters.of(GET) <= 4  # at most one part was sent twice


@pytest.mark.parametrize("dc", [2, 4])
async def test_f25_a_lost_reply_ends_in_a_new_connection(stand: Stand, dc: int) -> None:
    stand.hurry()
    async with opened(stand, dc=dc) as it:
        await part(it.file, 0, 4 * KIB)
        before = stand.cluster.counters.accepted[dc]
        stand.faults.add(Rule(GET, mute=True))
        with pytest.raises(OfflineError):
            await part(it.file, 0, 4 * KIB)

        assert await part(it.file, 0, 4 * KIB) == body_of(it.document)[: 4 * KIB]
        assert stand.cluster.counters.accepted[dc] == before + 1


async def test_a_reply_of_another_kind_does_not_pass_for_bytes(stand: Stand) -> None:
    wrong: Any = types.upload.CdnFileReuploadNeeded(b"x")
    async with opened(stand) as it:
        stand.faults.add(Rule(GET, reply=lambda _: wrong))
        with pytest.raises(RefusedError):
            await part(it.file, 0, 4 * KIB)
