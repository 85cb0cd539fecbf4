"""Pause and cancel act though the adapter waits for an answer or a connection (F65)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sandbox.faults import Rule
from sandbox.seed.cast import Cast
from sandbox.stage import HOME_DC, Stage
from storage.models import ItemState, JobState
from tests.e2e.journey import Journey, parts_below, running

ACTS = [("/pause", ": paused.", JobState.PAUSED), ("/cancel", ": cancelled.", JobState.CANCELLED)]
MUTE = ["contacts.resolveUsername", "messages.search", "upload.getFile"]


async def acts(journey: Journey, act: str, answer: str, end: JobState) -> None:
    """Give the command, and see that it was done by the time it is answered."""
    journey.person.send(act)
    await journey.shows(answer)
    states = {item.state for item in await journey.items()}

    assert end is (await journey.job()).state
    assert states <= {ItemState.QUEUED, ItemState.CANCELLED}
    if end is JobState.CANCELLED:
        assert [] == parts_below(journey.music)
        assert ItemState.QUEUED not in states


@pytest.mark.parametrize(("act", "answer", "end"), ACTS)
@pytest.mark.parametrize("method", MUTE)
@pytest.mark.usefixtures("jazz")
async def test_f65_while_an_answer_does_not_come(
    journey: Journey, method: str, act: str, answer: str, end: JobState
) -> None:
    faults = journey.stage.faults
    faults.add(Rule(method, mute=True, times=None))
    asked = faults.next_call(method)
    await journey.ask("/download @jazz 10")
    await asked.wait()
    await acts(journey, act, answer, end)


@asynccontextmanager
async def black_hole() -> AsyncIterator[tuple[int, asyncio.Event]]:
    """Accept connections and say nothing on them; tell the port, and when somebody has come."""
    come = asyncio.Event()

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        come.set()
        while await reader.read(1 << 16):
            pass
        writer.close()

    async with await asyncio.start_server(swallow, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], come


@pytest.mark.parametrize(("act", "answer", "end"), ACTS)
@pytest.mark.usefixtures("account", "jazz")
async def test_f65_while_a_connection_does_not_come_about(
    stage: Stage, cast: Cast, data: Path, music: Path, act: str, answer: str, end: JobState
) -> None:
    person = stage.botapi.person(stage.owner, stage.bot)
    async with (
        black_hole() as (port, come),
        running(stage, data, music, telegram_dc=f"{HOME_DC}@127.0.0.1:{port}") as app,
    ):
        journey = Journey(stage, cast, data, music, person, app)
        await journey.ask("/download @jazz 10")
        await come.wait()
        await acts(journey, act, answer, end)
