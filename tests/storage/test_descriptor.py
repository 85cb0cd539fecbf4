from __future__ import annotations

import os
from pathlib import Path

import pytest

from storage.descriptor import Descriptor


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _opened(path: Path) -> Descriptor:
    descriptor = Descriptor()
    descriptor.open(path, os.O_RDWR | os.O_CREAT)
    return descriptor


def test_the_owner_alone_closes_by_letting_go(tmp_path: Path) -> None:
    descriptor = _opened(tmp_path / "x")
    with descriptor.number() as number:
        assert _is_open(number)

    assert _is_open(number)
    descriptor.release()
    assert not _is_open(number)


def test_a_file_stays_open_while_somebody_uses_it(tmp_path: Path) -> None:
    descriptor = _opened(tmp_path / "x")

    with descriptor.number() as number:
        descriptor.release()
        assert _is_open(number)
    assert not _is_open(number)


def test_a_closed_file_cannot_be_used(tmp_path: Path) -> None:
    descriptor = _opened(tmp_path / "x")
    descriptor.release()

    with pytest.raises(ValueError), descriptor.number():  # noqa: PT011 - it carries a number only
        pass


def test_a_file_opened_after_its_owner_let_go_does_not_stay_open(tmp_path: Path) -> None:
    descriptor = Descriptor()
    before = _open_files()

    with descriptor.lent():
        descriptor.release()
        descriptor.open(tmp_path / "x", os.O_RDWR | os.O_CREAT)

    assert _open_files() == before


def test_letting_go_of_a_file_that_never_opened_is_nothing() -> None:
    Descriptor().release()
