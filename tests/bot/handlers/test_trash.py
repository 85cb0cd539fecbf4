from __future__ import annotations

from tests.bot.handlers.test_duplicates import files_of, pressed
from tests.bot.handlers.test_duplicates import put as put_twice
from tests.bot.handlers.test_editing import a_track
from tests.bot.rig import Rig


async def test_a_track_is_removed_by_an_answer_and_brought_back(rig: Rig) -> None:
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        rig.owner.send("/remove", reply_to=message)
        told = await rig.hears("moved into the trash")
        gone, found = files_of(rig), (await rig.ask("/search sow")).text
        shown = await rig.ask("/trash")
        _, undone = await pressed(rig, shown, "↩ 1")
        again = await rig.ask("/search sow")

    assert "🗑 “Trio – Sow Hat”: 1 file (1.0 kB) moved into the trash." == told.text
    assert [] == gone
    assert "Sow Hat" not in found
    assert "1 file in the trash, 1.0 kB.\n1. Removed: “Trio – Sow Hat”" in shown.text
    assert ["↩ 1", "Empty it"] == list(shown.buttons)
    assert "Taken back.\n\nThe trash is empty." == undone.text
    assert ["Trio/Sow Hat.mp3"] == files_of(rig)
    assert "Sow Hat" in again.text


async def test_what_was_removed_is_taken_back_by_the_button_below(rig: Rig) -> None:
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        rig.owner.send("/remove", reply_to=message)
        told = await rig.hears("moved into the trash")
        await pressed(rig, told, "↩ Take it back")
        rig.owner.send("/remove", reply_to=message)
        await rig.hears("moved into the trash")
        rig.owner.send("/remove", reply_to=message)
        twice = await rig.hears("Its file is not there any more.")

    assert "Its file is not there any more." == twice.text
    assert [] == files_of(rig)


async def test_all_files_of_a_recording_are_removed(rig: Rig) -> None:
    async with rig.running() as product:
        await put_twice(rig, product, "Blue")
        shelf = await rig.ask("/search blue")
        await rig.owner.press(shelf, "1")
        message = await rig.owner.until(lambda one: one.media is not None)
        rig.owner.send("/remove", reply_to=message)
        told = await rig.hears("moved into the trash")

    assert "🗑 “Trio – Blue”: 2 files (4.0 kB) moved into the trash." == told.text
    assert [] == files_of(rig)


async def test_remove_says_what_it_is_for(rig: Rig) -> None:
    async with rig.running(working=False):
        assert "Answer a track" in (await rig.ask("/remove")).text
        assert "The trash is empty." == (await rig.ask("/trash")).text


async def test_the_trash_is_emptied_after_a_question_that_names_what_is_in_it(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await put_twice(rig, product, "A1")
        await pressed(rig, await rig.ask("/duplicates"), "1: keep the best")
        shown = await rig.ask("/trash")
        _, asked = await pressed(rig, shown, "Empty it")
        _, left = await pressed(rig, asked, "Never mind")
        _, asked = await pressed(rig, left, "Empty it")
        _, told = await pressed(rig, asked, "Delete them for good")
        undo = (await rig.ask("/duplicates undo")).text

    assert "1. Merged: “Trio – A1”, 1 file, 1.0 kB, just now" in shown.text
    assert left.text == shown.text
    assert "1 file in the trash, 1.0 kB. Deleted, they are gone for good" in asked.text
    assert "1 file deleted, 1.0 kB freed." == told.text
    assert "There is nothing to take back." == undo
    assert [] == list((rig.folder / "music" / ".tad" / "trash").iterdir())
