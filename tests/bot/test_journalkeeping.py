from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import journalkeeping
from bot.version import own_version
from downloader.clock import Clock
from storage.actor import acting
from storage.errors import DatabaseBusyError
from storage.journal import Journal
from storage.record import By, Head, What
from storage.store import Store
from tests.bot.rig import settings_for
from tests.stores import store_at

API = "http://127.0.0.1:1"


def now() -> datetime:
    return datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as opened:
        yield opened


async def entered(store: Store) -> list[What | None]:
    return [one.what for one in reversed(await store.journal.newest(20))]


async def test_a_run_that_was_stopped_leaves_both_its_ends(store: Store, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, 7, API)
    with acting(By.PROGRAM, now):
        for _ in range(2):
            await journalkeeping.started(store, settings)
            await journalkeeping.stopped(store)

    assert [What.STARTED, What.STOPPED] * 2 == await entered(store)
    first = (await store.journal.newest(4))[-1]
    assert (By.PROGRAM, {"version": own_version()}) == (first.who, first.about)


async def test_a_run_that_broke_off_is_entered_by_the_next(store: Store, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, 7, API)
    with acting(By.PROGRAM, now):
        await journalkeeping.started(store, settings)
        await journalkeeping.started(store, settings)

    assert [What.STARTED, What.BROKE_OFF, What.STARTED] == await entered(store)


async def test_settings_that_have_changed_are_named(store: Store, tmp_path: Path) -> None:
    with acting(By.PROGRAM, now):
        await journalkeeping.started(store, settings_for(tmp_path, 7, API))
        changed = settings_for(tmp_path, 8, API, storage_chat=-1001)
        await journalkeeping.started(store, changed)

    about = [one.about for one in await store.journal.newest(20) if "name" in one.about]
    assert [{"name": "OWNER_ID"}, {"name": "STORAGE_CHAT"}] == sorted(
        about, key=lambda one: str(one["name"])
    )


async def test_a_database_that_is_busy_for_a_while_ends_nothing(store: Store) -> None:
    class Busy(Journal):
        async def head(self) -> Head | None:
            tried.append(True)
            raise DatabaseBusyError(Path("tad.db"))

    async def sleep(_seconds: float) -> None:
        if len(tried) == 2:
            raise asyncio.CancelledError

    tried: list[bool] = []
    busy = Busy(store.journal._database, store.vault)
    with pytest.raises(asyncio.CancelledError):
        await journalkeeping.tell_where_it_ends(busy, Clock(sleep=sleep))

    assert 2 == len(tried)


async def test_where_it_ends_is_logged_once_a_day(store: Store) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise asyncio.CancelledError
        with acting(By.PROGRAM, now):
            await store.journal.add(What.BACKED_UP)

    with capture_logs() as logs, pytest.raises(asyncio.CancelledError):
        await journalkeeping.tell_where_it_ends(store.journal, Clock(sleep=sleep))

    head = await store.journal.head()
    told = [line["head"] for line in logs if line["event"] == "journal ends"]
    assert [86_400.0] * 3 == waits
    assert ["1", "2"] == [one.partition(":")[0] for one in told]
    assert str(head) == told[-1]
