from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from downloader.errors import (
    DiskError,
    OfflineError,
)
from storage.errors import DiskFailure, DiskTrouble
from storage.files import Files
from storage.models import Reason, Transfer
from storage.parts import PartFile
from storage.store import Store
from tests.downloader.moving import BIG, MIB, Bench
from tests.downloader.scripted import song


@pytest.mark.parametrize("size", [1, 4096, 4097, 131_072, 131_073, 2 * MIB, 3 * MIB, 3 * MIB + 1])
async def test_a_document_of_any_size_arrives_byte_for_byte(store: Store, size: int) -> None:
    audio = song(1, size=size)
    bench = Bench(store, audio)

    await bench.fetch(audio)

    assert await bench.has_come(audio)
    assert size == bench.heard[-1]
    assert sorted(bench.heard) == bench.heard


@pytest.mark.parametrize("part", range(8))
async def test_f24_stopped_anywhere_it_goes_on_without_fetching_a_part_twice(
    store: Store, part: int
) -> None:
    bench = Bench(store, BIG, width=1)
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
    assert not await bench.carrier.is_whole(await bench.row(BIG), BIG.size)
    await store.transfers.save(Transfer(BIG.document_id, 9 * MIB, MIB, b"\xff\x01"))
    assert not await bench.carrier.is_whole(await bench.row(BIG), BIG.size)

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)


async def test_a_lost_part_file_is_not_whole(store: Store) -> None:
    bench = Bench(store, BIG)
    await store.transfers.save(Transfer(BIG.document_id, BIG.size, MIB, b"\xff"))

    assert not await bench.carrier.is_whole(await bench.row(BIG), BIG.size)


async def test_f31_what_would_eat_the_reserve_is_refused_before_a_byte(store: Store) -> None:
    bench = Bench(store, BIG, reserve=await store.files.free_bytes())

    with pytest.raises(DiskError) as info:
        await bench.fetch(BIG)

    assert Reason.DISK_FULL is info.value.reason
    assert [] == bench.source.parts()
    assert frozenset() == await store.files.parts()


async def test_what_only_waits_takes_no_room(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.script("turn", OfflineError())

    with pytest.raises(OfflineError):
        await bench.fetch(BIG)

    assert 0 == await store.files.occupied(BIG.document_id)
    assert frozenset() == await store.files.parts()


async def test_f34_without_its_library_nothing_is_written(store: Store, tmp_path: Path) -> None:
    bench = Bench(store, BIG)
    (tmp_path / "music" / ".tad").rename(tmp_path / "away")

    with pytest.raises(DiskFailure):
        await bench.fetch(BIG)

    assert [] == list((tmp_path / "music").iterdir())


class FailingPart(PartFile):
    """Fails at the n-th write or sync, as a bad disk does."""

    def __init__(self, real: PartFile, method: str, kind: DiskTrouble) -> None:
        self._real = real
        self._method = method
        self._failure = DiskFailure(kind, Path("part"))
        self._left = 2

    async def __aexit__(self, *error: object) -> None:
        await self._real.__aexit__(None, None, None)

    async def write(self, offset: int, data: bytes | memoryview) -> None:
        self._count("write")
        await self._real.write(offset, data)

    async def sync(self) -> None:
        self._count("sync")
        await self._real.sync()

    async def size(self) -> int:
        return await self._real.size()

    async def digests(self, spans: Sequence[tuple[int, int]]) -> list[bytes]:
        return await self._real.digests(spans)

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
    bench = Bench(replace(store, files=files), BIG, width=1)

    with pytest.raises(DiskFailure):
        await bench.fetch(BIG)

    assert frozenset() == await store.files.parts()
    assert frozenset() == await store.transfers.documents()


async def test_f31_a_part_on_a_full_disk_is_kept_as_far_as_it_was_synced(
    store: Store, tmp_path: Path
) -> None:
    files = FailingFiles(tmp_path / "music")
    files.kind = DiskTrouble.FULL
    bench = Bench(replace(store, files=files), BIG, width=1)

    with pytest.raises(DiskFailure):
        await bench.fetch(BIG)

    assert frozenset({BIG.document_id}) == await store.files.parts()
    assert 0 == await bench.claims(BIG)
