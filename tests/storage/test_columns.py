from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.columns import from_micros, micros
from tests.storage.values import NOW


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_comes_back_exactly(time: datetime) -> None:
    assert from_micros(micros(time)) == time


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_stored_times_are_ordered_like_times(one: datetime, other: datetime) -> None:
    assert (micros(one) < micros(other)) == (one < other)


def test_a_time_of_another_zone_is_the_same_moment_in_utc() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert micros(elsewhere) == micros(NOW)
    assert from_micros(micros(elsewhere)).tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="2026"):
        micros(NOW.replace(tzinfo=None))
