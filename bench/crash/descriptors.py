"""Lets a process open few files only."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def leave_free(count: int | None) -> Iterator[None]:
    """Let the block open so many files beside those that are open; None for no limit."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if count is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_highest() + 1 + count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def _highest() -> int:
    """Return the highest number of an open file; those below it that are free count as taken."""
    return max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
