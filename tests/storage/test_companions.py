from __future__ import annotations

import asyncio
from pathlib import Path, PurePosixPath

import pytest

from storage.errors import DiskFailure
from storage.store import Store

COVER = PurePosixPath("Miles/Blue/cover.jpg")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_file_is_laid_down_and_written_anew(store: Store, music: Path) -> None:
    told = [await store.companions.put(COVER, body) for body in (b"one", b"two", b"two")]

    assert [True] * 3 == told
    assert b"two" == (music / COVER).read_bytes()
    assert [COVER] == await store.companions.below(PurePosixPath("Miles"))
    assert [] == await store.companions.below(PurePosixPath("Monk"))


async def test_a_file_of_somebody_elses_stays(store: Store, music: Path) -> None:
    (music / COVER).parent.mkdir(parents=True)
    (music / COVER).write_bytes(b"mine")

    assert not await store.companions.put(COVER, b"one")
    assert not await store.companions.is_ours(COVER)
    await store.companions.drop(COVER)
    assert b"mine" == (music / COVER).read_bytes()


async def test_a_file_of_ours_that_somebody_has_changed_is_theirs(
    store: Store, music: Path
) -> None:
    await store.companions.put(COVER, b"one")
    (music / COVER).write_bytes(b"mine")

    assert not await store.companions.put(COVER, b"two")
    await store.companions.drop(COVER)
    assert b"mine" == (music / COVER).read_bytes()


async def test_of_two_that_are_laid_at_once_what_lies_there_is_ours(store: Store) -> None:
    async with asyncio.TaskGroup() as group:
        for body in (b"one", b"two"):
            group.create_task(store.companions.put(COVER, body))

    assert await store.companions.is_ours(COVER)


async def test_what_is_no_file_is_nothing_of_ours(store: Store, music: Path) -> None:
    (music / COVER).mkdir(parents=True)

    assert not await store.companions.put(COVER, b"one")


async def test_a_file_that_was_cut_off_between_row_and_disk_is_ours_still(
    store: Store, music: Path
) -> None:
    await store.companions.put(COVER, b"one")
    await store.companions.put(COVER, b"two")
    (music / COVER).write_bytes(b"one")  # as it is when the row was written, and the file not yet

    assert await store.companions.put(COVER, b"three")
    assert b"three" == (music / COVER).read_bytes()


async def test_what_is_dropped_is_gone_and_forgotten(store: Store, music: Path) -> None:
    await store.companions.put(COVER, b"one")
    await store.companions.drop(COVER)

    assert not (music / COVER).exists()
    assert [] == await store.companions.below(PurePosixPath())


async def test_a_file_of_ours_is_ours_under_another_name(store: Store, music: Path) -> None:
    other = COVER.with_name("folder.jpg")
    await store.companions.put(COVER, b"one")
    (music / COVER).rename((music / COVER).with_name("folder.jpg"))
    await store.companions.renamed(COVER, other)
    await store.companions.renamed(COVER, other)

    assert await store.companions.is_ours(other)
    assert [other] == await store.companions.below(PurePosixPath())


async def test_nothing_is_written_into_a_library_that_is_away(store: Store, music: Path) -> None:
    (music / ".tad").rmdir()

    with pytest.raises(DiskFailure):
        await store.companions.put(COVER, b"one")
    assert [] == names(music)
