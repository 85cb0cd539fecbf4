from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from storage.store import Store
from tests.stores import store_at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep the log out of sight: to draw one traceback takes longer than most of these tests."""
    with capture_logs():
        yield
