"""Fixtures of the tests of `tad login`, `tad accounts` and `tad doctor`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.verbs.desk import Desk, open_desk


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        monkeypatch.chdir(tmp_path)
        for name, value in desk.environment.items():
            monkeypatch.setenv(name, value)
        yield desk
