from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.errors import NameTaken
from storage.placing import by_link, by_rename, by_reserving, place, place_by, sync_folder

_WAYS = [place, by_link, by_rename, by_reserving]
Way = Callable[[Path, Path], None]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"song")
    return path


@pytest.mark.parametrize("way", _WAYS)
def test_a_file_gets_its_name_and_loses_the_old_one(way: Way, source: Path, tmp_path: Path) -> None:
    way(source, tmp_path / "target")

    assert (tmp_path / "target").read_bytes() == b"song"
    assert not source.exists()


@pytest.mark.parametrize("way", _WAYS)
def test_f50_a_name_that_is_taken_is_never_overwritten(
    way: Way, source: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"other")

    with pytest.raises(NameTaken) as taken:
        way(source, target)

    assert taken.value.path == target
    assert target.read_bytes() == b"other"
    assert source.read_bytes() == b"song"


@pytest.mark.parametrize("way", _WAYS)
def test_a_link_to_nowhere_takes_a_name_too(way: Way, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NameTaken):
        way(source, target)

    assert not (tmp_path / "elsewhere").exists()
    assert source.exists()


@pytest.mark.parametrize("way", _WAYS)
def test_a_missing_folder_is_the_systems_error(way: Way, source: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        way(source, tmp_path / "missing" / "target")

    assert source.exists()


def test_an_empty_file_left_by_a_kill_counts_as_reserved(source: Path, tmp_path: Path) -> None:
    (tmp_path / "target").touch()

    by_reserving(source, tmp_path / "target")

    assert (tmp_path / "target").read_bytes() == b"song"


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
def test_what_the_file_system_lacks_is_done_another_way(
    code: int, source: Path, tmp_path: Path
) -> None:
    tried: list[Path] = []

    def lacking(_source: Path, target: Path) -> None:
        tried.append(target)
        raise OSError(code, os.strerror(code))

    place_by((lacking, lacking, by_reserving), source, tmp_path / "target")

    assert len(tried) == 2
    assert (tmp_path / "target").read_bytes() == b"song"


def test_a_real_trouble_is_not_tried_again(source: Path, tmp_path: Path) -> None:
    def full(_source: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="space"):
        place_by((full, by_reserving), source, tmp_path / "target")

    assert not (tmp_path / "target").exists()


def test_a_folder_that_no_one_can_sync_is_passed_over() -> None:
    sync_folder(Path("/proc/self"))  # for which the kernel answers EINVAL
