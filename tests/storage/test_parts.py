from __future__ import annotations

import asyncio
import os
import resource
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from storage.errors import DiskFailure, DiskTrouble
from storage.files import Files
from storage.parts import PartFile, new_part, old_part, write_fully


async def test_bytes_written_anywhere_are_read_back(files: Files) -> None:
    async with await files.create_part(5, 10) as part:
        await part.write(6, b"6789")
        await part.write(0, b"012345")
        await part.sync()

        assert await part.size() == 10
        assert await part.read(2, 5) == b"23456"
        assert await part.read(8, 100) == b"89"
        assert await part.read(50, 1) == b""


async def test_the_digests_are_those_of_the_bytes_on_disk(files: Files) -> None:
    body = bytes(range(256)) * 12_000  # more than is read at once
    async with await files.create_part(5, len(body)) as part:
        await part.write(0, body)

        spans = [(0, 10), (1_000_000, 2_000_000), (len(body) - 5, 100), (len(body) + 1, 7)]
        assert await part.digests(spans) == [
            sha256(body[start : start + count]).digest() for start, count in spans
        ]


async def test_many_may_write_at_once(files: Files) -> None:
    async with await files.create_part(5, 64 * 100) as part, asyncio.TaskGroup() as group:
        for number in range(100):
            group.create_task(part.write(number * 64, bytes([number]) * 64))

    async with _there(await files.open_part(5)) as part:
        assert await part.read(0, 6400) == b"".join(bytes([n]) * 64 for n in range(100))


async def test_f38_a_part_is_created_once_and_opened_again(files: Files) -> None:
    async with await files.create_part(5, 3) as part:
        await part.write(0, b"abc")

    with pytest.raises(DiskFailure):
        await files.create_part(5, 3)
    async with _there(await files.open_part(5)) as part:
        assert await part.read(0, 3) == b"abc"
    assert await files.open_part(6) is None


async def test_f60_a_part_of_no_bytes_is_possible(files: Files) -> None:
    async with await files.create_part(5, 0) as part:
        await part.sync()

        assert await part.size() == 0


async def test_f31_a_part_that_cannot_fit_is_refused_and_leaves_nothing(files: Files) -> None:
    free = await files.free_bytes()

    with pytest.raises(DiskFailure) as failure:
        await files.create_part(5, free + 2**30)

    assert failure.value.kind is DiskTrouble.FULL
    assert await files.parts() == frozenset()


async def test_f31_a_full_disk_is_told_while_writing() -> None:
    full = await old_part(Path("/dev/full"))
    async with _there(full) as part:
        with pytest.raises(DiskFailure) as failure:
            await part.write(0, b"x")

    assert failure.value.kind is DiskTrouble.FULL


async def test_f35_a_failed_sync_spoils_the_part_for_good(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # cannot be synced: EINVAL
    async with _there(await old_part(tmp_path / "pipe")) as part:
        with pytest.raises(DiskFailure):
            await part.sync()
        with pytest.raises(DiskFailure) as failure:
            await part.sync()

    assert failure.value.kind is DiskTrouble.BROKEN


def test_f36_a_short_write_is_never_taken_for_a_whole_one(tmp_path: Path) -> None:
    number = os.open(tmp_path / "x", os.O_RDWR | os.O_CREAT)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(OSError, match="large"):
            write_fully(number, b"0123456789abcdef", 0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    write_fully(number, b"abcdef", 10)
    os.close(number)

    # The system took ten bytes and said so; the rest was tried again and refused.
    assert (tmp_path / "x").read_bytes() == b"0123456789abcdef"


async def test_a_part_that_is_a_link_is_not_followed(files: Files, music: Path) -> None:
    (music / "victim").write_bytes(b"victim")
    (music / ".tad" / "5.part").symlink_to(music / "victim")

    with pytest.raises(DiskFailure):
        await files.open_part(5)
    with pytest.raises(DiskFailure):
        await files.create_part(5, 1)
    assert (music / "victim").read_bytes() == b"victim"


async def test_published_files_get_the_mode_that_the_person_chose(
    files: Files, music: Path
) -> None:
    before = os.umask(0o027)
    try:
        async with await files.create_part(5, 0):
            pass
    finally:
        os.umask(before)

    assert stat.S_IMODE((music / ".tad" / "5.part").stat().st_mode) == 0o640


async def test_a_cancelled_write_never_reaches_another_file(files: Files, music: Path) -> None:
    for number in range(50):
        part = await files.create_part(number, 0)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(_written(part))
            for _ in range(number % 4):
                await asyncio.sleep(0)
            task.cancel()
        (music / f"{number}.txt").write_bytes(b"mine")

    assert {(music / f"{number}.txt").read_bytes() for number in range(50)} == {b"mine"}


async def test_a_cancelled_creation_leaves_no_file_open(tmp_path: Path) -> None:
    before = _open_files()
    for number in range(20):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(new_part(tmp_path / str(number), 0))
            for _ in range(number % 3):
                await asyncio.sleep(0)
            task.cancel()
            cancelled = task
        if not cancelled.cancelled():
            await cancelled.result().__aexit__(None, None, None)
    await asyncio.get_running_loop().shutdown_default_executor()

    assert _open_files() == before


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def _written(part: PartFile) -> None:
    async with part:
        await part.write(0, b"theirs" * 10_000)
        await part.sync()


def _there(part: PartFile | None) -> PartFile:
    assert part is not None
    return part
