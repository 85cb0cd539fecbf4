from __future__ import annotations

import errno
from pathlib import Path

import pytest

from storage.errors import DiskFailure, DiskTrouble, disk_errors

_PATH = Path("/music/x")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, DiskTrouble.FULL),
        (errno.EDQUOT, DiskTrouble.FULL),
        (errno.EACCES, DiskTrouble.DENIED),
        (errno.EPERM, DiskTrouble.DENIED),
        (errno.EROFS, DiskTrouble.READ_ONLY),
        (errno.EIO, DiskTrouble.BROKEN),
        (errno.ENOENT, DiskTrouble.MISSING),
        (errno.ENOTDIR, DiskTrouble.MISSING),
        (errno.EMFILE, DiskTrouble.CROWDED),
        (errno.ENFILE, DiskTrouble.CROWDED),
    ],
)
def test_f31_f33_f34_f35_f37_every_error_of_the_disk_has_a_kind(
    code: int, kind: DiskTrouble
) -> None:
    with pytest.raises(DiskFailure) as failure, disk_errors(_PATH):
        raise OSError(code, "x")

    assert (failure.value.kind, failure.value.path) == (kind, _PATH)
    assert isinstance(failure.value.__cause__, OSError)


def test_an_error_without_a_number_is_a_broken_disk() -> None:
    with pytest.raises(DiskFailure) as failure, disk_errors(_PATH):
        raise OSError

    assert failure.value.kind is DiskTrouble.BROKEN


def test_other_errors_pass() -> None:
    with pytest.raises(ValueError, match="x"), disk_errors(_PATH):
        raise ValueError("x")
