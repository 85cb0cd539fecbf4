"""Tells whether the bot runs: whoever must be alone with its data holds the folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import disk_errors
from storage.folders import make_way


class AlreadyRunningError(Exception):
    pass


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data folder: two programs on one session would log the account out for good."""
    with disk_errors(data_dir):
        make_way(data_dir, 0o700)
        descriptor = os.open(data_dir / "tad.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError from None
        yield
    finally:
        os.close(descriptor)
