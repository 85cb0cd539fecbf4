from __future__ import annotations

import os
import unicodedata
from pathlib import Path, PurePosixPath

import pytest

from storage.folders import FolderNames, free_path, make_folders


def _make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


@pytest.mark.parametrize(
    ("there", "wanted", "expected"),
    [
        ([], "Jazz/x.mp3", "Jazz/x.mp3"),
        (["Jazz/y.mp3"], "Jazz/x.mp3", "Jazz/x.mp3"),
        (["Jazz/x.mp3"], "Jazz/x.mp3", "Jazz/x (2).mp3"),
        (["Jazz/x.mp3", "Jazz/x (2).mp3"], "Jazz/x.mp3", "Jazz/x (3).mp3"),
        (["Jazz/X.MP3"], "Jazz/x.mp3", "Jazz/x (2).mp3"),
        (["JAZZ/x.mp3"], "jazz/X.mp3", "JAZZ/X (2).mp3"),
        (["Cafe\u0301/y.mp3"], "Caf\u00e9/x.mp3", "Cafe\u0301/x.mp3"),
        (["Jazz/cafe\u0301.mp3"], "Jazz/caf\u00e9.mp3", "Jazz/caf\u00e9 (2).mp3"),
        (["Jazz"], "Jazz/x.mp3", "Jazz (2)/x.mp3"),
        (["x.mp3/y"], "x.mp3", "x (2).mp3"),
    ],
)
def test_the_first_free_name_is_chosen(
    tmp_path: Path, there: list[str], wanted: str, expected: str
) -> None:
    _make(tmp_path, *there)

    assert free_path(tmp_path, PurePosixPath(wanted), FolderNames()) == PurePosixPath(expected)


def test_choosing_makes_nothing(tmp_path: Path) -> None:
    free_path(tmp_path, PurePosixPath("a/b/c.mp3"), FolderNames())

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_link_is_passed_by(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "Jazz").symlink_to(tmp_path / "elsewhere")

    path = free_path(tmp_path, PurePosixPath("Jazz/x.mp3"), FolderNames())

    assert path == PurePosixPath("Jazz (2)/x.mp3")


def test_the_longest_name_can_still_be_numbered(tmp_path: Path) -> None:
    name = "Ж" * 125 + ".mp3"
    _make(tmp_path, name)

    path = free_path(tmp_path, PurePosixPath(name), FolderNames())

    assert path.name.endswith(" (2).mp3")
    _make(tmp_path, str(path))
    assert unicodedata.is_normalized("NFC", path.name)


def test_folders_are_made_on_the_way(tmp_path: Path) -> None:
    make_folders(tmp_path, PurePosixPath("a/b"))
    make_folders(tmp_path, PurePosixPath("a/b"))
    make_folders(tmp_path, PurePosixPath())

    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("is_link", [True, False])
def test_what_is_no_folder_is_not_gone_through(tmp_path: Path, is_link: bool) -> None:
    if is_link:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    else:
        (tmp_path / "a").touch()

    with pytest.raises(NotADirectoryError):
        make_folders(tmp_path, PurePosixPath("a/b"))


def test_a_folder_is_not_read_again_for_a_name_that_was_added(tmp_path: Path) -> None:
    names = FolderNames()
    _make(tmp_path, "a.mp3")
    assert {"a.mp3"} == names.of(tmp_path)
    with names.adding(tmp_path / "B.mp3"):
        _make(tmp_path, "B.mp3")
    changed = tmp_path.stat()
    (tmp_path / "a.mp3").unlink()
    os.utime(tmp_path, ns=(changed.st_atime_ns, changed.st_mtime_ns))  # as if nothing had happened

    assert {"a.mp3", "b.mp3"} == names.of(tmp_path)


def test_a_folder_that_somebody_else_changed_is_read_again(tmp_path: Path) -> None:
    names = FolderNames()
    _make(tmp_path, "a.mp3")
    names.of(tmp_path)
    _make(tmp_path, "b.mp3")
    os.utime(tmp_path, (1, 1))
    with names.adding(tmp_path / "c.mp3"):
        _make(tmp_path, "c.mp3")

    assert {"a.mp3", "b.mp3", "c.mp3"} == names.of(tmp_path)


def test_of_many_folders_the_last_ones_are_remembered(tmp_path: Path) -> None:
    names = FolderNames()
    _make(tmp_path, *(f"{number}/x.mp3" for number in range(40)))

    assert all(names.of(tmp_path / str(number)) == {"x.mp3"} for number in range(40))
    assert len(names._kept) < 40
    assert set() == names.of(tmp_path / "elsewhere")
