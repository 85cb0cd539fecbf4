"""Real storage in a folder of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.files import Files, make_library
from storage.store import Store
from tests.stores import database_at, store_at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as opened:
        yield opened


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with database_at(tmp_path / "tad.db") as opened:
        yield opened


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return tmp_path / "music"


@pytest.fixture
def files(music: Path) -> Files:
    make_library(music, is_new=True)
    return Files(music)
