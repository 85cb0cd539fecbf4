"""An event loop whose time passes only while everybody waits, so that a run is its seed alone.

Nothing happens at the same moment by chance: what a thread would do is done by the loop itself,
after a time that the seed draws, and what goes over a network goes through memory. A day of
waiting costs no more than a second, and who waits for nothing at all is found at once.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable
from typing import Any

from bench.virtual.network import Network

_SLOWEST_CALL = 0.003  # seconds that a call in a thread takes at most
_A_TURN = 1e-6  # seconds that a turn of the loop takes at least
_TURNS = 100_000  # of the loop, in a second; more of them is somebody who never rests


class StuckError(Exception):
    """Everybody waits, and nothing is to come; or somebody runs in a circle."""


class _Task(asyncio.Task[Any]):
    """Stands in sets, of groups above all, where its number puts it and not its address."""

    def __init__(self, number: int, coro: Any, **options: Any) -> None:
        self._number = number  # first: what is begun is put into a set at once
        super().__init__(coro, **options)

    def __hash__(self) -> int:
        return self._number


class VirtualLoop(asyncio.BaseEventLoop):
    """`interfere` is told the name of each call in a thread before it is made: it may raise."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = random.Random(seed)
        self.network = Network(self, self.chance)
        self.interfere: Callable[[str], None] = _let_be
        self._now = self._since = 0.0
        self._turns = 0
        self._selector = self  # what BaseEventLoop waits with
        self._clock_resolution = _A_TURN
        self._tasks_begun = itertools.count()
        self.set_task_factory(self._begin)

    def begin(self, seed: int) -> None:
        """Begin a new run at time zero. Nobody waits for anything then."""
        assert not self.network.servers
        self.chance.seed(seed)
        self.interfere = _let_be
        self._now, self._since, self._turns = 0.0, 0.0, 0
        self.network.begin()

    def time(self) -> float:
        return self._now

    def select(self, timeout: float | None) -> list[Any]:
        """Let time pass until the next alarm."""
        if timeout is None:
            raise StuckError("everybody waits")
        # Some time passes in any case: who waits until a moment is over must see it over.
        self._now += max(_A_TURN, timeout)
        self._turns += 1
        if self._now > self._since + 1.0:
            self._since, self._turns = self._now, 0
        elif self._turns > _TURNS:
            self._turns = 0
            raise StuckError("somebody never rests")
        return []

    def run_in_executor(  # type: ignore[override]  # what comes back is the caller's business
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Do what a thread would do, a little later; as there, a cancellation stops nothing."""
        del executor
        future = self.create_future()

        def act() -> Any:
            self.interfere(_name(func))
            return func(*args)

        self.call_later(self.chance.random() * _SLOWEST_CALL, settle, future, act)
        return future

    async def create_connection(  # only what is used of it
        self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> tuple[asyncio.Transport, Any]:
        del options
        return await self.network.connect(protocol_factory, host, port)

    async def create_server(  # only what is used of it
        self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        del options
        return self.network.listen(protocol_factory, host, port)

    async def shutdown_default_executor(self) -> None:
        """There is none."""

    def _begin(self, _: Any, coro: Any, **options: Any) -> asyncio.Task[Any]:
        return _Task(next(self._tasks_begun), coro, loop=self, **options)

    def _process_events(self, event_list: Any) -> None:
        """There are none: nothing comes from outside."""

    def _write_to_self(self) -> None:
        """Nobody needs to be woken: there is one thread."""


def _let_be(_: str) -> None:
    """Let everything happen."""


def _name(func: Any) -> str:
    """Return what is called in the end; `to_thread` wraps it twice."""
    while hasattr(func, "func"):
        func = func.args[0] if func.args else func.func
    return str(getattr(func, "__qualname__", func))


def settle(future: asyncio.Future[Any] | None, act: Callable[[], Any]) -> None:
    """Do it, and tell whoever waits for it how it went."""
    result, error = _outcome(act)
    if future is None or future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def _outcome(act: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        return act(), None
    except Exception as error:  # noqa: BLE001  # handed on to whoever waits
        return None, error
