from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.errors import (
    DiskError,
    OfflineError,
    RefusedError,
    SourceDamagedError,
    ThrottledError,
)
from downloader.move import Pace
from downloader.room import Room
from downloader.transfer import Carrier
from storage.errors import DiskFailure, DiskTrouble
from storage.files import Files
from storage.models import Audio, Reason, Transfer
from storage.parts import PartFile
from storage.store import Store
from storage.transfers import Transfers
from tests.downloader.scripted import OwnedTime, ScriptedSource, song

MIB = 1 << 20
BIG = song(1, size=7 * MIB + 5)


class Bench:
    """One carrier over real storage; `heard` are the bytes it told of."""

    def __init__(
        self, store: Store, *songs: Audio, pace: Pace | None = None, reserve: int = 0
    ) -> None:
        self.store = store
        self.source = ScriptedSource(*songs)
        self.time = OwnedTime()
        self.heard: list[int] = []
        room = Room(store.files, self.time.clock, reserve)
        self.carrier = Carrier(store, room, self.time.clock, pace or Pace())

    async def fetch(self, audio: Audio) -> None:
        remote = await self.source.open(audio)
        await self.carrier.fetch(remote, audio.document_id, self.heard.append)

    async def body(self, audio: Audio) -> bytes:
        part = await self.store.files.open_part(audio.document_id)
        assert part is not None
        async with part:
            return await part.read(0, audio.size + 1)

    async def has_come(self, audio: Audio) -> bool:
        whole = await self.carrier.is_whole(audio.document_id, audio.size)
        return whole and self.source.bodies[audio.document_id] == await self.body(audio)

    async def claims(self, audio: Audio) -> int:
        row = await self.store.transfers.get(audio.document_id)
        return 0 if row is None else int.from_bytes(row.done, "little").bit_count()


@pytest.mark.parametrize("size", [1, 4096, 4097, 131_072, 131_073, 2 * MIB, 3 * MIB, 3 * MIB + 1])
async def test_a_document_of_any_size_arrives_byte_for_byte(store: Store, size: int) -> None:
    audio = song(1, size=size)
    bench = Bench(store, audio)

    await bench.fetch(audio)

    assert await bench.has_come(audio)
    assert size == bench.heard[-1]
    assert sorted(bench.heard) == bench.heard


async def test_several_parts_are_in_flight_but_no_more_than_the_window(store: Store) -> None:
    audio = song(1, size=12 * MIB)
    bench = Bench(store, audio)

    await bench.fetch(audio)

    assert 4 == bench.source.most_in_flight
    assert 12 == len(set(bench.source.parts())) == len(bench.source.parts())


async def test_f38_nothing_is_claimed_that_was_not_synced(store: Store) -> None:
    audio = song(1, size=7 * MIB)
    bench = Bench(store, audio, pace=Pace(window=1))
    held = bench.source.script("part", hold=asyncio.Event(), skip=3)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(audio))
        await held.reached.wait()

        assert 0 == await bench.claims(audio)

        task.cancel()


async def test_f38_claims_follow_every_four_mebibytes(store: Store) -> None:
    audio = song(1, size=7 * MIB)
    bench = Bench(store, audio, pace=Pace(window=1))
    held = bench.source.script("part", hold=asyncio.Event(), skip=5)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(audio))
        await held.reached.wait()

        assert 4 == await bench.claims(audio)

        task.cancel()


async def test_f38_a_slow_transfer_claims_every_second(store: Store) -> None:
    audio = song(1, size=7 * MIB)
    bench = Bench(store, audio, pace=Pace(window=1))
    gate = asyncio.Event()
    first = bench.source.script("part", hold=gate, skip=1)
    second = bench.source.script("part", hold=asyncio.Event(), skip=1)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(audio))
        await first.reached.wait()
        bench.time.advance(1.5)
        gate.set()
        await second.reached.wait()

        assert 2 == await bench.claims(audio)

        task.cancel()


@pytest.mark.parametrize("part", range(8))
async def test_f24_stopped_anywhere_it_goes_on_without_fetching_a_part_twice(
    store: Store, part: int
) -> None:
    bench = Bench(store, BIG, pace=Pace(window=1))
    held = bench.source.script("part", hold=asyncio.Event(), skip=part)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(BIG))
        await held.reached.wait()
        task.cancel()
    before = len(bench.source.parts())

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)
    assert part + 1 == before
    assert 8 - part == len(bench.source.parts()) - before


async def test_f38_a_bitmap_that_claims_more_than_the_file_has_is_not_believed(
    store: Store,
) -> None:
    bench = Bench(store, BIG)
    async with await store.files.create_part(BIG.document_id, 0) as part:
        await part.write(0, bench.source.bodies[BIG.document_id][: 2 * MIB])
        await part.sync()
    await store.transfers.save(Transfer(BIG.document_id, BIG.size, MIB, b"\xff"))

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)
    assert [n * MIB for n in range(2, 8)] == sorted(offset for _, offset in bench.source.parts())


async def test_f38_claims_without_a_part_are_dropped_before_a_new_part_is_made(
    store: Store,
) -> None:
    bench = Bench(store, BIG)
    await store.transfers.save(Transfer(BIG.document_id, BIG.size, MIB, b"\xff"))
    held = bench.source.script("part", hold=asyncio.Event(), times=99)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(BIG))
        await held.reached.wait()

        assert 0 == await bench.claims(BIG)

        task.cancel()


async def test_a_part_without_claims_or_of_another_size_starts_anew(store: Store) -> None:
    bench = Bench(store, BIG)
    async with await store.files.create_part(BIG.document_id, 0) as part:
        await part.write(0, b"x" * (9 * MIB))
    assert not await bench.carrier.is_whole(BIG.document_id, BIG.size)
    await store.transfers.save(Transfer(BIG.document_id, 9 * MIB, MIB, b"\xff\x01"))
    assert not await bench.carrier.is_whole(BIG.document_id, BIG.size)

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)


async def test_a_lost_part_file_is_not_whole(store: Store) -> None:
    bench = Bench(store, BIG)
    await store.transfers.save(Transfer(BIG.document_id, BIG.size, MIB, b"\xff"))

    assert not await bench.carrier.is_whole(BIG.document_id, BIG.size)


@pytest.mark.parametrize("wrong", [b"", b"short"], ids=["empty", "short"])
async def test_f27_a_short_part_inside_the_file_is_asked_for_again(
    store: Store, wrong: bytes
) -> None:
    bench = Bench(store, BIG)
    bench.source.script("part", answer=lambda _: wrong, skip=2, times=2)

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)
    assert 10 == len(bench.source.parts())


async def test_f28_an_over_long_part_is_asked_for_again(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.script("part", answer=lambda data: data + b"!", skip=1)

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)


async def test_f28_a_part_that_is_always_over_long_ends_it(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.script("part", answer=lambda data: data + b"!", times=999)

    with pytest.raises(SourceDamagedError) as info:
        await bench.fetch(BIG)

    assert Reason.DAMAGED_AT_SOURCE is info.value.reason


async def test_f29_a_source_that_ends_before_its_declared_size_is_incomplete(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.bodies[BIG.document_id] = b"x" * (6 * MIB + 100)

    with pytest.raises(SourceDamagedError) as info:
        await bench.fetch(BIG)

    assert Reason.INCOMPLETE_AT_SOURCE is info.value.reason
    assert f"{6 * MIB + 100} of {BIG.size}" == info.value.detail
    assert not await bench.carrier.is_whole(BIG.document_id, BIG.size)


async def test_f25_a_part_that_never_comes_is_asked_for_again(store: Store) -> None:
    bench = Bench(store, BIG, pace=Pace(part_timeout=timedelta(milliseconds=20)))
    bench.source.script("part", hold=asyncio.Event(), skip=1)

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)


async def test_f25_a_stalled_line_is_offline_after_a_few_tries(store: Store) -> None:
    pace = Pace(window=1, part_timeout=timedelta(milliseconds=5))
    bench = Bench(store, BIG, pace=pace)
    bench.source.script("part", hold=asyncio.Event(), times=999)

    with pytest.raises(OfflineError):
        await bench.fetch(BIG)

    asked = [asked.limit for asked in bench.source.asked if asked.method == "part"]
    assert [MIB, MIB // 8, MIB // 64, MIB // 256][: len(asked)] == asked
    assert pace.tries == len(asked)


async def test_f26_a_drip_goes_on_in_smaller_requests(store: Store) -> None:
    """A line that never brings more than 128 KiB within the time-out."""
    audio = song(1, size=3 * MIB)
    bench = Bench(store, audio, pace=Pace(part_timeout=timedelta(milliseconds=20)))
    bench.source.script("part", hold=asyncio.Event(), times=3)

    await bench.fetch(audio)

    assert await bench.has_come(audio)
    limits = {asked.limit for asked in bench.source.asked if asked.method == "part"}
    assert {MIB, MIB // 8} == limits


async def test_f01_a_short_throttle_is_sat_out_in_place(store: Store) -> None:
    bench = Bench(store, BIG, pace=Pace(window=1))
    bench.source.script("part", ThrottledError(timedelta(seconds=3)), skip=1)
    async with asyncio.TaskGroup() as group:
        group.create_task(bench.fetch(BIG))
        wait = await bench.time.someone_sleeps()
        asked = len(bench.source.parts())
        assert 2 == asked
        bench.time.advance(wait)

    assert 3 <= wait < 4
    assert await bench.has_come(BIG)
    assert 9 == len(bench.source.parts())


async def test_f01_a_long_throttle_is_not_sat_out(store: Store) -> None:
    bench = Bench(store, BIG, pace=Pace(window=1))
    bench.source.script("part", ThrottledError(timedelta(seconds=34)), skip=2)

    with pytest.raises(ThrottledError):
        await bench.fetch(BIG)

    assert 2 == await bench.claims(BIG)
    assert [] == bench.time.slept


async def test_f04_endless_short_throttles_are_passed_on_at_last(store: Store) -> None:
    bench = Bench(store, BIG, pace=Pace(window=1, patient_waits=3))
    bench.source.script("part", ThrottledError(timedelta(0)), times=99)

    async with bench.time.passing():
        with pytest.raises(ThrottledError):
            await bench.fetch(BIG)

    assert 4 == len(bench.source.parts())
    assert 3 == len(bench.time.slept)
    assert all(seconds >= 1 for seconds in bench.time.slept)


async def test_f03_the_speed_limit_narrows_the_window(store: Store) -> None:
    audio = song(1, size=40 * MIB)
    bench = Bench(store, audio)
    bench.source.script("part", ThrottledError(timedelta(seconds=2), premium=True), skip=4, times=2)
    async with asyncio.TaskGroup() as group:
        group.create_task(bench.fetch(audio))
        bench.time.advance(await bench.time.someone_sleeps() + 1)
        while len(bench.source.parts()) < 14:
            await asyncio.sleep(0)
            bench.time.advance(3)
        bench.source.most_in_flight = 0

    assert bench.source.most_in_flight <= 2
    assert await bench.has_come(audio)


async def test_an_error_of_one_part_ends_all_and_keeps_what_came(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.script("part", RefusedError("X"), skip=5)

    with pytest.raises(RefusedError):
        await bench.fetch(BIG)

    assert await bench.claims(BIG) >= 1
    await bench.fetch(BIG)
    assert await bench.has_come(BIG)


async def test_f31_what_would_eat_the_reserve_is_refused_before_a_byte(store: Store) -> None:
    bench = Bench(store, BIG, reserve=await store.files.free_bytes())

    with pytest.raises(DiskError) as info:
        await bench.fetch(BIG)

    assert Reason.DISK_FULL is info.value.reason
    assert [] == bench.source.parts()
    assert frozenset() == await store.files.parts()


async def test_f34_without_its_library_nothing_is_written(store: Store, tmp_path: Path) -> None:
    bench = Bench(store, BIG)
    (tmp_path / "music" / ".tad").rename(tmp_path / "away")

    with pytest.raises(DiskFailure):
        await bench.fetch(BIG)

    assert [] == list((tmp_path / "music").iterdir())


async def test_an_error_that_comes_with_the_cancellation_does_not_outlive_it(store: Store) -> None:
    """The pullers are stopped by a cancellation, and one of them answers it with an error."""
    bench = Bench(store, BIG)
    held = bench.source.script("part", hold=Sulking(), times=99)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(BIG))
        await held.reached.wait()
        task.cancel()

    assert task.cancelled()


class Sulking(asyncio.Event):
    async def wait(self) -> bool:  # type: ignore[override] # always raises
        try:
            await asyncio.Event().wait()
        finally:
            raise OfflineError("cut off")


class FailingPart(PartFile):
    """Fails at the n-th write or sync, as a bad disk does."""

    def __init__(self, real: PartFile, method: str, kind: DiskTrouble) -> None:
        self._real = real
        self._method = method
        self._failure = DiskFailure(kind, Path("part"))
        self._left = 2

    async def __aexit__(self, *error: object) -> None:
        await self._real.__aexit__(None, None, None)

    async def write(self, offset: int, data: bytes) -> None:
        self._count("write")
        await self._real.write(offset, data)

    async def sync(self) -> None:
        self._count("sync")
        await self._real.sync()

    async def size(self) -> int:
        return await self._real.size()

    def _count(self, method: str) -> None:
        self._left -= method == self._method
        if self._left <= 0:
            raise self._failure


class FailingFiles(Files):
    method = "write"
    kind = DiskTrouble.BROKEN

    async def create_part(self, document_id: int, size: int) -> PartFile:
        return FailingPart(await super().create_part(document_id, size), self.method, self.kind)


@pytest.mark.parametrize("method", ["write", "sync"])
async def test_f35_a_part_on_a_bad_disk_is_thrown_away(
    store: Store, tmp_path: Path, method: str
) -> None:
    files = FailingFiles(tmp_path / "music")
    files.method = method
    bench = Bench(replace(store, files=files), BIG, pace=Pace(window=1))

    with pytest.raises(DiskFailure):
        await bench.fetch(BIG)

    assert frozenset() == await store.files.parts()
    assert frozenset() == await store.transfers.documents()


async def test_f31_a_part_on_a_full_disk_is_kept_as_far_as_it_was_synced(
    store: Store, tmp_path: Path
) -> None:
    files = FailingFiles(tmp_path / "music")
    files.kind = DiskTrouble.FULL
    bench = Bench(replace(store, files=files), BIG, pace=Pace(window=1))

    with pytest.raises(DiskFailure):
        await bench.fetch(BIG)

    assert frozenset({BIG.document_id}) == await store.files.parts()
    assert 0 == await bench.claims(BIG)


class CancelledSave(Transfers):
    """The first save of a claim is cut off, as by a pause in that moment."""

    def __init__(self, real: Transfers) -> None:
        super().__init__(real._database)
        self.reached = asyncio.Event()

    async def save(self, transfer: Transfer) -> None:
        if any(transfer.done) and not self.reached.is_set():
            self.reached.set()
            await asyncio.Event().wait()
        await super().save(transfer)


async def test_f65_a_commit_that_was_cut_off_is_made_up_for(store: Store) -> None:
    rows = CancelledSave(store.transfers)
    bench = Bench(replace(store, transfers=rows), BIG, pace=Pace(window=1))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(BIG))
        await rows.reached.wait()
        task.cancel()

    assert 4 == await bench.claims(BIG)
