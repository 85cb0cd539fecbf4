"""A file descriptor that threads share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock


class Descriptor:
    """Close the file when its owner and the last thread have let go of it.

    A cancelled `to_thread` leaves its thread running. If the file were closed under it, the next
    file to be opened would get the same number, and the bytes would land there.
    """

    def __init__(self) -> None:
        self._number: int | None = None
        self._lock = Lock()
        self._users = 1  # the owner

    def open(self, path: Path, flags: int) -> None:
        """Open the file; if the owner has let go meanwhile, it is closed at once."""
        with self.lent():
            self._number = os.open(path, flags | os.O_CLOEXEC, 0o666)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Keep the file open for the block."""
        with self._lock:
            if not self._users:
                raise ValueError(self._number)
            self._users += 1
        try:
            yield
        finally:
            self.release()

    @contextmanager
    def number(self) -> Iterator[int]:
        with self.lent():
            assert self._number is not None
            yield self._number

    def release(self) -> None:
        """Let go; the owner calls this once."""
        with self._lock:
            self._users -= 1
            if self._users or self._number is None:
                return
            number, self._number = self._number, None
        os.close(number)
