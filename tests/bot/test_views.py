from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.board import SHOWN_JOBS
from bot.discretion import Discretion
from bot.progress import Progress
from bot.views import Views
from downloader.clock import Clock
from downloader.events import JobMoved
from storage.models import ItemState, Job, JobState, Reason, Request
from storage.store import Store
from tests.bot.views import JAZZ, ME, NOW, item
from tests.stores import store_at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


@pytest.fixture
def progress() -> Progress:
    return Progress(Clock().monotonic)


@pytest.fixture
def cancelling() -> set[int]:
    return set()


@pytest.fixture
def views(store: Store, progress: Progress, cancelling: set[int]) -> Views:
    discretion = Discretion(store.people, ME.person_id)
    return Views(store.jobs, store.items, progress, lambda: cancelling, discretion)


async def running(store: Store, *, songs: int) -> Job:
    added = await store.jobs.add(Request("@jazz", songs), ME, NOW)
    await store.jobs.move(added.id, JobState.PLANNING)
    audios = [audio for number in range(1, songs + 1) if (audio := item(number).audio)]
    await store.items.add(added.id, audios)
    return await store.jobs.move(added.id, JobState.RUNNING, chat=JAZZ)


async def fail_one(store: Store) -> int:
    claim = await store.items.claim(NOW)
    assert claim is not None
    await store.items.move(claim.item.id, ItemState.FAILED, reason=Reason.DELETED)
    return claim.item.id


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Collect the queries that are made in the block."""
    queries: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lower().startswith("select"):
            queries.append(statement)

    engine = store.jobs._database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_troubles_that_no_event_told_of_are_read_again(store: Store, views: Views) -> None:
    jobs = [await running(store, songs=2), await running(store, songs=2)]
    failed = [await fail_one(store), await fail_one(store)]

    shown = await views.of(ME.chat_id, 0)

    assert [job.id for job in jobs] == [view.job.id for view in shown]
    assert failed == [one.id for view in shown for one in view.troubles]


async def test_many_jobs_take_as_many_queries_as_one(store: Store, views: Views) -> None:
    for _ in range(30):
        await running(store, songs=2)
        await fail_one(store)

    with counted(store) as queries:
        assert 30 == len(await views.of(ME.chat_id, 0))
    assert 3 == len(queries)  # jobs, counts, troubles

    with counted(store) as queries:
        await views.of(ME.chat_id, 0)
    assert 2 == len(queries)


async def test_a_chat_without_jobs_has_no_views(store: Store, views: Views) -> None:
    assert [] == await views.of(ME.chat_id, 0)


async def test_what_is_quiet_is_on_no_board(store: Store, views: Views) -> None:
    await store.jobs.add(Request("@jazz", 1, is_quiet=True), ME, NOW)
    shown = await store.jobs.add(Request("@jazz", 1), ME, NOW)

    assert [shown.id] == [view.job.id for view in await views.of(ME.chat_id, 0)]
    assert 1 == await store.jobs.count(ME.chat_id, 0)


async def ended(store: Store) -> Job:
    job = await running(store, songs=1)
    await fail_one(store)
    return await store.jobs.move(job.id, JobState.FAILED)


async def test_what_is_over_is_counted_once(store: Store, views: Views) -> None:
    await ended(store)
    [first] = await views.of(ME.chat_id, 0)

    with counted(store) as queries:
        assert [first] == await views.of(ME.chat_id, 0)
    assert 1 == len(queries)  # jobs


async def test_what_is_tried_again_is_counted_again(
    store: Store, views: Views, progress: Progress
) -> None:
    job = await ended(store)
    await views.of(ME.chat_id, 0)

    await store.items.retry(job.id)
    progress.note(JobMoved(await store.jobs.move(job.id, JobState.RUNNING)))
    [claim] = [await store.items.claim(NOW)]
    assert claim is not None
    await store.items.move(claim.item.id, ItemState.CANCELLED)
    progress.note(JobMoved(await store.jobs.move(job.id, JobState.CANCELLED)))

    [shown] = await views.of(ME.chat_id, 0)
    assert ({ItemState.CANCELLED: 1}, ()) == (shown.tally.items, shown.troubles)


async def test_of_what_is_over_the_newest_are_given_and_the_rest_is_left_out(
    store: Store, views: Views, progress: Progress
) -> None:
    first = await running(store, songs=1)
    others = [await ended(store) for _ in range(SHOWN_JOBS)]
    assert 0 == await views.left_out(ME.chat_id, first.id, await views.of(ME.chat_id, first.id))
    newest = [await ended(store) for _ in range(2)]

    shown = await views.of(ME.chat_id, first.id)
    assert [first, *others[2:], *newest] == [view.job for view in shown]
    assert 2 == await views.left_out(ME.chat_id, first.id, shown)
    assert progress.last(others[0].id) is None  # it will not be asked for again
    assert progress.last(others[2].id) is not None


async def test_what_is_being_cancelled_is_stopping_until_it_is_over(
    store: Store, views: Views, cancelling: set[int]
) -> None:
    jobs = [await running(store, songs=1), await ended(store), await running(store, songs=1)]
    cancelling |= {job.id for job in jobs[:2]}

    assert [True, False, False] == [one.stopping for one in await views.of(ME.chat_id, 0)]


async def test_what_is_cancelled_while_it_is_read_is_not_shown_as_paused(
    store: Store, progress: Progress
) -> None:
    job = await running(store, songs=1)
    await store.jobs.move(job.id, JobState.PAUSED)
    under_way = iter([{job.id}, set[int]()])  # it is over when all has been read
    given = store.jobs, store.items, progress
    views = Views(*given, lambda: next(under_way), Discretion(store.people, ME.person_id))
    [view] = await views.of(ME.chat_id, 0)

    assert view.stopping
