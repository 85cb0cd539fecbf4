"""A takeout on the whole way: begun by a job, kept over a restart, ended with the last user."""

from __future__ import annotations

from pathlib import Path

import pytest

from downloader.events import JobMoved
from sandbox.faults import Rule
from sandbox.world import Chat
from storage.models import ItemState, JobState, Reason, Request
from tests.downloader.rig import ME
from tests.downloader.telegram.stand import MIB, Stand
from tests.faults.line import Line, open_line, wanted

BEGIN, END, PART = "account.initTakeoutSession", "account.finishTakeoutSession", "upload.getFile"
EVERYTHING = Request("@jazz", 10_000, takeout=True)


@pytest.fixture
def jazz(stand: Stand) -> Chat:
    chat = stand.world.add_chat("Jazz", username="jazz", members=[stand.user])
    for number in range(1, 4):
        stand.song(chat, number, size=number * MIB)
    return chat


async def ended(line: Line, stand: Stand) -> None:
    """Let everything be fetched, and wait until Telegram is told that the export is over."""
    told = stand.faults.next_call(END)
    job = await line.engine.submit(EVERYTHING, ME)
    assert JobState.DONE is (await line.ended(job.id)).state
    await told.wait()


async def test_a_job_is_done_within_its_takeout(stand: Stand, jazz: Chat, tmp_path: Path) -> None:
    async with open_line(stand, tmp_path) as line, line.passing():
        await ended(line, stand)

    counters = stand.cluster.counters
    assert 1 == counters.of(BEGIN) == counters.of(END)
    assert 0 < counters.in_takeout[PART] == counters.of(PART)
    assert wanted(stand) == sorted(line.published().values())


async def test_f02_a_takeout_that_must_be_allowed_first_is_waited_for_and_then_used(
    stand: Stand, jazz: Chat, tmp_path: Path
) -> None:
    stand.faults.add(Rule(BEGIN, error=(420, "TAKEOUT_INIT_DELAY_72000")))
    async with open_line(stand, tmp_path) as line, line.passing():
        await ended(line, stand)

    told = [event.job.reason for event in line.events if isinstance(event, JobMoved)]
    assert 1 == told.count(Reason.TAKEOUT_DELAY)
    assert 2 == stand.cluster.counters.of(BEGIN)
    assert line.time.seconds >= 72_000


async def test_a_refused_takeout_is_gone_without(stand: Stand, jazz: Chat, tmp_path: Path) -> None:
    stand.faults.add(Rule(BEGIN, error=(403, "TAKEOUT_NOT_FOR_YOU"), times=None))
    async with open_line(stand, tmp_path) as line, line.passing():
        job = await line.ended((await line.engine.submit(EVERYTHING, ME)).id)

    assert JobState.DONE is job.state
    told = [event.job.reason for event in line.events if isinstance(event, JobMoved)]
    assert 1 == told.count(Reason.NO_TAKEOUT)
    assert 1 == stand.cluster.counters.of(BEGIN)
    assert 0 == stand.cluster.counters.in_takeout.total() == stand.cluster.counters.of(END)
    assert wanted(stand) == sorted(line.published().values())


async def test_f39_a_takeout_goes_on_after_a_restart(
    stand: Stand, jazz: Chat, tmp_path: Path
) -> None:
    stand.faults.add(Rule(PART, error=(420, "FLOOD_WAIT_3600"), skip=2, times=None))
    async with open_line(stand, tmp_path) as line, line.running():
        job = await line.engine.submit(EVERYTHING, ME)
        await line.item_is(job.id, ItemState.WAITING)
    stand.faults.clear()
    told = stand.faults.next_call(END)
    async with open_line(stand, tmp_path) as line:
        line.time.advance(4000)
        async with line.passing():
            await line.ended(job.id)
            await told.wait()

    counters = stand.cluster.counters
    assert 1 == counters.of(BEGIN) == counters.of(END)
    assert counters.in_takeout[PART] == counters.of(PART)
    assert wanted(stand) == sorted(line.published().values())


async def test_a_takeout_that_telegram_ends_in_the_middle_holds_up_nothing(
    stand: Stand, jazz: Chat, tmp_path: Path
) -> None:
    def ends(_: object) -> bool:
        stand.cluster.end_takeouts()
        return False

    stand.faults.add(Rule(PART, when=ends))
    async with open_line(stand, tmp_path) as line, line.passing():
        job = await line.ended((await line.engine.submit(EVERYTHING, ME)).id)

    assert JobState.DONE is job.state
    assert wanted(stand) == sorted(line.published().values())
