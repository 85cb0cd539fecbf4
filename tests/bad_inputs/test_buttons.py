from __future__ import annotations

import asyncio

import pytest

from tests.bot.library import put
from tests.bot.rig import Rig

OUT_OF_DATE = "This button is out of date."


@pytest.mark.parametrize(
    "data", ["", "\0", "x" * 64, "0:p:1:" + "A" * 22, "1:p:" + "9" * 18 + ":" + "A" * 22, "😀" * 16]
)
async def test_row34_what_was_never_on_a_button_is_out_of_date(rig: Rig, data: str) -> None:
    async with rig.running(working=False):
        board = await rig.ask("/download @jazz")
        answer = await rig.owner.press(board, data=data)

        assert OUT_OF_DATE == answer.text


async def test_row35_twenty_presses_at_once_like_a_track_once(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await put(product.store, rig.folder / "music", "Tune.mp3")
        sent = await rig.ask(f"/start t{track.id}")
        data = sent.button("♡").data
        presses = [rig.owner.tap(sent, data=data) for _ in range(20)]
        async with asyncio.timeout(20):
            answers = [await press.answer for press in presses]

        assert not any("broke" in answer.text for answer in answers)
        assert {track.id} == await product.store.favorites.among(rig.owner.user.id, [track.id])


async def test_row36_a_press_below_a_message_that_is_gone_continues_in_a_new_one(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        board = await rig.ask("/download @jazz")
        await product.remembers(board)
        rig.owner.delete(board)
        answer = await rig.owner.press(board, data=board.button("Pause").data)
        again = await rig.owner.reply()

        assert "Paused." in answer.text
        assert again.id > board.id
        assert "@jazz" in again.text
