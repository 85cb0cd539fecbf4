"""Starts anew in one process; with `kill -9`, as a child process, in `test_kill`."""

from __future__ import annotations

from pathlib import Path

import pytest

from downloader.events import JobMoved
from sandbox.botapi.person import Person
from sandbox.faults import Rule
from sandbox.stage import Stage
from sandbox.world import Chat
from storage.models import JobState
from tests.e2e.journey import (
    PATIENCE,
    digests,
    documents,
    files_below,
    hurried,
    parts_below,
    running,
)

PART = "upload.getFile"


@pytest.mark.usefixtures("account")
async def test_f39_a_stopped_download_goes_on_after_the_next_start(
    stage: Stage, person: Person, data: Path, music: Path, jazz: Chat
) -> None:
    slow = stage.faults.add(Rule(PART, delay=20, times=None, skip=6))
    async with running(stage, data, music, clock=hurried()):
        asked = person.send("/download @jazz 10")
        await person.until(lambda shown: "Jazz" in shown.text, within=PATIENCE)
    slow.times = 0
    async with running(stage, data, music, clock=hurried()) as app:
        done = await person.until(lambda shown: "10 downloaded" in shown.text, within=PATIENCE)
        [job] = await app.store.jobs.every()

    assert JobState.DONE is job.state
    assert done.id == asked.id + 1  # the same board, through it all
    assert digests(documents(jazz)[-10:]) == sorted(files_below(music).values())
    assert [] == parts_below(music)


@pytest.mark.usefixtures("account", "jazz")
async def test_the_board_is_put_right_if_the_end_was_missed(
    stage: Stage, person: Person, data: Path, music: Path
) -> None:
    refused = stage.faults.add(Rule("bot.editMessageText", error=(502, "Bad Gateway"), times=None))
    async with running(stage, data, music) as app:
        person.send("/download @jazz 3")
        first = await person.until(lambda _: True, within=PATIENCE)
        with app.engine.events.listen() as events:
            async for event in events:
                if isinstance(event, JobMoved) and event.job.state is JobState.DONE:
                    break
    refused.times = 0
    async with running(stage, data, music):
        last = await person.until(lambda shown: "3 downloaded" in shown.text, within=PATIENCE)

    assert first.id == last.id


@pytest.mark.usefixtures("account", "jazz")
async def test_what_was_said_while_the_bot_was_away_is_done_later(
    stage: Stage, person: Person, data: Path, music: Path
) -> None:
    person.send("/start")
    person.send("/download @jazz 2")
    async with running(stage, data, music):
        await person.until(lambda shown: "2 downloaded" in shown.text, within=PATIENCE)

    assert 2 == len(files_below(music))


async def test_f16_a_program_without_an_account_says_what_to_do(
    stage: Stage, person: Person, data: Path, music: Path, jazz: Chat
) -> None:
    async with running(stage, data, music):
        person.send("/download @jazz 2")
        await person.until(lambda shown: "/login" in shown.text, within=PATIENCE)

    assert {} == files_below(music)
