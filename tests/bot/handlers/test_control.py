from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.callbacks import Action, Press, Seal
from downloader.errors import PostingGoneError, ThrottledError
from sandbox.world import ChatKind
from storage.models import JobState, Reason
from tests.bot.rig import Rig, shelf


async def test_cancel_stops_the_only_job(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        told = await rig.ask("/cancel")
        [job] = await product.jobs()
        await rig.shows("🚫 @jazz", "Cancelled.")

        assert "🚫 @jazz: cancelled." == told.text
        assert JobState.CANCELLED is job.state


async def test_cancel_asks_which_one_of_several(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        await rig.ask("/download @rock")
        told = await rig.ask("/cancel")

        expected = [
            "Which one?",
            "/cancel 1 – @jazz, the 10 newest tracks",
            "/cancel 2 – @rock, the 10 newest tracks",
            "/cancel all – all of them",
        ]
        assert expected == told.text.splitlines()

        told = await rig.ask("/cancel 2")

        assert "🚫 @rock: cancelled." == told.text
        assert ["queued", "cancelled"] == [job.state for job in await product.jobs()]


async def test_cancel_all_stops_everything(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("t.me/jazz t.me/rock")
        rig.owner.send("/cancel all")
        told = await rig.hears("Cancelled 2")

        assert "🚫 Cancelled 2 downloads. Finished tracks stay." == told.text
        assert ["cancelled", "cancelled"] == [job.state for job in await product.jobs()]


async def test_what_is_being_cancelled_is_never_shown_as_paused(rig: Rig) -> None:
    source = shelf()
    source.script("part", hold=asyncio.Event(), times=100)
    async with rig.running(source):
        rig.owner.send("t.me/jazz t.me/rock")
        await rig.hears("0 of 10", "0 of 2")
        rig.owner.send("/cancel all")
        shown = [""]
        while not ("🚫" in shown[-1] and "⬇️" not in shown[-1] and "· 2" in shown[-1]):
            shown.append((await rig.owner.next()).message.text)

        assert [] == [text for text in shown if "Paused" in text]


async def test_cancel_tells_what_stays(rig: Rig) -> None:
    source = shelf()
    source.script("part", hold=asyncio.Event(), skip=3, times=100)
    async with rig.running(source):
        rig.owner.send("/download @jazz")
        await rig.hears("3 of 10")
        rig.owner.send("/cancel")
        told = await rig.hears("cancelled.")
        last = await rig.shows("3 downloaded · 7 cancelled")

        assert "🚫 Jazz: cancelled. The 3 tracks already here stay." == told.text
        assert [] == [label for label in last.buttons if "Cancel" in label]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/cancel", "Nothing is running here."),
        ("/cancel all", "Nothing is running here."),
        ("/cancel 7", "There is no download number 7."),
        (
            "/cancel it",
            (
                "“it” is not the number of a download. "
                "Send the command alone, and I find the one that is meant."
            ),
        ),
        ("/pause", "Nothing is running here."),
        ("/pause all", "Nothing is running here."),
        ("/pause 7", "There is no download number 7."),
        ("/resume", "Nothing is paused here."),
        ("/resume all", "Nothing is paused here."),
        ("/resume 7", "There is no download number 7."),
        ("/retry", "There is nothing to try again: nothing failed, nothing was cancelled."),
        ("/retry 7", "There is no download number 7."),
        (
            "/retry x",
            (
                "“x” is not the number of a download. "
                "Send the command alone, and I find the one that is meant."
            ),
        ),
    ],
)
async def test_what_cannot_be_done_is_told_in_one_line(rig: Rig, text: str, expected: str) -> None:
    async with rig.running():
        assert expected == (await rig.ask(text)).text


async def test_pause_and_resume_take_the_only_job_they_can_mean(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        paused = await rig.ask("/pause")
        [job] = await product.jobs()
        assert JobState.PAUSED is job.state
        board = await rig.ask("/resume")
        [job] = await product.jobs()

        assert "⏸ @jazz: paused. /resume 1 goes on." == paused.text
        assert "Looking for the 10 newest tracks…" in board.text
        assert JobState.QUEUED is job.state


async def test_pause_and_resume_ask_which_one_of_several(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        await rig.ask("/download @rock")
        which = await rig.ask("/pause")
        assert ["/pause 1 –", "/pause 2 –", "/pause all"] == [
            line[:10].rstrip() for line in which.text.splitlines()[1:]
        ]
        one = await rig.ask("/pause 2")
        other = await rig.ask("/pause")  # only one is left to pause
        which = await rig.ask("/resume")

        assert "⏸ @rock: paused. /resume 2 goes on." == one.text
        assert "⏸ @jazz: paused. /resume 1 goes on." == other.text
        assert "/resume all – all of them" == which.text.splitlines()[-1]
        await rig.ask("/resume 2")
        assert ["paused", "queued"] == [job.state for job in await product.jobs()]


async def test_pause_all_and_resume_all(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("t.me/jazz t.me/rock")
        rig.owner.send("/pause all")
        told = await rig.hears("Paused 2")
        assert ["paused", "paused"] == [job.state for job in await product.jobs()]
        rig.owner.send("/resume all")
        await rig.owner.until(lambda one: one.id > told.id and "Looking for" in one.text)

        assert "⏸ Paused 2 downloads. /resume all goes on." == told.text
        assert ["queued", "queued"] == [job.state for job in await product.jobs()]


@pytest.mark.parametrize("command", ["/pause", "/pause all"])
async def test_what_is_paused_is_not_paused_again(rig: Rig, command: str) -> None:
    async with rig.running(working=False):
        await rig.ask("/download @jazz")
        await rig.ask("/pause")
        told = await rig.ask(command)

        assert "Everything is paused already. /resume goes on." == told.text


async def test_to_resume_what_is_not_paused_shows_that_it_goes_on(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        shown = await rig.ask("/resume 1")
        [job] = await product.jobs()

        assert "Looking for the 10 newest tracks…" in shown.text
        assert JobState.QUEUED is job.state


async def test_what_is_over_can_be_neither_paused_nor_resumed(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send("/download @rock")
        await rig.hears("2 downloaded")
        rig.owner.send("/pause 1")
        paused = await rig.owner.reply()
        resumed = await rig.ask("/resume 1")

        assert "Download 1 (Rock) is over already: done." == paused.text
        assert paused.text == resumed.text


async def test_what_is_over_can_be_neither_cancelled_nor_retried(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send("/download @rock")
        await rig.hears("2 downloaded")
        rig.owner.send("/cancel 1")
        cancelled = await rig.owner.reply()
        retried = await rig.ask("/retry 1")

        assert "Download 1 (Rock) is over already: done." == cancelled.text
        assert "Rock: nothing failed there." == retried.text


async def test_where_all_goes_well_there_is_nothing_to_retry(rig: Rig) -> None:
    source = shelf()
    source.script("part", hold=asyncio.Event(), times=100)
    async with rig.running(source):
        rig.owner.send("/download @jazz")
        await rig.hears("Jazz", "0 of 10")
        rig.owner.send("/retry 1")

        assert "Jazz: nothing failed there so far." == (await rig.hears("nothing failed")).text


async def test_what_waits_for_a_time_can_be_tried_at_once(rig: Rig) -> None:
    source = shelf(2)
    source.script("chat", ThrottledError(timedelta(hours=9)))
    async with rig.running(source):
        rig.owner.send("/download @jazz")
        await rig.hears("Telegram asks for a pause")
        rig.owner.send("/retry 1")

        await rig.hears("✅ Jazz", "2 downloaded")


async def test_retry_takes_the_last_job_with_failures(rig: Rig) -> None:
    source = shelf(2)
    source.script("open", PostingGoneError(Reason.REPLACED))
    async with rig.running(source):
        rig.owner.send("/download @jazz")
        first = await rig.hears("⚠️ Jazz", "1 downloaded", "1 failed: replaced by its author")
        rig.owner.send("/retry")
        again = await rig.hears("✅ Jazz", "2 downloaded")

        assert again.id > first.id
        assert ["🔁 Try again"] == first.buttons


async def test_retry_takes_up_a_job_that_was_cancelled_before_it_was_planned(rig: Rig) -> None:
    source = shelf(2)
    held = source.script("chat", hold=asyncio.Event())
    async with rig.running(source):
        await rig.ask("/download @jazz")
        await held.reached.wait()
        rig.owner.send("/cancel")
        await rig.hears("cancelled.")
        rig.owner.send("/retry")

        await rig.hears("✅ Jazz", "2 downloaded")


async def test_the_retry_button_continues_on_the_same_board(rig: Rig) -> None:
    source = shelf(2)
    source.script("open", PostingGoneError(Reason.REPLACED))
    async with rig.running(source):
        rig.owner.send("/download @jazz")
        first = await rig.hears("⚠️ Jazz")
        answer = await rig.owner.press(first, "Try again")
        again = await rig.hears("✅ Jazz", "2 downloaded")

        assert "It continues." == answer.text
        assert again.id == first.id


async def test_pause_resume_and_cancel_do_what_they_say(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        board = await rig.ask("/download @jazz")
        paused = await rig.owner.press(board, "Pause")
        board = await rig.hears("Paused.")
        resumed = await rig.owner.press(board, "Resume")
        board = await rig.hears("Looking for")
        cancelled = await rig.owner.press(board, "Cancel")
        board = await rig.hears("Cancelled.")

        answers = [paused.text, resumed.text, cancelled.text]
        assert ["Paused.", "It continues.", "Cancelled. Finished tracks stay."] == answers
        assert [] == board.buttons
        assert ["cancelled"] == [job.state for job in await product.jobs()]


async def test_row35_twenty_taps_have_one_effect(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        board = await rig.ask("/download @jazz")
        taps = [rig.owner.tap(board, "Pause") for _ in range(20)]
        answers = {(await tap.answer).text for tap in taps}

        assert {"Paused."} == answers
        assert ["paused"] == [job.state for job in await product.jobs()]


@pytest.mark.parametrize("data", [" ", "x" * 64, "0:p:1:" + "A" * 22, "1:p:1:" + "A" * 22])
async def test_row34_unknown_data_is_out_of_date(rig: Rig, data: str) -> None:
    async with rig.running(working=False) as product:
        board = await rig.ask("/download @jazz")
        answer = await rig.owner.press(board, data=data)

        assert "This button is out of date." == answer.text
        assert ["queued"] == [job.state for job in await product.jobs()]


async def test_row37_a_valid_number_with_another_action_is_denied(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        board = await rig.ask("/download @jazz")
        data = board.button("Pause").data
        assert data
        answer = await rig.owner.press(board, data=data.replace(":p:", ":c:"))

        assert "This button is out of date." == answer.text
        assert ["queued"] == [job.state for job in await product.jobs()]


async def test_row34_a_button_of_a_job_that_is_gone_is_out_of_date(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        board = await rig.ask("/download @jazz")
        seal = Seal(product.store.vault.sign)
        data = seal.pack(rig.owner.user.id, Press(Action.CANCEL, 99))
        answer = await rig.owner.press(board, data=data)

        assert "This button is out of date." == answer.text


async def test_row36_a_button_on_a_message_that_is_gone_works_in_a_new_message(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        board = await rig.ask("/download @jazz")
        rig.owner.delete(board)
        answer = await rig.owner.press(board, data=board.button("Pause").data)
        again = await rig.hears("Paused.")

        assert "Paused." == answer.text
        assert again.id != board.id
        assert ["paused"] == [job.state for job in await product.jobs()]


async def test_in_a_group_the_owner_commands_and_chatter_is_left_alone(rig: Rig) -> None:
    group = rig.world.add_chat("Group", ChatKind.GROUP, members=(rig.owner.user, rig.bot_user))
    owner = rig.api.person(rig.owner.user, chat=group)
    async with rig.running(working=False) as product:
        owner.send("look at t.me/jazz/5")
        owner.send("/foo")
        owner.send("/foo@loader_bot")
        told = await owner.reply()
        owner.send("/download @jazz")
        board = await owner.reply()
        [job] = await product.jobs()

        assert "I do not know this command." in told.text
        assert "🔎 @jazz" in board.text
        assert group.marked_id == job.origin.chat_id
