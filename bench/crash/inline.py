"""Makes every call that blocks in line, so that a life is one row of calls to the system.

strace counts calls for each thread alone. With one thread, and a source that always answers the
same, the n-th call is the same call in every life.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import aiosqlite.core

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def without_threads() -> Iterator[None]:
    """Do without threads in this event loop, and in every database opened inside the block."""
    asyncio.get_running_loop().set_default_executor(InLine())
    core: Any = aiosqlite.core  # it looks both names up in its own module; there is no other seam
    before = core.SimpleQueue, core.Thread
    core.SimpleQueue, core.Thread = Counter, NoThread
    try:
        yield
    finally:
        core.SimpleQueue, core.Thread = before


class InLine(ThreadPoolExecutor):
    """Has threads in name only: whoever submits does the work."""

    def submit(self, function: Callable[P, T], /, *args: P.args, **options: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        result, error = _outcome(lambda: function(*args, **options))
        if error is None:
            done.set_result(result[0])
        else:
            done.set_exception(error)
        return done


class Counter:
    """Stands for the queue to the thread of a database: what is ordered is done while one waits."""

    def put_nowait(self, order: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = order
        result, error = _outcome(function)
        if future is None:
            return
        # In the next turn of the loop, as if it came from a thread.
        if error is None:
            future.get_loop().call_soon(aiosqlite.core.set_result, future, result[0])
        else:
            future.get_loop().call_soon(aiosqlite.core.set_exception, future, error)


class NoThread:
    def __init__(self, **_: object) -> None:
        self.daemon = True

    def start(self) -> None:
        """Do nothing: there is nothing to wait for."""


def _outcome(function: Callable[[], T]) -> tuple[list[T], Exception | None]:
    try:
        return [function()], None
    except Exception as error:  # noqa: BLE001 - handed on to whoever waits
        return [], error
