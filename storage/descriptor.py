"""A file descriptor that threads share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Descriptor:
    """Close the file when the last thread has let go of it.

    A cancelled `to_thread` leaves its thread running. If the file were closed under it, the next
    open file would get the same number, and the bytes would land there.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._lock = Lock()
        self._users = 1

    @contextmanager
    def lent(self) -> Iterator[int]:
        with self._lock:
            if not self._users:
                raise ValueError(self._number)
            self._users += 1
        try:
            yield self._number
        finally:
            self.release()

    def release(self) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                os.close(self._number)
