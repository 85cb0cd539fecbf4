from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.bot.rig import Rig, open_rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path) as rig:
        yield rig


@pytest.fixture(autouse=True)
def _nothing_broke() -> Iterator[None]:
    """Whatever is put in, no error of ours comes of it."""
    with capture_logs() as logs:
        yield
    assert [] == [one for one in logs if one["log_level"] in {"error", "critical"}]
