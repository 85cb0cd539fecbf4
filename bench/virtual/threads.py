"""SQLite without its thread: each statement is done by the loop, after a while, in its order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiosqlite

from bench.virtual.loop import VirtualLoop, settle

_SLOWEST = 0.002  # seconds that a statement takes at most

Step = tuple[asyncio.Future[Any] | None, Callable[[], Any]]


class _Turns:
    """Takes the place of the queue from which the driver's thread is fed."""

    def __init__(self) -> None:
        self._steps: deque[Step] = deque()
        self._busy = False

    def put_nowait(self, step: Step) -> None:
        self._steps.append(step)
        if self._busy:
            return
        if _is_long(step):
            self._plan()
        else:
            self._run()

    def _plan(self) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self._busy = True
        loop.call_later(loop.chance.random() * _SLOWEST, self._run)

    def _run(self) -> None:
        future, function = self._steps.popleft()
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)

        def act() -> Any:
            loop.interfere(f"sqlite {_name(function)}")
            return function()

        settle(future, act)
        self._busy = False
        if self._steps:
            self._plan()


def _is_long(step: Step) -> bool:
    """Tell whether the disk has a part in it, and so time passes."""
    return _name(step[1]) in {"commit", "connector"}


def _name(function: Any) -> str:
    return str(getattr(getattr(function, "func", function), "__name__", ""))


class _NoThread:
    daemon = True

    def start(self) -> None:
        """There is nothing to start."""


class _Connection(aiosqlite.Connection):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._tx: Any = _Turns()
        self._thread: Any = _NoThread()


@contextmanager
def without_threads() -> Iterator[None]:
    """Let every connection that is made within run in the loop's own thread."""
    theirs = aiosqlite.core.Connection
    aiosqlite.core.Connection = _Connection  # type: ignore[misc]  # a class, for a moment
    try:
        yield
    finally:
        aiosqlite.core.Connection = theirs  # type: ignore[misc]  # the same
