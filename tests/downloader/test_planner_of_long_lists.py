"""Long plans are stored part by part, so that a kill costs no more than the last part."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from downloader.errors import ChatUnavailableError
from storage.models import ItemState, Job, JobState, Order, Reason, Request
from tests.downloader.rig import ME, Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song

LONG = 2500


def long_chat() -> ScriptedSource:
    return ScriptedSource(*(song(number, size=1) for number in range(1, LONG + 1)))


async def killed(rig: Rig, request: Request, after: int) -> Job:
    """Order it, and leave the plan when so many postings have arrived."""
    held = rig.source.script("posting", hold=asyncio.Event(), skip=after)
    async with rig.running():
        job = await rig.engine.submit(request, ME)
        await held.reached.wait()
    rig.build()
    return job


@pytest.mark.parametrize(
    ("order", "limit", "bound"),
    [
        (Order.NEWEST, 9999, ("last_id", 500)),
        (Order.OLDEST, 9999, ("first_id", 2001)),
        (Order.NEWEST, 2400, ("last_id", 500)),
    ],
)
async def test_f38_a_long_plan_that_was_killed_goes_on_where_it_was(
    tmp_path: Path, order: Order, limit: int, bound: tuple[str, int]
) -> None:
    async with open_rig(tmp_path, long_chat()) as rig:
        job = await killed(rig, Request("@jazz", limit, order), after=2300)
        async with rig.running():
            await rig.job_is(job.id, JobState.RUNNING)
        items = await rig.items(job.id)

        numbers = range(1, LONG + 1) if order is Order.OLDEST else range(LONG, 0, -1)
        assert list(numbers)[:limit] == [item.message_id for item in items]
        assert bound[1] == getattr(rig.source.requests[1], bound[0])
        assert limit - 2000 == rig.source.requests[1].limit
        assert await rig.store.listings.of(job.id) is None


async def test_a_chat_of_which_a_query_lets_nothing_pass_is_read_on_after_a_kill(
    tmp_path: Path,
) -> None:
    songs = (song(number, size=1) for number in range(1, 6001))
    async with open_rig(tmp_path, ScriptedSource(*songs)) as rig:
        job = await killed(rig, Request("@jazz", 9, query="waltz"), after=5500)
        async with rig.running():
            ended = await rig.ended(job.id)
            await rig.engine.retry(job.id)
            again = await rig.ended(job.id)

        assert [None, 1000, None] == [request.last_id for request in rig.source.requests]
        assert Reason.NOTHING_MATCHES is ended.reason is again.reason


async def test_what_cannot_be_read_to_its_end_leaves_nothing_queued_and_goes_on_when_told(
    tmp_path: Path,
) -> None:
    async with open_rig(tmp_path, long_chat()) as rig:
        gone = ChatUnavailableError(Reason.CHAT_PRIVATE, "@jazz")
        rig.source.script("posting", gone, skip=2300)
        async with rig.running():
            job = await rig.submit(limit=9999)
            failed = await rig.ended(job.id)
            left = (await rig.store.items.tally([job.id]))[job.id].items
            await rig.engine.retry(job.id)
            await rig.job_is(job.id, JobState.RUNNING)
        items = await rig.items(job.id)

        assert (JobState.FAILED, {ItemState.CANCELLED: 2000}) == (failed.state, left)
        assert LONG == len(items)


async def test_a_long_plan_that_is_cancelled_brings_nothing(tmp_path: Path) -> None:
    async with open_rig(tmp_path, long_chat()) as rig:
        held = rig.source.script("posting", hold=asyncio.Event(), skip=2300)
        async with rig.running():
            job = await rig.submit(limit=9999)
            await held.reached.wait()
            await rig.engine.cancel(job.id)
        states = set(await rig.states(job.id))

        assert ({ItemState.CANCELLED}, {}) == (states, rig.published())
