"""Reads by several statements on one trip to a thread: for whoever must answer while one types.

Through SQLAlchemy each statement is a trip of its own, so these connections are SQLite's. They only
read.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from storage.mishaps import our_errors
from storage.unbroken import unbroken

T = TypeVar("T")

_AT_ONCE = 2
_CACHE = 16 << 20  # bytes of pages, for each connection


class Errands:
    def __init__(self, path: Path, busy_timeout: timedelta) -> None:
        self._path = path
        self._busy_timeout = busy_timeout
        self._idle: list[sqlite3.Connection] = []
        # Threads of its own: in those of everybody else, downloads wait for the disk.
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="errand")

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Everything that `work` reads is of one moment."""
        with our_errors(self._path):
            return await unbroken(self._in_thread(work))

    def close(self) -> None:
        self._threads.shutdown()
        while self._idle:
            self._idle.pop().close()

    async def _in_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, work)

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._idle.pop() if self._idle else self._opened()
        try:
            connection.execute("begin")
            found = work(connection)
            connection.execute("rollback")
        except BaseException:
            # Whatever it is in the middle of, or was opened as: the next one is opened anew.
            connection.close()
            raise
        self._idle.append(connection)
        return found

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._busy_timeout.total_seconds(),
            isolation_level=None,
            check_same_thread=False,  # by one thread at a time
        )
        connection.execute(f"pragma cache_size = -{_CACHE // 1024}")
        connection.execute("pragma query_only = on")
        return connection
