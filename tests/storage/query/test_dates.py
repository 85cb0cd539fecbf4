from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage.query.dates import during, moment
from storage.query.tree import Ago, Midnight, Stamp, moment_at


@pytest.mark.parametrize(
    "text",
    ["", "x", "7", "7m", "24", "2024-0", "2024-02-30", "9999", "0001", "9999y", "٢٠٢٤", ".."],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert moment(text) is None
    assert during(Stamp.ADDED, ":", text) is None


def test_a_moment_is_seen_from_now() -> None:
    now = datetime(2024, 3, 1, 13, tzinfo=UTC)

    assert datetime(2024, 2, 29, tzinfo=UTC) == moment_at(Midnight(1), now)
    assert now - timedelta(days=2) == moment_at(Ago(timedelta(days=2)), now)
    assert now == moment_at(now, datetime(2030, 1, 1, tzinfo=UTC))
