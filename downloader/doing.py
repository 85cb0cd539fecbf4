"""Does what is due with the tracks that watches bring. What is due, the catalogue says.

A deed is noted as done after it was done: killed in between, it is done once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.events import Broadcast, DeedSnagged, ItemMoved, JobMoved
from downloader.supervision import keep_going
from storage.action import ActionKind, Deed, Snag
from storage.errors import DatabaseBusyError
from storage.states import ENDED_ITEMS
from storage.store import Store

log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=3)
_LOOK_AGAIN = timedelta(minutes=5)  # a machine may sleep meanwhile, and its timers with it


class SnaggedError(Exception):
    """A deed could not be done. `wait` is how long they want to be left alone.

    It is `for_good` where it never will be; else all others `of_target` need not be tried either.
    """

    def __init__(
        self,
        snag: Snag,
        detail: str = "",
        wait: timedelta = timedelta(0),
        *,
        of_target: bool = True,
        for_good: bool = False,
    ) -> None:
        super().__init__(f"{snag}: {detail}")
        self.snag = snag
        self.detail = detail
        self.wait = wait
        self.of_target = of_target
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Way:
    """How deeds of one kind are done; raises `SnaggedError`.

    After each there is a `pause`. Tracks come `in_order`, if that matters; and for so long is
    tried what is in vain.
    """

    do: Callable[[Deed], Awaitable[None]]
    patience: timedelta
    pause: timedelta = timedelta(0)
    in_order: bool = False


class Doer:
    def __init__(
        self, store: Store, clock: Clock, events: Broadcast, ways: Mapping[ActionKind, Way]
    ) -> None:
        self._store = store
        self._clock = clock
        self._events = events
        self._ways = ways
        self._bell = Bell()

    async def run(self) -> None:
        """Do what is due as soon as it is, one after the other of each kind, until cancelled."""
        closing = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for kind in self._ways:
                step = partial(self.step, kind)
                group.create_task(keep_going(step, self._clock, closing))
            try:
                await self._follow()
            finally:
                closing.set()

    async def step(self, kind: ActionKind) -> None:
        """Do what is due; where nothing is, wait for it."""
        ring, way = self._bell.next_ring(), self._ways[kind]
        now = self._clock.on_the_wall()
        deed = await self._store.deeds.next(kind, now, in_order=way.in_order)
        if deed is not None:
            with structlog.contextvars.bound_contextvars(deed=deed.id, watch=deed.watch_id):
                await self._do(deed, way)
            return
        due = await self._store.deeds.next_due(kind)
        left = due - now if due is not None and due > now else _LOOK_AGAIN
        await wait(ring, self._clock, min(left, _LOOK_AGAIN))

    def ring(self) -> None:
        """Look again: something else may be due than before."""
        self._bell.ring()

    async def _do(self, deed: Deed, way: Way) -> None:
        try:
            await way.do(deed)
        except SnaggedError as error:
            await self._put_off(deed, way, error)
            return
        except DatabaseBusyError:
            raise  # no fault of the deed, nor could one be stored
        except Exception as error:
            log.exception("deed broke")  # it must not hold up all others
            broken = SnaggedError(Snag.BROKEN, type(error).__name__, of_target=False)
            await self._put_off(deed, way, broken)
            return
        await self._store.deeds.done(deed)
        log.info("deed done", kind=deed.action.kind, track=deed.track_id)
        await self._clock.sleep(way.pause.total_seconds())

    async def _put_off(self, deed: Deed, way: Way, error: SnaggedError) -> None:
        log.warning("deed not done", kind=deed.action.kind, track=deed.track_id, error=str(error))
        now = self._clock.on_the_wall()
        pause = min(_FIRST_PAUSE * 2 ** min(deed.tries, 10), _LONGEST_PAUSE)
        if error.for_good:
            outlook = await self._store.deeds.give_up(deed, error.snag, error.detail, now)
        else:
            outlook = await self._store.deeds.put_off(
                deed,
                error.snag,
                error.detail,
                now=now,
                until=now + max(pause, error.wait),
                patience=way.patience,
                of_target=error.of_target,
            )
        if outlook.is_new or outlook.given_up:
            told = (deed, error.snag, error.detail, outlook.given_up)
            self._events.publish(DeedSnagged(*told))

    async def _follow(self) -> None:
        with self._events.listen() as events:
            async for event in events:
                is_end = isinstance(event, ItemMoved) and event.item.state in ENDED_ITEMS
                if is_end or isinstance(event, JobMoved):
                    self._bell.ring()
