from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from storage.actor import Actor, acting, actor
from storage.record import By, Who


def now() -> datetime:
    return datetime(2026, 11, 26, tzinfo=UTC)


def test_nobody_acts_unless_it_is_said() -> None:
    assert actor() is None


def test_the_inner_one_acts_and_then_the_outer_one_again() -> None:
    with acting(By.PROGRAM, now):
        with acting(7, now):
            inner = actor()
        outer = actor()

    assert (Actor(7, now), Actor(By.PROGRAM, now)) == (inner, outer)
    assert actor() is None


def test_what_breaks_off_acts_no_more() -> None:
    with pytest.raises(ZeroDivisionError), acting(7, now):
        raise ZeroDivisionError

    assert actor() is None


async def test_a_task_acts_for_whoever_has_started_it() -> None:
    seen: list[Who | None] = []

    async def look() -> None:
        doer = actor()
        seen.append(doer.who if doer else None)

    with acting(7, now):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(look())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(look())

    assert [7, None] == seen
