"""Fixtures of the tests of `tad login`, `tad accounts` and `tad doctor`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from tests.bot.verbs.desk import Desk, open_desk


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:
    """Undo what each verb sets up for its own process."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    names = ("", "aiogram", "aiogram.event", "aiohttp", "aiohttp.access", "aiosqlite", "alembic")
    loggers = [logging.getLogger(name) for name in (*names, "telethon")]
    levels = [logger.level for logger in loggers]
    yield
    root.handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        monkeypatch.chdir(tmp_path)
        for name, value in desk.environment.items():
            monkeypatch.setenv(name, value)
        yield desk
