from __future__ import annotations

import pytest

from sandbox.faults import Rule
from sandbox.world import Chat
from storage.models import ItemState, JobState
from tests.e2e.journey import Journey, digests, documents, parts_below

PART = "upload.getFile"


def hold(journey: Journey, *, after: int = 0) -> Rule:
    """Let every part but the first few take so long that the job is surely still under way."""
    return journey.stage.faults.add(Rule(PART, delay=20, times=None, skip=after))


async def paused(journey: Journey) -> Rule:
    """Start a download that does not get on, and pause it."""
    held = hold(journey)
    board = await journey.ask("/download @jazz 10")
    await journey.until(lambda shown: "Jazz" in shown.text)
    answer = await journey.person.press(board, "Pause")
    await journey.until(lambda shown: any("Resume" in label for label in shown.buttons))

    assert "Paused." == answer.text
    assert JobState.PAUSED is (await journey.job()).state
    return held


@pytest.mark.usefixtures("jazz")
async def test_f65_pause_stops_what_is_under_way(journey: Journey) -> None:
    await paused(journey)
    states = {item.state for item in await journey.items()}

    assert states <= {ItemState.QUEUED, ItemState.SAVED}


async def test_resume_goes_on_to_the_end(journey: Journey, jazz: Chat) -> None:
    held = await paused(journey)
    held.times = 0
    board = await journey.until(lambda shown: any("Resume" in label for label in shown.buttons))
    await journey.person.press(board, "Resume")
    await journey.shows("✅", "10 downloaded")

    assert digests(documents(jazz)[-10:]) == sorted(journey.files().values())


@pytest.mark.usefixtures("jazz")
async def test_f65_cancel_stops_for_good_and_leaves_no_part(journey: Journey) -> None:
    hold(journey, after=3)
    board = await journey.ask("/download @jazz 10")
    await journey.until(lambda shown: "Jazz" in shown.text)
    answer = await journey.person.press(board, "Cancel")
    await journey.shows("🚫")
    saved = [item for item in await journey.items() if item.state is ItemState.SAVED]

    assert "Cancelled" in answer.text
    assert [] == parts_below(journey.music)
    assert len(saved) == len(journey.files())
    assert (await journey.job()).state is JobState.CANCELLED


async def test_cancel_by_command_does_the_same(journey: Journey, jazz: Chat) -> None:
    hold(journey)
    await journey.ask("/download @jazz 10")
    await journey.until(lambda shown: "Jazz" in shown.text)
    await journey.ask("/cancel")
    await journey.shows("🚫")

    assert JobState.CANCELLED is (await journey.job()).state
    assert {} == journey.files()


async def test_retry_brings_what_had_failed(journey: Journey, jazz: Chat) -> None:
    lost = documents(jazz)[-1]
    broken = journey.stage.faults.add(
        Rule(
            PART,
            error=(400, "FILE_ID_INVALID"),
            times=None,
            when=lambda request: request.location.id == lost.id,
        )
    )
    await journey.ask("/download @jazz 10")
    board = await journey.shows("9 downloaded", "1 failed")
    broken.times = 0
    await journey.person.press(board, "Try again")
    await journey.shows("✅", "10 downloaded")

    assert digests(documents(jazz)[-10:]) == sorted(journey.files().values())


@pytest.mark.usefixtures("jazz")
async def test_a_button_of_a_job_that_is_over_does_nothing(journey: Journey) -> None:
    held = hold(journey)
    board = await journey.ask("/download @jazz 2")
    data = board.button("Cancel").data
    held.times = 0
    await journey.until(lambda shown: "downloaded" in shown.text)
    answer = await journey.person.press(board, data=data)

    assert "Already done." == answer.text
    assert JobState.DONE is (await journey.job()).state


@pytest.mark.parametrize("given", ["x", "\x00" * 8, "9" * 64, "p:1", "c1:999999"])
async def test_a_button_nobody_made_is_out_of_date(journey: Journey, given: str) -> None:
    message = await journey.ask("/start")
    answer = await journey.person.press(message, data=given)

    assert "This button is out of date." == answer.text


@pytest.mark.usefixtures("jazz")
async def test_pressing_twenty_times_is_pressing_once(journey: Journey) -> None:
    hold(journey)
    board = await journey.ask("/download @jazz 10")
    taps = [journey.person.tap(board, "Cancel") for _ in range(20)]
    answers = [await tap.answer for tap in taps]
    await journey.shows("🚫")

    assert {"Cancelled. Finished tracks stay."} == {answer.text for answer in answers}
    assert 1 == len(await journey.app.store.jobs.every())
