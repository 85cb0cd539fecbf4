from __future__ import annotations

import asyncio
import hashlib
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest

from storage.errors import DiskFailure, DiskTrouble, InUseError, NameTaken
from storage.files import Files, make_library
from tests.storage.crowding import no_more_files

_SONG = b"ID3" + bytes(range(256)) * 40
_PATH = PurePosixPath("Jazz/Miles Davis - So What.mp3")


async def _part(files: Files, document_id: int = 5, data: bytes = _SONG) -> None:
    async with await files.create_part(document_id, len(data)) as part:
        await part.write(0, data)
        await part.sync()


async def test_a_part_is_published_whole_under_its_name(files: Files, music: Path) -> None:
    await _part(files)

    await files.publish(5, _PATH)

    assert (music / _PATH).read_bytes() == _SONG
    assert files.locate(_PATH) == music / _PATH
    assert await files.digest_published(_PATH) == hashlib.sha256(_SONG).hexdigest()
    assert await files.size_published(_PATH) == len(_SONG)
    assert await files.piece_published(_PATH, 1, 2) == _SONG[1:3]
    assert await files.parts() == frozenset()
    assert list((music / ".tad").iterdir()) == []


async def test_a_part_is_examined_before_it_is_published(files: Files) -> None:
    await _part(files)

    assert await files.digest(5) == hashlib.sha256(_SONG).hexdigest()
    assert await files.head(5, 3) == b"ID3"
    assert await files.head(5) == _SONG[:4096]
    assert await files.parts() == {5}


async def test_f50_publishing_never_overwrites(files: Files, music: Path) -> None:
    await _part(files)
    (music / "Jazz").mkdir()
    (music / _PATH).write_bytes(b"mine")

    with pytest.raises(NameTaken):
        await files.publish(5, _PATH)

    assert (music / _PATH).read_bytes() == b"mine"
    assert await files.parts() == {5}
    other = await files.choose(_PATH)
    await files.publish(5, other)
    assert other.name == "Miles Davis - So What (2).mp3"
    assert await files.size_published(other) == len(_SONG)


async def test_f50_of_many_that_want_one_name_each_gets_its_own(files: Files) -> None:
    async def publish(document_id: int) -> None:
        while True:
            path = await files.choose(_PATH)
            try:
                return await files.publish(document_id, path)
            except NameTaken:
                continue

    for document_id in range(8):
        await _part(files, document_id, bytes([document_id]) * 10)
    async with asyncio.TaskGroup() as group:
        for document_id in range(8):
            group.create_task(publish(document_id))

    published = {path.read_bytes()[0] for path in files.locate(_PATH).parent.iterdir()}
    assert published == set(range(8))


async def test_a_missing_part_is_a_disk_failure(files: Files) -> None:
    with pytest.raises(DiskFailure):
        await files.publish(5, _PATH)
    with pytest.raises(DiskFailure):
        await files.digest(5)
    with pytest.raises(DiskFailure):
        await files.head(5)


async def test_f49_what_a_person_took_away_is_not_there(files: Files) -> None:
    assert await files.digest_published(_PATH) is None
    assert await files.size_published(_PATH) is None
    assert await files.piece_published(_PATH, 0, 1) is None


@pytest.mark.parametrize("bad", ["/etc/passwd", "../x", "a/../../x", "."])
async def test_nothing_is_reached_outside_the_library(files: Files, bad: str) -> None:
    await _part(files)
    path = PurePosixPath(bad)

    for reach in (
        files.digest_published(path),
        files.size_published(path),
        files.piece_published(path, 0, 1),
        files.choose(path),
        files.publish(5, path),
    ):
        with pytest.raises(ValueError, match=re.escape(bad)):
            await reach


async def test_a_dropped_part_is_gone(files: Files) -> None:
    await _part(files)

    await files.drop_part(5)
    await files.drop_part(5)

    assert await files.open_part(5) is None


async def test_f38_sweeping_removes_old_strays_and_keeps_what_is_known(
    files: Files, music: Path
) -> None:
    now = datetime(2026, 5, 4, tzinfo=UTC)
    day = timedelta(days=1)
    workshop = music / ".tad"
    for name in ("5.part", "6.part", "-7.part", "x.part", "junk", "new.part"):
        (workshop / name).touch()
        os.utime(workshop / name, ((now - 2 * day).timestamp(),) * 2)
    os.utime(workshop / "new.part", (now.timestamp(),) * 2)
    (workshop / "folder").mkdir()
    os.utime(workshop / "folder", ((now - 2 * day).timestamp(),) * 2)

    removed = await files.sweep([5, -7], now - day)

    assert removed == 3
    assert {path.name for path in workshop.iterdir()} == {
        "5.part",
        "-7.part",
        "new.part",
        "folder",
    }
    assert await files.parts() == {5, -7}


async def test_f34_nothing_is_written_where_the_library_is_not_mounted(tmp_path: Path) -> None:
    root = tmp_path / "mount point"
    root.mkdir()
    make_library(root, is_new=False)
    files = Files(root)

    for attempt in (
        files.create_part(5, 1),
        files.open_part(5),
        files.parts(),
        files.choose(_PATH),
        files.publish(5, _PATH),
        asyncio.to_thread(
            files._place, files.part(5), _PATH
        ),  # unmounted while the part was synced
        files.sweep((), datetime(2026, 5, 4, tzinfo=UTC)),
    ):
        with pytest.raises(DiskFailure) as failure:
            await attempt
        assert failure.value.kind is DiskTrouble.MISSING
    assert list(root.iterdir()) == []


async def test_f33_a_library_that_may_not_be_made_is_denied() -> None:
    with pytest.raises(DiskFailure) as failure:
        make_library(Path("/sys/fs/music"), is_new=True)

    assert failure.value.kind in {DiskTrouble.DENIED, DiskTrouble.READ_ONLY}


async def test_free_space_is_told_in_bytes(files: Files, tmp_path: Path) -> None:
    assert await files.free_bytes() > 0
    with pytest.raises(DiskFailure):
        await Files(tmp_path / "missing").free_bytes()


async def test_f38_a_long_hash_ends_with_whoever_waits_for_it(files: Files, music: Path) -> None:
    async with await files.create_part(5, 0):
        pass
    os.truncate(music / ".tad" / "5.part", 1 << 40)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(files.digest(5))
        await asyncio.sleep(0.01)  # let the thread begin; nothing tells from outside
        task.cancel()

    async with asyncio.timeout(20):
        await asyncio.get_running_loop().shutdown_default_executor()


async def test_f38_only_one_program_holds_a_library(files: Files, music: Path) -> None:
    other = Files(music)
    with files.held():
        with pytest.raises(InUseError), other.held():
            pass
        await other.sweep((), datetime.now(UTC) + timedelta(days=1))
        with pytest.raises(InUseError), other.held():
            pass
    with other.held():
        assert await other.parts() == frozenset()


def test_a_library_that_is_not_mounted_is_not_held(tmp_path: Path) -> None:
    with Files(tmp_path / "x").held(), Files(tmp_path / "x").held():
        pass


def test_f37_a_library_that_cannot_be_looked_at_for_lack_of_files_is_nobodys_to_use(
    files: Files,
) -> None:
    with no_more_files(), pytest.raises(DiskFailure) as failure, files.held():
        pass

    assert DiskTrouble.CROWDED is failure.value.kind
