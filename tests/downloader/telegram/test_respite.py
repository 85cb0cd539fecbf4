from __future__ import annotations

from datetime import timedelta

import pytest

from downloader.errors import CentreThrottledError, ThrottledError
from downloader.telegram.respite import Respite
from tests.downloader.scripted import OwnedTime


def respite(time: OwnedTime, *waits: int) -> Respite:
    made = Respite(time.clock, patience=timedelta(seconds=5))
    for wait in waits:
        made.begin(ThrottledError(timedelta(seconds=wait)))
    return made


async def test_where_nothing_was_said_nobody_waits() -> None:
    time = OwnedTime()
    await respite(time).over()

    assert [] == time.slept


async def test_f01_a_brief_wait_is_sat_out() -> None:
    time = OwnedTime()
    async with time.passing():
        await respite(time, 4).over()

    assert [4.0] == time.slept


async def test_f02_of_a_longer_one_is_told_what_is_left() -> None:
    time = OwnedTime()
    made = respite(time, 300)
    time.advance(100)
    with pytest.raises(ThrottledError) as caught:
        await made.over()

    assert timedelta(seconds=200) == caught.value.wait


async def test_f01_the_longest_of_several_waits_counts() -> None:
    assert timedelta(seconds=4) == respite(OwnedTime(), 2, 4, 1).left


async def test_f04_no_time_at_all_is_a_second() -> None:
    assert timedelta(seconds=1) == respite(OwnedTime(), 0).left


async def test_what_is_left_is_told_as_it_began() -> None:
    made = respite(OwnedTime(), 5)
    made.begin(CentreThrottledError(timedelta(seconds=60)))
    made.begin(ThrottledError(timedelta(seconds=30)))
    with pytest.raises(CentreThrottledError):
        await made.over()
