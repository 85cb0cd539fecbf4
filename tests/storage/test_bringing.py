from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from threading import Event

import pytest

from storage.bringing import Bringer
from storage.errors import DiskFailure, DiskTrouble
from storage.files import WORKSHOP, Files
from storage.folders import FolderNames
from storage.keyring import Keyring

WANTED = PurePosixPath("Imported/Blue/So What.mp3")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return made(tmp_path / "elsewhere" / "So What.mp3", b"sound")


def made(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (0, 1_000_000_000))
    return path


def of_another_disk(folder: Path) -> Path | None:
    """Return a folder for which there are no links from here, where the machine has one."""
    other = Path("/dev/shm")
    is_other = other.is_dir() and other.stat().st_dev != folder.stat().st_dev
    return other if is_other and os.access(other, os.W_OK) else None


def is_linked(path: Path) -> bool:
    return path.stat().st_nlink > 1


def left_over(music: Path) -> list[Path]:
    return list((music / WORKSHOP).iterdir())


async def test_a_file_is_linked_where_that_can_be(files: Files, music: Path, source: Path) -> None:
    path = await files.bring(source, WANTED)

    assert WANTED == path
    assert is_linked(source)
    assert [] == left_over(music)


async def test_a_file_of_another_disk_is_copied_with_its_time(files: Files, music: Path) -> None:
    other = of_another_disk(music)
    if other is None:
        pytest.skip("there is only one disk")
    source = made(other / f"tad-{os.getpid()}" / "So What.mp3", b"sound" * 1_000_000)
    try:
        first, again = await files.bring(source, WANTED), await files.bring(source, WANTED)
        whole = source.read_bytes()
    finally:
        source.unlink()
        source.parent.rmdir()

    assert WANTED == first == again
    assert whole == (music / WANTED).read_bytes()
    assert 1_000_000_000 == (music / WANTED).stat().st_mtime
    assert [] == left_over(music)


async def test_nobody_waits_for_a_copy_that_was_given_up(files: Files, music: Path) -> None:
    other = of_another_disk(music)
    if other is None:
        pytest.skip("there is only one disk")
    source = made(other / f"tad-{os.getpid()}" / "So What.mp3", b"sound")
    given_up = Event()
    given_up.set()
    try:
        path = Bringer(music, music / WORKSHOP, FolderNames(), Keyring()).bring(
            source, WANTED, given_up
        )
    finally:
        source.unlink()
        source.parent.rmdir()

    assert path is None
    assert [] == left_over(music)
    assert not (music / WANTED).exists()


async def test_two_that_copy_at_the_same_time_do_not_disturb_each_other(
    files: Files, music: Path
) -> None:
    other = of_another_disk(music)
    if other is None:
        pytest.skip("there is only one disk")
    folder = other / f"tad-{os.getpid()}"
    sources = made(folder / "1.mp3", b"one"), made(folder / "2.mp3", b"two")

    class Meanwhile(Event):
        """Lets another one copy its file in the middle of this copy."""

        def is_set(self) -> bool:
            second = Bringer(music, music / WORKSHOP, FolderNames(), Keyring())
            second.bring(sources[1], PurePosixPath("2.mp3"), Event())
            return False

    try:
        first = Bringer(music, music / WORKSHOP, FolderNames(), Keyring())
        first.bring(sources[0], PurePosixPath("1.mp3"), Meanwhile())
    finally:
        for source in sources:
            source.unlink()
        folder.rmdir()

    assert [b"one", b"two"] == [(music / f"{name}.mp3").read_bytes() for name in (1, 2)]


async def test_a_file_that_was_brought_before_is_found_again(
    files: Files, music: Path, source: Path
) -> None:
    await files.bring(source, WANTED)
    again = await files.bring(source, WANTED)

    assert WANTED == again
    assert [music / WANTED] == list((music / WANTED).parent.iterdir())


async def test_the_same_bytes_with_another_time_are_found_again_too(
    files: Files, music: Path, source: Path
) -> None:
    made(music / WANTED, b"sound")
    os.utime(source, (0, 5))

    assert WANTED == await files.bring(source, WANTED)


@pytest.mark.parametrize("other", [b"other", b"longer sound"])
async def test_nothing_is_overwritten(
    files: Files, music: Path, source: Path, other: bytes
) -> None:
    made(music / WANTED, other)
    os.utime(source, (0, 5))
    path = await files.bring(source, WANTED)

    assert WANTED.with_name("So What (2).mp3") == path == await files.bring(source, WANTED)
    assert other == (music / WANTED).read_bytes()


async def test_names_that_differ_in_case_only_are_the_same(
    files: Files, music: Path, source: Path
) -> None:
    made(music / "imported/BLUE/SO WHAT.mp3", b"other")
    path = await files.bring(source, WANTED)

    assert PurePosixPath("imported/BLUE/So What (2).mp3") == path
    assert path == await files.bring(source, WANTED)


async def test_links_and_what_is_gone_are_not_brought(
    files: Files, music: Path, source: Path
) -> None:
    source.with_name("link.mp3").symlink_to(source)
    for name in ("link.mp3", "gone.mp3", "."):
        assert await files.bring(source.parent / name, WANTED) is None
    assert not (music / WANTED).exists()


async def test_nothing_is_brought_into_an_empty_mount_point(
    files: Files, music: Path, source: Path
) -> None:
    (music / WORKSHOP).rmdir()
    with pytest.raises(DiskFailure) as failure:
        await files.bring(source, WANTED)

    assert DiskTrouble.MISSING is failure.value.kind
    assert not (music / "Imported").exists()
