"""Which jobs and items are worked on right now, so that a person can stop them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Work:
    """One item on its way, or the planning of one job (then without a document)."""

    job_id: int
    document_id: int | None = None
    item_id: int | None = None
    stopped: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _too_late: bool = False
    _in_vain: bool = False  # a stop came too late
    _task: asyncio.Task[None] | None = None

    async def run(self, steps: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Take the steps, in a task of their own; return False when they were stopped."""
        if self.stopped:
            return False
        async with asyncio.TaskGroup() as group:
            self._task = group.create_task(steps())
            await asyncio.wait({self._task})
        return not self._task.cancelled()

    def no_stop_from_here(self) -> None:
        """Mark the last short steps, which must not be torn apart by a stop."""
        self._too_late = True

    def may_go_on(self) -> bool:
        """Let it be stopped again, and tell whether nobody wanted that meanwhile."""
        self._too_late = False
        return not self._in_vain

    def stop(self) -> None:
        self._in_vain |= self._too_late
        if self._too_late or self.stopped:
            return
        self.stopped = True
        if self._task is not None:
            self._task.cancel()


class Running:
    def __init__(self) -> None:
        self._works: set[Work] = set()
        self._held: Counter[int] = Counter()

    def enter(
        self, job_id: int, document_id: int | None = None, item_id: int | None = None
    ) -> Work:
        work = Work(job_id, document_id, item_id, stopped=self._held[job_id] > 0)
        self._works.add(work)
        return work

    def leave(self, work: Work) -> None:
        self._works.discard(work)
        work.over.set()

    def documents(self) -> frozenset[int]:
        return frozenset(work.document_id for work in self._works if work.document_id is not None)

    def items(self) -> frozenset[int]:
        return frozenset(work.item_id for work in self._works if work.item_id is not None)

    def planning(self) -> frozenset[int]:
        """Return the jobs that are being planned."""
        return frozenset(work.job_id for work in self._works if work.item_id is None)

    def is_running(self, job_id: int) -> bool:
        return any(work.job_id == job_id for work in self._works)

    def held(self) -> frozenset[int]:
        """Return the jobs of which nothing may begin."""
        return frozenset(+self._held)

    @contextmanager
    def holding(self, job_id: int) -> Iterator[None]:
        """Stop everything of the job at once, and let nothing of it begin inside."""
        self._held[job_id] += 1
        self.stop(job_id)
        try:
            yield
        finally:
            self._held[job_id] -= 1

    def stop(self, job_id: int) -> list[Work]:
        """Stop everything of the job, and return what is then to be waited for."""
        works = [work for work in self._works if work.job_id == job_id]
        for work in works:
            work.stop()
        return works


async def rest(works: Iterable[Work]) -> None:
    """Wait until stopped work has come to rest."""
    for work in works:
        await work.over.wait()
