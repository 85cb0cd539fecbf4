"""Fixtures of the fault tests that need the whole way from Telegram to the library."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.downloader.telegram.stand import Stand, open_stand


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(tmp_path) as stand:
        yield stand
