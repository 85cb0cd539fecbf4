"""Locks between processes; they end with the process whatever happens."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import structlog

from storage.errors import InUseError, disk_errors

log = structlog.get_logger(__name__)


@asynccontextmanager
async def exclusive(path: Path) -> AsyncIterator[None]:
    """Wait until no other process is inside a block with the same lock file."""
    with disk_errors(path):
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        with disk_errors(path):
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def in_turn(folder: Path) -> Iterator[None]:
    """Wait until nobody else is inside a block with the same folder, which leaves no file in it.

    Blocking. On a file system that cannot lock, nothing keeps others out.
    """
    with disk_errors(folder):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(lock, folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder itself, which leaves no file; raises `InUseError` where somebody else does.

    On a file system that cannot lock, nothing keeps others out.
    """
    with disk_errors(folder):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(lock, folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(lock)


def _lock(lock: int, folder: Path, how: int) -> None:
    try:
        fcntl.flock(lock, how)
    except BlockingIOError:
        raise InUseError(folder) from None
    except OSError as error:
        log.warning("cannot be locked", path=str(folder), error=str(error))
