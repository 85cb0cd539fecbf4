from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from storage.errors import DiskFailure
from storage.reading import head_of, sha256_of, size_of


def test_an_ordinary_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"song" * 1000)

    assert sha256_of(path) == hashlib.sha256(b"song" * 1000).hexdigest()
    assert size_of(path) == 4000
    assert head_of(path, 6) == b"songso"


def _link(path: Path) -> None:
    (path.parent / "target").write_bytes(b"secret")
    path.symlink_to(path.parent / "target")


def _no_folder(path: Path) -> None:
    path.parent.rmdir()
    path.parent.touch()


@pytest.mark.parametrize(
    "make", [lambda path: None, _link, os.mkfifo, _no_folder], ids=["none", "link", "pipe", "file"]
)
def test_what_is_no_ordinary_file_is_not_there(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "folder" / "x"
    path.parent.mkdir()
    make(path)

    assert sha256_of(path) is None
    assert size_of(path) is None
    assert head_of(path, 5) is None


def test_a_folder_is_not_read(tmp_path: Path) -> None:
    assert sha256_of(tmp_path) is None


def test_a_file_that_cannot_be_read_is_a_disk_failure(tmp_path: Path) -> None:
    with pytest.raises(DiskFailure):
        size_of(tmp_path / ("x" * 256))


def test_a_hash_that_nobody_waits_for_is_broken_off(tmp_path: Path) -> None:
    class GivenUp(Event):
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 2

    path = tmp_path / "x"
    path.touch()
    os.truncate(path, 1 << 40)

    assert sha256_of(path, GivenUp()) is None
