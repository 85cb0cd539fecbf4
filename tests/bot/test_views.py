from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.progress import Progress
from bot.views import Views
from downloader.clock import Clock
from storage.models import ItemState, Job, JobState, Reason, Request
from storage.store import Store
from tests.bot.views import JAZZ, ME, NOW, item
from tests.downloader.scripted import ScriptedSource
from tests.stores import store_at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


@pytest.fixture
def views(store: Store) -> Views:
    return Views(store.jobs, store.items, Progress(Clock().monotonic), ScriptedSource())


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


async def test_what_was_forgotten_is_read_again(store: Store, views: Views) -> None:
    job = await running(store, songs=1)
    failed = await fail_one(store)
    await views.of(ME.chat_id, 0)

    views.forget([job.id])

    [shown] = await views.of(ME.chat_id, 0)
    assert [failed] == [one.id for one in shown.troubles]
