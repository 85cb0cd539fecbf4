from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256

import pytest
from structlog.testing import capture_logs

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DownloaderError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    ServerTroubleError,
    SourceDamagedError,
    ThrottledError,
)
from downloader.parts import PART
from downloader.proof import CheckBytes
from downloader.source import PieceHash
from storage.models import Audio, Reason, Transfer
from storage.store import Store
from tests.downloader.moving import BIG, MIB, Bench
from tests.downloader.scripted import ScriptedFile, song

Change = Callable[[int, list[PieceHash]], Sequence[PieceHash]]  # given what was asked for


def flipped(at: int = 0) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def hashes(bench: Bench) -> list[int]:
    return [asked.offset for asked in bench.source.asked if asked.method == "hashes"]


class Retold(ScriptedFile):
    """Tells the hashes changed, each time by the next change; the last one stays."""

    changes: list[Change]

    async def hashes(self, offset: int) -> Sequence[PieceHash]:
        told = list(await super().hashes(offset))
        change = self.changes.pop(0) if len(self.changes) > 1 else self.changes[0]
        return change(offset, told)


async def fetch_retold(bench: Bench, audio: Audio, *changes: Change) -> None:
    remote = Retold(bench.source, audio.document_id, audio.size)
    remote.changes = list(changes)
    await bench.carrier.fetch(remote, audio.document_id, await bench.row(audio), bench.heard.append)


def test_what_is_risky_may_have_come_in_more_than_one_answer() -> None:
    def covered(which: CheckBytes) -> list[bool]:
        return [
            which.covers(PART, is_resumed=False),
            which.covers(PART, is_resumed=True),
            which.covers(PART + 1, is_resumed=False),
        ]

    assert [True, True, True] == covered(CheckBytes.ALL)
    assert [False, True, True] == covered(CheckBytes.RISKY)
    assert [False, False, False] == covered(CheckBytes.OFF)


@pytest.mark.parametrize(
    ("which", "size", "asked"),
    [
        (CheckBytes.ALL, 10_000, [0]),
        (CheckBytes.RISKY, 10_000, []),
        (CheckBytes.RISKY, 3 * MIB, [0, MIB, 2 * MIB]),
        (CheckBytes.OFF, 3 * MIB, []),
    ],
)
async def test_hashes_are_asked_for_as_the_setting_says(
    store: Store, which: CheckBytes, size: int, asked: list[int]
) -> None:
    audio = song(1, size=size)
    bench = Bench(store, audio, check_bytes=which)

    await bench.fetch(audio)

    assert await bench.has_come(audio)
    assert asked == sorted(hashes(bench))


@pytest.mark.parametrize("skip", range(8))
async def test_f11_a_flipped_byte_anywhere_is_fetched_again(store: Store, skip: int) -> None:
    bench = Bench(store, BIG)
    bench.source.script("part", answer=flipped(3), skip=skip)

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)
    again = bench.source.parts()[8:]
    assert 1 == len(again)
    assert BIG.size == bench.heard[-1]


async def test_f11_only_the_piece_that_is_wrong_is_fetched_again(store: Store) -> None:
    audio = song(1, size=3 * MIB)
    bench = Bench(store, audio)
    bench.source.script("part", answer=flipped(5 * PART + 9), skip=1)

    await bench.fetch(audio)

    assert await bench.has_come(audio)
    *first, last = [one for one in bench.source.asked if one.method == "part"]
    assert [MIB] * 3 == [one.limit for one in first]
    assert PART == last.limit
    assert 5 * PART == last.offset % MIB


async def test_f11_a_piece_that_is_wrong_three_times_is_damaged_at_the_source(
    store: Store,
) -> None:
    audio = song(1, size=3 * MIB)
    bench = Bench(store, audio)
    body = bench.source.bodies[audio.document_id]
    bad = body[: 2 * MIB] + b"damage" + body[2 * MIB + 6 :]

    async def damaged(document_id: int, offset: int, limit: int) -> bytes:
        assert document_id == audio.document_id
        return bad[offset : offset + limit]

    bench.source.read = damaged  # type: ignore[method-assign]  # tells true hashes, bad bytes
    with pytest.raises(SourceDamagedError) as caught:
        await bench.fetch(audio)

    assert Reason.DAMAGED_AT_SOURCE is caught.value.reason
    assert str(2 * MIB) in caught.value.detail
    bad = body
    await bench.fetch(audio)
    assert await bench.has_come(audio)


async def test_f29_a_file_that_goes_on_where_it_should_end_is_damaged(store: Store) -> None:
    """Cut where a piece ends, it would pass piece by piece."""
    audio = song(1, size=2 * PART)
    bench = Bench(store, audio)

    def and_more(_: int, told: list[PieceHash]) -> list[PieceHash]:
        return [*told, PieceHash(2 * PART, PART, sha256(b"more").digest())]

    with pytest.raises(SourceDamagedError) as caught:
        await fetch_retold(bench, audio, and_more)

    assert Reason.DAMAGED_AT_SOURCE is caught.value.reason


async def test_f11_a_wrong_hash_is_asked_for_again_too(store: Store) -> None:
    audio = song(1, size=MIB)
    bench = Bench(store, audio)

    def lie(_: int, told: list[PieceHash]) -> list[PieceHash]:
        return [PieceHash(one.offset, one.size, bytes(32)) for one in told]

    await fetch_retold(bench, audio, lie, lambda _, told: told)
    assert await bench.has_come(audio)


async def test_f11_hashes_that_are_always_wrong_publish_nothing(store: Store) -> None:
    audio = song(1, size=MIB)
    bench = Bench(store, audio)

    def lie(_: int, told: list[PieceHash]) -> list[PieceHash]:
        return [PieceHash(one.offset, one.size, bytes(32)) for one in told]

    with pytest.raises(SourceDamagedError):
        await fetch_retold(bench, audio, lie)


@pytest.mark.parametrize("at_once", [1, 3, 8, 56])
async def test_any_number_of_hashes_may_come_in_one_answer(store: Store, at_once: int) -> None:
    bench = Bench(store, BIG)
    body = bench.source.bodies[BIG.document_id]
    told: list[PieceHash] = []

    def some(at: int, _: list[PieceHash]) -> list[PieceHash]:
        return told[at // PART : at // PART + at_once]

    told += [
        PieceHash(at, len(body[at : at + PART]), sha256(body[at : at + PART]).digest())
        for at in range(0, BIG.size, PART)
    ]
    bench.source.script("part", answer=flipped(), skip=4)
    await fetch_retold(bench, BIG, some)

    assert await bench.has_come(BIG)
    assert 9 == len(bench.source.parts())


@pytest.mark.parametrize(
    "error",
    [
        RefusedError("LOCATION_INVALID"),
        RefusedError("METHOD_INVALID"),
        PostingGoneError(Reason.DELETED),
        ChatUnavailableError(Reason.NO_ACCESS),
    ],
)
async def test_hashes_that_are_refused_fail_no_file_and_are_told_of_once(
    store: Store, error: DownloaderError
) -> None:
    bench = Bench(store, BIG)
    bench.source.script("hashes", error, times=100)

    with capture_logs() as logs:
        await bench.fetch(BIG)

    assert await bench.has_come(BIG)
    told = [one for one in logs if one["event"] == "some bytes could not be compared"]
    assert [(BIG.size, str(error))] == [(one["size"], one["why"]) for one in told]


async def test_bytes_of_which_nothing_is_told_are_believed(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.script("part", answer=flipped(), skip=7)

    def gap(_: int, told: list[PieceHash]) -> list[PieceHash]:
        return [one for one in told if not 2 * MIB <= one.offset < 3 * MIB]

    with capture_logs() as logs:
        await fetch_retold(bench, BIG, gap)

    assert await bench.has_come(BIG)
    told = [one for one in logs if one["event"] == "some bytes could not be compared"]
    assert [MIB] == [one["size"] for one in told]


async def test_f01_a_short_throttle_on_hashes_is_sat_out(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.script("hashes", ThrottledError(timedelta(seconds=3)), times=4)

    async with bench.time.passing():
        await bench.fetch(BIG)

    assert await bench.has_come(BIG)
    assert 3.0 in bench.time.slept


async def test_f20_hashes_that_only_trouble_comes_of_are_given_up(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.script("hashes", ServerTroubleError("INTERNAL"), times=1000)

    async with bench.time.passing():
        await bench.fetch(BIG)

    assert await bench.has_come(BIG)


@pytest.mark.parametrize(
    "error",
    [OfflineError(), ThrottledError(timedelta(hours=1)), AccountLostError("SESSION_REVOKED")],
)
async def test_trouble_with_hashes_holds_up_no_byte_and_is_told_when_all_have_come(
    store: Store, error: DownloaderError
) -> None:
    bench = Bench(store, BIG)
    bench.source.script("hashes", error, times=1000)

    with pytest.raises(type(error)):
        await bench.fetch(BIG)

    assert await bench.has_come(BIG)
    assert not await bench.carrier.is_ready(await bench.row(BIG), BIG.size)


async def test_f02_what_was_proven_is_not_proven_twice_after_a_throttle(store: Store) -> None:
    audio = song(1, size=30 * MIB)
    bench = Bench(store, audio)
    bench.source.script("hashes", ThrottledError(timedelta(hours=1)), skip=20, times=1000)
    with pytest.raises(ThrottledError):
        await bench.fetch(audio)
    before = hashes(bench)
    bench.source.forget()

    await bench.fetch(audio)

    assert await bench.has_come(audio)
    assert await bench.carrier.is_ready(await bench.row(audio), audio.size)
    again = hashes(bench)[len(before) :]
    assert 0 < len(again) < 20
    assert set(before) | set(again) == {number * MIB for number in range(30)}


async def test_f38_what_was_on_disk_before_the_start_is_proven_too(store: Store) -> None:
    bench = Bench(store, BIG)
    body = bytearray(bench.source.bodies[BIG.document_id])
    body[4 * MIB + 1] ^= 1  # claimed, and wrong
    async with await store.files.create_part(BIG.document_id, 0) as part:
        await part.write(0, bytes(body))
        await part.sync()
    await store.transfers.save(Transfer(BIG.document_id, BIG.size, PART, b"\xff" * 8))

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)
    assert [4 * MIB] == [offset for _, offset in bench.source.parts()]


async def test_a_file_cut_into_larger_parts_by_an_older_version_is_proven_whole(
    store: Store,
) -> None:
    bench = Bench(store, BIG)
    body = bytearray(bench.source.bodies[BIG.document_id])
    body[4 * MIB + 1] ^= 1
    async with await store.files.create_part(BIG.document_id, 0) as part:
        await part.write(0, bytes(body))
        await part.sync()
    await store.transfers.save(Transfer(BIG.document_id, BIG.size, MIB, b"\x7f"))
    bench.source.script("part", answer=flipped(700_000), skip=1)  # the part, once more

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)


async def test_what_is_not_claimed_is_proven_again_though_it_was_once(store: Store) -> None:
    audio = song(1, size=2 * MIB)
    bench = Bench(store, audio)
    await bench.fetch(audio)
    assert await bench.carrier.is_ready(await bench.row(audio), audio.size)
    row = await store.transfers.get(audio.document_id)
    assert row is not None
    await store.transfers.save(Transfer(row.document_id, row.size, row.part_size, b"\xff\x00"))
    bench.source.script("part", answer=flipped())

    await bench.fetch(audio)

    assert await bench.has_come(audio)


async def test_a_stop_while_hashes_are_awaited_leaves_what_has_come(store: Store) -> None:
    bench = Bench(store, BIG)
    held = bench.source.script("hashes", hold=asyncio.Event(), times=100)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(BIG))
        await held.reached.wait()
        await bench.all_is_here(BIG)
        task.cancel()

    assert await bench.has_come(BIG)
    assert not await bench.carrier.is_ready(await bench.row(BIG), BIG.size)
