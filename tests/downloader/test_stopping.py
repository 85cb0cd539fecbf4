"""Pause, resume, cancel and retry, in every state (F65)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    ThrottledError,
)
from storage.models import ItemState, JobState, Reason
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ROCK, Rule, ScriptedSource, Sulking, song

MIB = 1 << 20
PAUSED, CANCELLED, DONE = JobState.PAUSED, JobState.CANCELLED, JobState.DONE
BIG = song(1, size=6 * MIB)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource(BIG)) as rig:
        rig.source.width = 2
        rig.build(workers=1)
        yield rig


def stall(rig: Rig, method: str, skip: int = 0) -> Rule:
    return rig.source.script(method, hold=asyncio.Event(), skip=skip, times=99)


# Where the engine is held when the person acts: a method that never answers, and how often it did.
PLACES = [("chat", 0), ("audio", 0), ("posting", 0), ("open", 0), ("part", 0), ("part", 4)]


@pytest.mark.parametrize(("method", "skip"), PLACES)
async def test_f65_a_pause_acts_anywhere_and_a_resume_goes_on(
    rig: Rig, method: str, skip: int
) -> None:
    held = stall(rig, method, skip)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        async with asyncio.timeout(60):
            assert PAUSED is (await rig.engine.pause(job.id)).state
        assert set(await rig.states(job.id)) <= {ItemState.QUEUED}
        held.times = 0
        await rig.engine.resume(job.id)
        job = await rig.ended(job.id)

    assert DONE is job.state
    assert rig.bodies() == list(rig.published().values())


@pytest.mark.parametrize(("method", "skip"), PLACES)
async def test_f65_a_cancel_acts_anywhere_and_leaves_nothing(
    rig: Rig, method: str, skip: int
) -> None:
    held = stall(rig, method, skip)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        async with asyncio.timeout(60):
            assert CANCELLED is (await rig.engine.cancel(job.id)).state

    assert set(await rig.states(job.id)) <= {ItemState.CANCELLED}
    assert (frozenset(), frozenset()) == await rig.left_over()
    assert {} == rig.published()


@pytest.mark.parametrize(("method", "skip"), PLACES)
async def test_f65_a_cancelled_job_is_retried_from_where_it_was_planned(
    rig: Rig, method: str, skip: int
) -> None:
    held = stall(rig, method, skip)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        await rig.engine.cancel(job.id)
        held.times = 0
        await rig.engine.retry(job.id)
        job = await rig.ended(job.id)

    assert DONE is job.state


async def test_f65_a_pause_keeps_what_has_come(rig: Rig) -> None:
    held = stall(rig, "part", skip=4)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        await rig.engine.pause(job.id)
        assert frozenset({BIG.document_id}) == await rig.store.files.parts()
        held.times = 0
        asked = len(rig.source.parts())
        await rig.engine.resume(job.id)
        await rig.ended(job.id)

    assert len(rig.source.parts()) - asked <= 3


async def test_f65_a_cancel_keeps_the_part_that_another_job_wants(tmp_path: Path) -> None:
    also = song(1, chat=ROCK, document=BIG.document_id, size=BIG.size)
    async with open_rig(tmp_path, ScriptedSource(BIG, also)) as rig:
        held = stall(rig, "part", skip=4)
        async with rig.running():
            one = await rig.submit("@jazz")
            await held.reached.wait()
            two = await rig.submit("@rock")
            await rig.job_is(two.id, JobState.RUNNING)
            held.times = 0
            asked = len(rig.source.parts())
            await rig.engine.cancel(one.id)
            two = await rig.ended(two.id)

        assert DONE is two.state
        assert len(rig.source.parts()) - asked <= 4
        assert (frozenset(), frozenset()) == await rig.left_over()


TROUBLE = [
    (ThrottledError(timedelta(hours=1)), ItemState.WAITING),
    (OfflineError(), ItemState.WAITING),
    (RefusedError("X"), ItemState.WAITING),
    (AccountLostError("revoked"), ItemState.PARKED),
    (ChatUnavailableError(Reason.NO_ACCESS), ItemState.PARKED),
]


@pytest.mark.parametrize(("error", "state"), TROUBLE)
async def test_f65_a_pause_and_a_cancel_act_while_an_item_waits(
    rig: Rig, error: Exception, state: ItemState
) -> None:
    rig.source.script("open", error, times=99)
    async with rig.running():
        job = await rig.submit()
        await rig.item_is(job.id, state)
        await rig.engine.pause(job.id)
        rig.time.advance(99_999)
        asked = rig.source.count("open"), len(rig.source.parts())
        await rig.engine.wake()
        assert [state] == await rig.states(job.id)
        await rig.engine.cancel(job.id)
        assert [ItemState.CANCELLED] == await rig.states(job.id)

    assert asked == (rig.source.count("open"), len(rig.source.parts()))


async def test_f65_parked_items_are_retried_by_hand(rig: Rig) -> None:
    rig.source.script("open", ChatUnavailableError(Reason.NO_ACCESS))
    async with rig.running():
        job = await rig.submit()
        await rig.item_is(job.id, ItemState.PARKED)
        assert JobState.RUNNING is (await rig.engine.retry(job.id)).state
        job = await rig.ended(job.id)

    assert DONE is job.state


@pytest.mark.parametrize("method", ["chat", "open"])
async def test_f65_a_failed_job_is_retried_by_hand(rig: Rig, method: str) -> None:
    rig.source.script(method, PostingGoneError(Reason.DELETED))
    async with rig.running():
        job = await rig.submit()
        assert JobState.FAILED is (await rig.ended(job.id)).state
        await rig.engine.retry(job.id)
        job = await rig.job_is(job.id, DONE)

    assert rig.bodies() == list(rig.published().values())


async def test_f65_commands_without_effect_change_nothing(rig: Rig) -> None:
    async with rig.running():
        job = await rig.submit()
        done = await rig.ended(job.id)

        assert done == await rig.engine.pause(job.id)
        assert done == await rig.engine.resume(job.id)
        assert done == await rig.engine.cancel(job.id)
        assert done == await rig.engine.retry(job.id)


async def test_f65_commands_given_twice_are_given_once(rig: Rig) -> None:
    held = stall(rig, "part")
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(rig.engine.pause(job.id))
        assert PAUSED is (await rig.job(job.id)).state
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(rig.engine.cancel(job.id))

        assert CANCELLED is (await rig.job(job.id)).state


async def test_f65_cancel_and_resume_at_once_end_in_one_of_the_two(rig: Rig) -> None:
    held = stall(rig, "part")
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        async with asyncio.TaskGroup() as group:
            for command in (rig.engine.pause, rig.engine.cancel, rig.engine.resume):
                group.create_task(command(job.id))

        assert CANCELLED is (await rig.job(job.id)).state
        assert [ItemState.CANCELLED] == await rig.states(job.id)


async def test_f65_a_queued_job_is_paused_before_it_was_looked_at(rig: Rig) -> None:
    job = await rig.submit()
    await rig.engine.pause(job.id)
    async with rig.running():
        await rig.engine.wake()
        await asyncio.sleep(0)
        assert [] == rig.source.asked
        await rig.engine.resume(job.id)
        job = await rig.ended(job.id)

    assert DONE is job.state


async def test_f65_a_paused_job_stays_paused_over_a_restart(rig: Rig) -> None:
    held = stall(rig, "part", skip=4)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        await rig.engine.pause(job.id)
    held.times = 0
    rig.build()
    async with rig.running():
        await rig.engine.wake()
        assert PAUSED is (await rig.job(job.id)).state
        await rig.engine.resume(job.id)
        job = await rig.ended(job.id)

    assert DONE is job.state


@pytest.mark.parametrize("method", ["chat", "audio", "open", "part"])
async def test_f65_an_error_in_the_moment_of_a_pause_changes_nothing(rig: Rig, method: str) -> None:
    held = rig.source.script(method, hold=Sulking(), times=99)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        await rig.engine.pause(job.id)
        assert PAUSED is (await rig.job(job.id)).state
        assert set(await rig.states(job.id)) <= {ItemState.QUEUED}
        held.times = 0
        await rig.engine.resume(job.id)
        assert DONE is (await rig.ended(job.id)).state


async def test_f39_an_error_in_the_moment_of_the_end_does_not_keep_the_engine_alive(
    rig: Rig,
) -> None:
    held = rig.source.script("part", hold=Sulking(), times=99)
    async with rig.running():
        await rig.submit()
        await held.reached.wait()
