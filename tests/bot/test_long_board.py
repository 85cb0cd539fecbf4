"""A board that one job keeps, while any number of others begin and end behind it."""

from __future__ import annotations

from bot.board import SHOWN_JOBS, face
from storage.models import JobState, Origin, Request
from tests.bot.rig import Product, Rig
from tests.bot.views import NOW
from tests.bot.views import ended as an_ended


async def ended(product: Product, chat_id: int, count: int) -> None:
    """Let jobs be ordered and fail."""
    jobs = product.store.jobs
    for _ in range(count):
        one = await jobs.add(Request("@rock", 1), Origin(1, chat_id), NOW)
        await jobs.move(one.id, JobState.PLANNING)
        await jobs.move(one.id, JobState.FAILED)


def test_what_is_left_out_is_counted_with_what_does_not_fit() -> None:
    views = [an_ended(number=number, saved=1) for number in range(1, SHOWN_JOBS + 3)]

    assert "… and 7 more" in face(views, NOW, more=5).text


async def test_the_newest_are_shown_and_the_rest_is_counted(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        await product.app.engine.pause(1)
        await rig.hears("Paused.")
        await ended(product, rig.owner.user.id, SHOWN_JOBS + 4)
        told = await rig.ask("/status")

        assert "@jazz · 1\nPaused." in told.text
        assert "· 45" in told.text
        assert "· 6" not in told.text
        assert "… and 5 more" in told.text


async def test_the_last_word_of_a_long_board_counts_what_it_leaves_out(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        await ended(product, rig.owner.user.id, SHOWN_JOBS + 4)
        await product.app.engine.cancel(1)
        board = await rig.hears("… and 5 more")
        await rig.ask("/download @rock")

        [left] = [one for one in rig.owner.messages if one.id == board.id]
        assert "… and 5 more" in left.text
