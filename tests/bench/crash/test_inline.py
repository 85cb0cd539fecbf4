from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import aiosqlite
import pytest

from bench.crash.inline import without_threads
from storage.store import open_store


def bad() -> int:
    raise ValueError("bad")


async def test_everything_is_done_by_the_one_thread_there_is(tmp_path: Path) -> None:
    mine = threading.get_ident()
    before = threading.active_count()
    with without_threads():
        async with open_store(tmp_path / "data", tmp_path / "music") as store:
            assert [] == await store.jobs.every()
            assert before == threading.active_count()
        assert mine == await asyncio.to_thread(threading.get_ident)


async def test_an_error_comes_to_whoever_waits() -> None:
    with without_threads():
        with pytest.raises(ValueError, match="bad"):
            await asyncio.to_thread(bad)
        async with aiosqlite.connect(":memory:") as database:
            with pytest.raises(aiosqlite.OperationalError):
                await database.execute("selct")


async def test_afterwards_there_are_threads_again() -> None:
    before = threading.active_count()
    with without_threads():
        pass

    async with aiosqlite.connect(":memory:"):
        assert before + 1 == threading.active_count()
