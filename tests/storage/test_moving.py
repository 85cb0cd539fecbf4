from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from storage.errors import DiskFailure, NameTaken
from storage.files import Files

HERE, THERE = PurePosixPath("a/x.mp3"), PurePosixPath("b/c/y.mp3")


@pytest.fixture(autouse=True)
def _song(files: Files, music: Path) -> None:
    assert (music / ".tad").is_dir(), f"{files} has made it"
    (music / HERE).parent.mkdir()
    (music / HERE).write_bytes(b"song")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_file_has_two_names_until_the_old_one_is_taken_away(
    files: Files, music: Path
) -> None:
    named = [await files.mover.name(HERE, THERE, 4) for _ in range(2)]
    both = (music / HERE).samefile(music / THERE)
    for _ in range(2):
        await files.mover.take_away(HERE, THERE)

    assert ([True, True], True) == (named, both)
    assert not (music / HERE).parent.exists()
    assert b"song" == (music / THERE).read_bytes()
    assert await files.mover.name(HERE, THERE, 4), "it has its name already"


async def test_a_name_that_is_taken_is_never_written_over(files: Files, music: Path) -> None:
    (music / THERE).parent.mkdir(parents=True)
    (music / THERE).write_bytes(b"other")
    with pytest.raises(NameTaken):
        await files.mover.name(HERE, THERE, 4)
    await files.mover.take_away(HERE, THERE)

    assert (b"song", b"other") == ((music / HERE).read_bytes(), (music / THERE).read_bytes())


async def test_what_is_not_there_gets_no_name(files: Files, music: Path) -> None:
    (music / HERE).unlink()
    (music / THERE).parent.mkdir(parents=True)
    (music / THERE).write_bytes(b"a stranger's")

    assert not await files.mover.name(HERE, THERE, 4)


async def test_the_library_itself_is_never_taken_away(files: Files, music: Path) -> None:
    (music / "x.mp3").write_bytes(b"song")
    await files.mover.name(PurePosixPath("x.mp3"), THERE, 4)
    await files.mover.take_away(PurePosixPath("x.mp3"), THERE)

    assert [".tad", "a", "b"] == names(music)


async def test_a_name_of_its_own_is_kept_and_a_refused_one_is_not_taken(
    files: Files, music: Path
) -> None:
    other = PurePosixPath("a/x (2).mp3")
    (music / other).write_bytes(b"other")

    assert HERE == await files.mover.choose(PurePosixPath("A/X.mp3"), HERE)
    assert other == await files.mover.choose(HERE, other)
    assert PurePosixPath("a/x (3).mp3") == await files.mover.choose(HERE, THERE)
    chosen = await files.mover.choose(HERE, THERE, ["x (3).mp3"])
    assert PurePosixPath("a/x (4).mp3") == chosen


async def test_a_copy_takes_the_place_of_what_has_not_changed(files: Files, music: Path) -> None:
    (music / HERE).chmod(0o640)
    copied = await files.mover.copy(HERE, 7)
    assert copied is not None
    copied.path.write_bytes(b"tagged song")
    sealed = await files.mover.settled(7)

    assert sealed is not None
    assert 11 == sealed[1]
    assert await files.mover.replace(HERE, copied)
    assert (b"tagged song", 0o640) == (
        (music / HERE).read_bytes(),
        (music / HERE).stat().st_mode & 0o777,
    )
    assert [] == names(music / ".tad")


async def test_what_has_changed_since_it_was_copied_stays(files: Files, music: Path) -> None:
    copied = await files.mover.copy(HERE, 7)
    assert copied is not None
    (music / HERE).write_bytes(b"mine")

    assert not await files.mover.replace(HERE, copied)
    assert not await files.mover.replace_of(HERE, 7, "0" * 64)
    assert b"mine" == (music / HERE).read_bytes()


async def test_there_is_no_copy_of_what_is_not_there(files: Files, music: Path) -> None:
    (music / HERE).unlink()
    assert await files.mover.copy(HERE, 7) is None
    assert await files.mover.settled(7) is None
    assert not await files.mover.replace_of(HERE, 7, "0" * 64)
    await files.mover.drop_copy(7)
    assert frozenset() == await files.mover.neighbours(HERE)


async def test_nothing_moves_in_a_library_that_is_away(files: Files, music: Path) -> None:
    (music / ".tad").rmdir()
    with pytest.raises(DiskFailure):
        await files.mover.name(HERE, THERE, 4)

    assert (music / HERE).exists()


async def test_folders_are_dropped_as_far_as_nothing_is_in_them(files: Files, music: Path) -> None:
    (music / "b" / "c").mkdir(parents=True)
    for folder in ("a", "b/c", "nowhere"):
        await files.mover.drop_empty(PurePosixPath(folder))

    assert [".tad", "a"] == names(music)
