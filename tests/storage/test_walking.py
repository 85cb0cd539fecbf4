from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest

from storage.walking import Found, Unseen, walk


def is_song(name: str) -> bool:
    return name.endswith(".mp3")


def laid(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"sound")


def paths(folder: Path) -> list[str]:
    return [str(one.path) for one in walk(folder, is_song)]


def test_files_are_found_in_order_those_of_a_folder_before_its_folders(tmp_path: Path) -> None:
    laid(tmp_path, "b/2.mp3", "b/1.mp3", "a/x/1.mp3", "a/z.mp3", "c.mp3", "a/cover.jpg")

    assert ["c.mp3", "a/z.mp3", "a/x/1.mp3", "b/1.mp3", "b/2.mp3"] == paths(tmp_path)


def test_links_and_what_is_hidden_are_passed_by(tmp_path: Path) -> None:
    laid(tmp_path / "elsewhere", "1.mp3")
    music = tmp_path / "music"
    laid(music, ".tad/1.mp3", ".hidden.mp3", "seen.mp3")
    (music / "link.mp3").symlink_to(tmp_path / "elsewhere" / "1.mp3")
    (music / "folder").symlink_to(tmp_path / "elsewhere")
    (music / "loop").symlink_to(music)
    os.mkfifo(music / "pipe.mp3")

    assert ["seen.mp3"] == paths(music)


def test_size_and_time_are_those_of_the_file(tmp_path: Path) -> None:
    laid(tmp_path, "1.mp3")
    os.utime(tmp_path / "1.mp3", (0, 86_400))

    assert [Found(PurePosixPath("1.mp3"), 5, datetime(1970, 1, 2, tzinfo=UTC))] == list(
        walk(tmp_path, is_song)
    )


def test_a_time_that_no_calendar_has_is_long_ago(tmp_path: Path) -> None:
    laid(tmp_path, "1.mp3")
    os.utime(tmp_path / "1.mp3", ns=(0, 2**63 - 1))

    assert all(isinstance(one, Found) for one in walk(tmp_path, is_song))


def test_what_cannot_be_looked_at_or_named_is_told(tmp_path: Path) -> None:
    laid(tmp_path, "1.mp3", "closed/2.mp3")
    laid(tmp_path, os.fsdecode(b"caf\xe9.mp3"))
    (tmp_path / "closed").chmod(0)
    unseen = [one for one in walk(tmp_path, is_song) if isinstance(one, Unseen)]
    (tmp_path / "closed").chmod(0o700)

    assert Unseen(PurePosixPath(os.fsdecode(b"caf\xe9.mp3")), nameless=True) in unseen
    if os.geteuid():
        assert Unseen(PurePosixPath("closed")) in unseen


@pytest.mark.parametrize("gone", ["nowhere", "file.mp3"])
def test_a_folder_that_is_none_cannot_be_looked_at(tmp_path: Path, gone: str) -> None:
    laid(tmp_path, "file.mp3")

    assert [Unseen(PurePosixPath())] == list(walk(tmp_path / gone, is_song))
