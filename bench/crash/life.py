"""One life of the light program: open the store, bring the job to its end, tell what there is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog

from bench.crash.descriptors import leave_free
from bench.crash.inline import without_threads
from bench.crash.refiled import refile
from bench.crash.shapes import Shape, named
from bench.crash.source import SteadySource
from bench.light import opened, running, syncing_each
from downloader.engine import Engine
from downloader.events import (
    BytesArrived,
    Event,
    JobMoved,
    OfNoJob,
)
from storage.errors import StorageError
from storage.models import ItemState, Job, Origin, Reason, Request
from storage.states import ENDED_ITEMS, ENDED_JOBS
from storage.store import Store

_ME = Origin(person_id=7, chat_id=7)
_ALL = 10_000
_AGAIN = 0.005  # seconds
_LOOKS = 400
_SYNC_BYTES = 1 << 20


class End(StrEnum):
    """How a life ended that nobody cut off."""

    OVER = "over"  # the job has ended
    AT_REST = "at rest"  # a person or a restart must act first
    REFUSED = "refused"  # the store could not be opened
    STUCK = "stuck"  # neither in time


@dataclass(frozen=True, slots=True)
class Order:
    """What a life is to do.

    Args:
        shape: the name of a `Shape`.
        folder: holds `data` and `music`, and gets the report.
        in_line: it has no threads, so that its calls to the system are one row.
        is_traced: it waits for SIGUSR1 before it begins.
        parts: it kills itself when it asks for a part after so many.
        delay: seconds that each part takes.
        patience: seconds until it is stuck.
        descriptors: how many files it may open beside those that are open at its beginning.

    """

    shape: str
    folder: str
    in_line: bool = True
    is_traced: bool = False
    parts: int | None = None
    delay: float = 0.0
    patience: float = 600.0
    descriptors: int | None = None

    def tell(self, report: Report) -> None:
        self._report.write_text(json.dumps(asdict(report)), encoding="utf-8")

    def told(self) -> Report:
        report = Report(**json.loads(self._report.read_text(encoding="utf-8")))
        report.end = End(report.end)
        return report

    @property
    def _report(self) -> Path:
        return Path(self.folder, "report.json")


@dataclass(slots=True)
class Report:
    """What a life tells when it ends.

    `told` are the states and reasons that items and the job had on the way. `jobs`, `items` and
    `files` are those of `tad jobs --json`; `left` names what is still on its way.
    """

    end: End = End.STUCK
    words: str = ""
    told: list[tuple[str, str | None]] = field(default_factory=list)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def live(order: Order) -> None:
    """Live, and leave a report and a log in the folder."""
    report = Report()
    with Path(order.folder, "life.log").open("a", encoding="utf-8") as log:
        structlog.configure(_plain(), logger_factory=structlog.PrintLoggerFactory(log))
        try:
            asyncio.run(_live(order, report))
        except TimeoutError:
            report.end = End.STUCK
        except StorageError as error:
            report.end, report.words = End.REFUSED, str(error)
    order.tell(report)


def _plain() -> list[structlog.typing.Processor]:
    # Without the time: the same life writes the same log.
    return [structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()]


async def _live(order: Order, report: Report) -> None:
    with ExitStack() as terms:
        terms.enter_context(without_threads() if order.in_line else nullcontext())
        terms.enter_context(leave_free(order.descriptors))
        async with asyncio.timeout(order.patience), opened(Path(order.folder)) as store:
            await _work(order, store, report)
            await _take_stock(store, report)


async def _work(order: Order, store: Store, report: Report) -> None:
    shape = named(order.shape)
    if not shape.songs:
        if shape.is_refiled:
            await refile(store)
        report.end = End.OVER
        return
    source = SteadySource(shape.songs, order.parts, order.delay)
    pace = syncing_each(_SYNC_BYTES)
    async with running(store, source, workers=shape.workers, pace=pace) as engine:
        with engine.events.listen() as heard:
            job = await _ordered(engine, store, shape)
            report.end = await _ended(store, job, heard, report)
            # Whoever is killed at random a thousand times is killed three times over one file.
            while report.end is End.AT_REST and await _is_quarantined(store, job.id):
                report.end = await _ended(store, await engine.retry(job.id), heard, report)
            await _swept(store)


async def _swept(store: Store) -> None:
    """Let the start come to its sweep: a job that was over already ends a life before that."""
    for _ in range(_LOOKS):
        if not await store.files.parts() - await store.transfers.documents():
            return
        await asyncio.sleep(_AGAIN)


async def _ordered(engine: Engine, store: Store, shape: Shape) -> Job:
    """Do as a person does: order it once, and say it again where the answer was an error."""
    chat = f"@{shape.chat.username}"
    while True:
        try:
            known = [job for job in await store.jobs.every() if job.request.chat == chat]
            job = known[0] if known else await engine.submit(Request(chat, _ALL), _ME)
            return await engine.cancel(job.id) if shape.is_cancelled else job
        except StorageError:
            await asyncio.sleep(_AGAIN)


async def _ended(store: Store, job: Job, heard: AsyncIterator[Event], report: Report) -> End:
    if job.state in ENDED_JOBS:
        return End.OVER
    # What an earlier life has left alone, this one says nothing of.
    has_parked = await _is_quarantined(store, job.id)
    if has_parked and await _is_at_rest(store, job.id):
        return End.AT_REST
    async for event in heard:
        if isinstance(event, BytesArrived | OfNoJob):
            continue
        one = event.job if isinstance(event, JobMoved) else event.item
        report.told.append((one.state, one.reason))
        if one.state in ENDED_JOBS and isinstance(event, JobMoved):
            return End.OVER
        has_parked = has_parked or one.state is ItemState.PARKED
        with suppress(StorageError):
            if has_parked and await _is_at_rest(store, job.id):
                return End.AT_REST
    raise AssertionError


async def _is_at_rest(store: Store, job_id: int) -> bool:
    """Tell whether nothing goes on by itself; what waits for room on the disk does."""
    items = await store.items.of_job(job_id)
    parked = [item for item in items if item.state is ItemState.PARKED]
    at_rest = [item for item in items if item.state in ENDED_ITEMS]
    return len(parked) + len(at_rest) == len(items) and not any(
        item.reason is Reason.DISK_FULL for item in parked
    )


async def _is_quarantined(store: Store, job_id: int) -> bool:
    items = await store.items.of_job(job_id)
    return any(item.reason is Reason.QUARANTINED for item in items)


async def _take_stock(store: Store, report: Report) -> None:
    for job in await store.jobs.every():
        report.jobs.append({"id": job.id, "state": job.state, "reason": job.reason})
    for item in await store.items.every():
        posting = f"{item.chat_id}/{item.message_id}"
        report.items.append(
            {"job": item.job_id, "posting": posting, "state": item.state, "reason": item.reason}
        )
    for track in await store.catalog.every():
        assert track.path is not None
        report.files.append(
            {
                "path": str(track.path),
                "title": track.title,
                "sha256_source": track.sha256_source,
                "sha256": track.sha256,
            }
        )
    report.left = [f"part {number}" for number in await store.files.parts()]
    report.left += [f"move of {one.track_id}" for one in await store.moves.unfinished()]
    report.left += [f"transfer {number}" for number in await store.transfers.documents()]
