from __future__ import annotations

from datetime import timedelta

import pytest

from downloader.errors import OfflineError
from downloader.telegram.check import reach
from tests.downloader.telegram.stand import Stand


async def test_telegram_is_reached_without_signing_in(stand: Stand) -> None:
    reached = await reach(stand.access, stand.patience)

    assert reached.dc == 2
    assert abs(reached.clock_ahead) < timedelta(minutes=1)
    assert stand.cluster.counters.open[2] == 0


async def test_f46_a_wrong_clock_is_seen(stand: Stand) -> None:
    stand.cluster.clock_skew = timedelta(minutes=10)
    reached = await reach(stand.access)

    assert abs(reached.clock_ahead + timedelta(minutes=10)) < timedelta(minutes=1)


async def test_f30_telegram_that_is_not_there_is_offline(stand: Stand) -> None:
    async with stand.cluster.offline():
        with pytest.raises(OfflineError):
            await reach(stand.access, stand.patience)
