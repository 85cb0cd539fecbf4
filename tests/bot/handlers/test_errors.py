from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sandbox.botapi.errors import CALL_TOO_LATE
from sandbox.faults import Rule
from storage.errors import DatabaseBusyError, DiskFailure, DiskTrouble, StorageError
from storage.jobs import Jobs
from storage.models import Job
from storage.store import Store
from tests.bot.library import put
from tests.bot.rig import Rig

TOLD = {"chat unreachable", "update failed", "update failed twice"}


async def test_an_unexpected_error_is_one_sentence_for_the_person(rig: Rig) -> None:
    rig.api.faults.add(Rule("bot.sendMessage", error=(400, "Bad Request: on purpose")))
    async with rig.running():
        told = await rig.ask("/help")

        assert "Sorry, something broke on my side. It is in the log on the server." == told.text


async def test_an_apology_that_cannot_be_delivered_stops_nothing(rig: Rig) -> None:
    rig.api.faults.add(Rule("bot.sendMessage", error=(400, "Bad Request: on purpose"), times=2))
    async with rig.running():
        rig.owner.send("/help")
        told = await rig.ask("/status")

        assert told.text.startswith("Nothing is running here.")


@pytest.mark.parametrize("said", ["/help", "/download nonsense"])
@pytest.mark.parametrize(
    "words", [(403, "Forbidden: bot was blocked by the user"), (400, "Bad Request: chat not found")]
)
async def test_f56_a_chat_that_is_closed_or_gone_gets_no_apology(
    rig: Rig, words: tuple[int, str], said: str
) -> None:
    rig.api.faults.add(Rule("bot.sendMessage", error=words))
    with capture_logs() as logs:
        async with rig.running():
            rig.owner.send(said)
            told = await rig.ask("/status")

    assert told.text.startswith("Nothing is running here.")
    assert ["chat unreachable"] == [one["event"] for one in logs if one["event"] in TOLD]


async def test_an_error_behind_a_button_is_told_where_it_was_pressed(rig: Rig) -> None:
    async with rig.running(working=False):
        question = await rig.ask("/download @jazz all")
        words = (500, "Internal Server Error")
        rig.api.faults.add(Rule("bot.answerCallbackQuery", error=words))
        answer = await rig.owner.press(question, "Never mind")

        assert "All right, I leave it." == answer.text


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (DatabaseBusyError(Path("tad.db")), "Another program keeps my database busy"),
        (DiskFailure(DiskTrouble.FULL, Path("tad.db")), "The disk of the server lets me store"),
    ],
)
async def test_f31_f43_what_cannot_be_stored_is_told_in_words(
    rig: Rig, error: StorageError, expected: str
) -> None:
    class Unwritable(Jobs):
        async def add_all(self, *_: object) -> list[Job]:
            raise error

    def alter(store: Store) -> Store:
        return replace(store, jobs=Unwritable(store.jobs._database))

    rig.alter = alter
    async with rig.running(working=False):
        told = await rig.ask("/download @jazz")

        assert told.text.startswith(expected)
        assert "\n" not in told.text


async def test_a_press_that_came_too_often_is_told_how_long_to_wait(rig: Rig) -> None:
    words = (429, "Too Many Requests: retry after 7")
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", *(f"{number}.mp3" for number in range(9)))
        shelf = await rig.ask("/recent")
        rig.api.faults.add(Rule("bot.editMessageText", error=words))
        answer = await rig.owner.press(shelf, "▶")
        again = await rig.owner.press(shelf, "▶")

        assert "Telegram asks me to wait 7 s. Please try it again then." == answer.text
        assert "" == again.text


async def test_what_goes_wrong_after_a_press_was_answered_is_told_in_the_chat(rig: Rig) -> None:
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", "Tune.mp3")
        shelf = await rig.ask("/recent")
        words = (400, "Bad Request: on purpose")
        rig.api.faults.add(Rule("bot.sendAudio", error=words, times=None))
        answer = await rig.owner.press(shelf, "1")
        told = await rig.owner.reply()

        assert "" == answer.text
        assert "Sorry, something broke on my side. It is in the log on the server." == told.text


async def test_what_is_wrong_with_a_query_is_plain_text_where_it_was_pressed(rig: Rig) -> None:
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", *(f"{number}.mp3" for number in range(9)))
        shelf = await rig.ask("/search trio")
        rig.owner.edit(rig.owner.messages[0], "/search size<x")
        answer = await rig.owner.press(shelf, "▶")

        assert "“size<x”: This is not a size. Write size<20MB" == answer.text


async def test_a_press_that_nobody_waits_for_any_more_is_done_to_the_end_and_told_once(
    rig: Rig,
) -> None:
    late = Rule("bot.answerCallbackQuery", error=(400, f"Bad Request: {CALL_TOO_LATE}"), times=None)
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", "Tune.mp3", "Song.mp3")
        rig.api.faults.add(late)
        shelf = await rig.ask("/recent")
        rig.owner.tap(shelf, "1")
        sent = await rig.owner.reply()
        rig.owner.tap(sent, "♡")
        liked = await rig.owner.until(lambda one: "♥" in str(one.buttons))
        rig.owner.tap(shelf, data="1:p:1:of-another-installation")
        told = await rig.owner.reply()

        assert sent.is_audio
        assert liked.id == sent.id
        assert "This button is out of date." in told.text
        assert not any("broke" in one for one in rig.said)
