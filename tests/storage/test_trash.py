from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest

from storage.errors import DiskFailure, NameTaken
from storage.files import Files
from storage.trash import Rubbish

_PATH = PurePosixPath("Jazz/x.mp3")


def _write(music: Path, text: str = "song") -> Path:
    path = music / _PATH
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


async def test_a_file_goes_and_comes_back(files: Files, music: Path) -> None:
    path = _write(music)
    await files.trash.take(_PATH, 3, 7)
    gone, held = path.exists(), await files.trash.rubbish()

    assert (gone, held) == (False, Rubbish(1, 4, 3))
    assert await files.trash.give_back(_PATH, 3, 7)
    assert path.read_text() == "song"
    assert await files.trash.rubbish() == Rubbish(0, 0, 0)


async def test_what_is_there_no_more_is_not_missed(files: Files, music: Path) -> None:
    await files.trash.take(_PATH, 3, 7)

    assert not await files.trash.give_back(_PATH, 3, 7)
    assert await files.trash.rubbish() == Rubbish(0, 0, 0)


async def test_a_file_that_came_after_the_move_stays(files: Files, music: Path) -> None:
    _write(music)
    await files.trash.take(_PATH, 3, 7)
    path = _write(music, "another")
    await files.trash.take(_PATH, 3, 7)

    assert path.read_text() == "another"
    with pytest.raises(NameTaken):
        await files.trash.give_back(_PATH, 3, 7)
    assert path.read_text() == "another"


async def test_a_link_is_not_moved(files: Files, music: Path) -> None:
    path = music / _PATH
    path.parent.mkdir()
    path.symlink_to("/etc/hostname")
    await files.trash.take(_PATH, 3, 7)

    assert path.is_symlink()


async def test_only_what_was_named_is_deleted(files: Files, music: Path) -> None:
    for ruling in (3, 4):
        _write(music)
        await files.trash.take(_PATH, ruling, 7)
    strange = music / ".tad" / "trash" / "notes.txt"
    strange.write_text("a person's")

    assert await files.trash.empty(3) == Rubbish(1, 4, 3)
    assert await files.trash.rubbish() == Rubbish(1, 4, 4)
    assert strange.exists()


async def test_nothing_sweeps_the_trash(files: Files, music: Path) -> None:
    _write(music)
    await files.trash.take(_PATH, 3, 7)
    await files.sweep((), datetime.now(UTC) + timedelta(days=99))

    assert (await files.trash.rubbish()).files == 1


async def test_f34_a_library_that_is_away_has_no_trash(tmp_path: Path) -> None:
    files = Files(tmp_path / "away")
    with pytest.raises(DiskFailure):
        await files.trash.take(_PATH, 1, 1)
    with pytest.raises(DiskFailure):
        await files.trash.rubbish()


async def test_the_name_of_a_file_that_went_is_free_at_once(files: Files, music: Path) -> None:
    path = PurePosixPath("Jazz/x.mp3")
    (music / "Jazz").mkdir()
    (music / path).write_bytes(b"song")
    taken = await files.choose(path)
    before = (music / "Jazz").stat().st_mtime_ns
    await files.trash.take(path, 1, 2)
    os.utime(music / "Jazz", ns=(before, before))  # all in one tick of the clock
    free = await files.choose(path)

    assert (PurePosixPath("Jazz/x (2).mp3"), path) == (taken, free)
