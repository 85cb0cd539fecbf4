"""A lock between processes, held on a file; it ends with the process whatever happens."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.errors import disk_errors


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
