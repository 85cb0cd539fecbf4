from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot import texts
from downloader.clock import Clock
from downloader.events import JobMoved
from downloader.standing import Standing
from sandbox.botapi.dialogs import HeardKind
from sandbox.faults import Drop, Rule
from storage.models import AccountState, JobState
from tests.bot.rig import Rig, shelf


def boards(rig: Rig) -> list[str]:
    return [text for text in rig.said if "Jazz" in text or "Rock" in text]


async def ids_until(rig: Rig, wanted: str) -> list[int]:
    """Collect the ids of what is heard until one says `wanted`."""
    ids: list[int] = []
    while True:
        heard = await rig.owner.next()
        ids.append(heard.message.id)
        if wanted in heard.message.text and heard.kind is not HeardKind.DELETE:
            return ids


async def test_one_message_shows_a_job_from_its_first_word_to_its_last(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send("/download @jazz 5")
        ids = await ids_until(rig, "5 downloaded")

        assert 1 == len(set(ids))


async def test_a_board_is_edited_at_most_once_in_its_gap(rig: Rig) -> None:
    rig.gap = timedelta(seconds=0.5)
    async with rig.running():
        started = asyncio.get_running_loop().time()
        rig.owner.send("/download @jazz 10")
        await rig.hears("10 downloaded")
        took = asyncio.get_running_loop().time() - started

        assert rig.calls("editMessageText") <= took / 0.5 + 1


async def test_the_first_reply_does_not_wait_for_the_gap(rig: Rig) -> None:
    rig.gap = timedelta(minutes=10)
    async with rig.running(working=False):
        first = await rig.ask("/download @jazz")
        second = await rig.ask("/download @rock")
        await rig.gone(first)

        assert "@rock" in second.text
        assert "@jazz" in second.text
        assert [second.text] == rig.said


async def test_what_did_not_change_is_not_edited(rig: Rig) -> None:
    rig.look = timedelta(milliseconds=10)
    async with rig.running(working=False):
        await rig.ask("/download @jazz")
        for _ in range(5):
            await asyncio.sleep(rig.look.total_seconds() * 2)

        assert 0 == rig.calls("editMessageText")


async def test_when_all_was_at_rest_a_new_board_begins_and_the_old_stays(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send("/download @jazz 2")
        first = await rig.hears("2 downloaded")
        rig.owner.send("/download @rock")
        second = await rig.hears("✅ Rock")

        assert second.id > first.id
        assert ["✅ Jazz\n2 downloaded", "✅ Rock\n2 downloaded"] == boards(rig)


async def test_many_jobs_of_one_message_share_one_board(rig: Rig) -> None:
    async with rig.running(working=False):
        rig.owner.send(" ".join(f"t.me/chat{number:04}" for number in range(30)))
        last = await rig.hears("@chat0029")

        assert [last.text] == rig.said
        assert 1 == rig.calls("sendMessage")


async def test_f38_the_same_board_continues_after_a_restart(rig: Rig) -> None:
    source = shelf()
    async with rig.running(source, working=False) as product:
        first = await rig.ask("/download @jazz 3")
        await product.remembers(first)
    async with rig.running(source):
        last = await rig.hears("3 downloaded")

    assert first.id == last.id


async def test_the_final_state_arrives_even_if_the_job_ended_unseen(rig: Rig) -> None:
    source = shelf()
    async with rig.running(source, working=False) as product:
        first = await rig.ask("/download @jazz 3")
        await product.remembers(first)
        rig.api.faults.add(Rule("bot.editMessageText", error=(502, "Bad Gateway"), times=None))
        await product.app.engine.cancel(1)
    rig.api.faults.clear()
    async with rig.running(source):
        last = await rig.hears("Cancelled.")

    assert first.id == last.id
    assert [] == last.buttons


async def test_f55_a_board_that_was_deleted_is_made_anew(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        first = await rig.ask("/download @jazz")
        rig.owner.delete(first)
        await product.app.engine.pause(1)
        again = await rig.hears("Paused.")

        assert again.id > first.id


async def test_f55_a_board_that_was_deleted_at_rest_stays_away(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send("/download @rock")
        last = await rig.hears("2 downloaded")
    rig.owner.delete(last)
    async with rig.running() as product:
        rig.owner.send("/help")
        shown = await rig.hears("/status")
        await product.forgets_board(rig.owner.user.id)

    assert [] == [text for text in boards(rig) if text != shown.text]


async def test_f55_a_board_that_cannot_be_deleted_says_where_it_continues(rig: Rig) -> None:
    words = (400, "Bad Request: message can't be deleted for everyone")
    rig.api.faults.add(Rule("bot.deleteMessage", error=words))
    async with rig.running(working=False):
        await rig.ask("/download @jazz")
        await rig.ask("/download @rock")
        left = await rig.hears("below")

        assert texts.MOVED_DOWN == left.text
        assert [] == left.buttons


async def test_f55_a_board_whose_markup_is_refused_is_sent_plainly(rig: Rig) -> None:
    words = (400, "Bad Request: can't parse entities: Unsupported start tag")
    rig.api.faults.add(Rule("bot.sendMessage", error=words))
    rig.api.faults.add(Rule("bot.editMessageText", error=words))
    async with rig.running(working=False) as product:
        first = await rig.ask("/download @jazz")
        await product.app.engine.pause(1)
        again = await rig.hears("Paused.")

        assert "bold" not in {entity.kind for entity in (*first.entities, *again.entities)}
        assert "🔎 @jazz" in first.text


async def test_f51_a_board_told_to_wait_shows_what_is_newest_afterwards(rig: Rig) -> None:
    slow = (429, "Too Many Requests: retry after 1")
    rule = rig.api.faults.add(Rule("bot.editMessageText", error=slow, times=2))
    async with rig.running():
        rig.owner.send("/download @jazz 5")
        last = await rig.hears("5 downloaded")

        assert [] == last.buttons
        assert 2 == rule.hits


async def test_f52_a_board_arrives_after_errors_of_the_server(rig: Rig) -> None:
    rig.api.faults.add(Rule("bot.sendMessage", error=(502, "Bad Gateway"), times=2))
    rig.api.faults.add(Rule("bot.editMessageText", drop=Drop.BEFORE, times=1))
    async with rig.running():
        rig.owner.send("/download @jazz 2")
        last = await rig.hears("2 downloaded")

        assert [last.text] == boards(rig)


async def test_f56_who_blocked_the_bot_is_left_alone_and_the_job_is_done(rig: Rig) -> None:
    source = shelf()
    held = asyncio.Event()
    source.script("chat", hold=held)
    async with rig.running(source) as product:
        await rig.ask("/download @jazz 2")
        rig.owner.block()
        held.set()
        with product.app.engine.events.listen() as events:
            async for event in events:
                if isinstance(event, JobMoved) and event.job.state == "done":
                    break

        assert ["done"] == [job.state for job in await product.jobs()]

        rig.owner.unblock()
        again = await rig.ask("/download @rock")

        assert "@rock" in again.text


async def test_an_older_job_that_is_retried_is_shown_again(rig: Rig) -> None:
    async with rig.running() as product:
        rig.owner.send("/download @nosuch")
        first = await rig.hears("❌")
        rig.owner.send("/download @rock")
        second = await rig.hears("✅ Rock")
        await product.app.engine.retry(1)
        again = await rig.hears("❌ @nosuch", "✅ Rock")

        assert second.id == again.id
        assert first.id < second.id


async def test_a_board_that_hears_nothing_is_drawn_anew_now_and_then(rig: Rig) -> None:
    rig.look = timedelta(milliseconds=20)
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        # Not through the engine: nobody tells the board.
        await product.store.jobs.move(1, JobState.PAUSED)
        again = await rig.hears("Paused.")

        assert ["▶️ Resume", "✖️ Cancel"] == again.buttons


async def test_f39_a_stop_says_that_it_continues_later(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await product.remembers(await rig.ask("/download @jazz"))
        await product.app.reporter.farewell()
        last = await rig.hears("The program was stopped.")

        assert [] == last.buttons


async def test_a_stop_with_nothing_under_way_says_nothing(rig: Rig) -> None:
    async with rig.running() as product:
        rig.owner.send("/download @rock")
        await rig.hears("2 downloaded")
        edits = rig.calls("editMessageText")
        await product.app.reporter.farewell()

        assert edits == rig.calls("editMessageText")


async def test_f56_a_chat_that_refuses_the_first_word_is_tried_at_the_next_order(rig: Rig) -> None:
    answers = (
        (403, "Forbidden: bot was kicked from the group chat"),
        (403, "Forbidden: user is deactivated"),
        (400, "Bad Request: chat not found"),
    )
    refusals = [rig.api.faults.add(Rule("bot.sendMessage", error=words)) for words in answers]
    async with rig.running(working=False):
        for number, rule in enumerate(refusals):
            rig.owner.send(f"/download @chat{number}000")
            hits = rule.hits
            while not hits:
                await asyncio.sleep(0.005)
                hits = rule.hits
        first = await rig.ask("/download @jazz")

        assert "@jazz" in first.text


async def test_f16_f17_an_account_that_is_lost_amid_the_work_is_told_on_the_board(rig: Rig) -> None:
    source = shelf()
    async with rig.running(source, working=False) as product:
        board = await rig.ask("/download @jazz")
        source.stands = [
            Standing(1, "Olga", AccountState.USED_ELSEWHERE, is_lost=True),
            Standing(2, "Boris", AccountState.NEEDS_LOGIN),  # since long ago
        ]
        await product.app.engine.pause(1)
        told = await rig.hears("🚨 Olga: its login was used in two places at once")

        assert board.id == told.id
        assert "Boris" not in told.text
        await product.app.engine.cancel(1)
        assert "Olga" in (await rig.hears("Cancelled")).text


async def test_f56_an_edit_that_is_refused_silences_the_board(rig: Rig) -> None:
    words = (400, "Bad Request: chat not found")
    rule = rig.api.faults.add(Rule("bot.editMessageText", error=words, times=None))
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        await product.app.engine.pause(1)
        again = await rig.ask("/status")

        assert "Paused." in again.text
        assert rule.hits <= 2


@pytest.mark.parametrize("outcome", [None, (400, "Bad Request: chat not found")])
async def test_a_status_asked_for_while_an_edit_is_under_way_is_answered(
    rig: Rig, outcome: tuple[int, str] | None
) -> None:
    rig.api.faults.add(Rule("bot.editMessageText", error=outcome, delay=0.2))
    edit = rig.api.faults.next_call("bot.editMessageText")
    async with rig.running(working=False) as product:
        first = await rig.ask("/download @jazz")
        await product.app.engine.pause(1)
        await edit.wait()
        again = await rig.ask("/status")

        assert "Paused." in again.text
        assert again.id > first.id


async def test_an_edit_that_fails_for_unknown_reasons_is_tried_again(rig: Rig) -> None:
    async def nap(_seconds: float) -> None:
        await asyncio.sleep(0.01)

    rig.clock = Clock(sleep=nap)
    words = (400, "Bad Request: BUTTON_DATA_INVALID")
    rule = rig.api.faults.add(Rule("bot.editMessageText", error=words, times=3))
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        await product.app.engine.pause(1)
        await rig.hears("Paused.")

        assert 3 == rule.hits


async def test_an_old_board_that_can_be_neither_deleted_nor_edited_stays(rig: Rig) -> None:
    for method in ("bot.deleteMessage", "bot.editMessageText"):
        words = (400, "Bad Request: message can't be touched")
        rig.api.faults.add(Rule(method, error=words))
    async with rig.running(working=False):
        await rig.ask("/download @jazz")
        again = await rig.ask("/download @rock")

        assert "@rock" in again.text
