from __future__ import annotations

from bot.callbacks import Action, Press, Seal
from sandbox.botapi.dialogs import Message
from storage.models import Track
from tests.bot.library import put
from tests.bot.rig import Product, Rig


async def a_track(rig: Rig, product: Product, **changes: str) -> tuple[Track, Message]:
    """Have a track sent."""
    [track] = await put(product.store, rig.folder / "music", "Sow Hat.mp3", size=1000, **changes)
    shelf = await rig.ask("/recent")
    await rig.owner.press(shelf, "1")
    message = await rig.owner.until(lambda one: one.media is not None)
    await product.played(track)
    return track, message


async def now(product: Product, track: Track) -> Track:
    found = await product.store.catalog.get(track.id)
    assert found is not None
    return found


async def test_a_track_tells_what_it_is_called_and_is_corrected_by_an_answer(rig: Rig) -> None:
    async with rig.running() as product:
        track, message = await a_track(rig, product, album="Kind of Blue")
        rig.owner.send("/edit", reply_to=message)
        label = await rig.hears("🏷 Trio – Sow Hat")
        rig.owner.send("Title: So What\ntrack: 3/12\nalbum:", reply_to=label)
        told = await rig.hears("I have changed")
        after = await now(product, track)

        assert "title: Sow Hat" in label.text
        assert "album: Kind of Blue" in label.text
        assert "🏷 Trio – So What: I have changed title, album and track." in told.text
        assert ("So What", 3, 12, "") == (
            after.title, after.track_number, after.track_total, after.album,
        )  # fmt: skip
        assert "So What" in (await rig.ask("/search so what")).text


async def test_a_button_asks_and_the_next_message_answers(rig: Rig) -> None:
    async with rig.running() as product:
        track, message = await a_track(rig, product)
        await rig.owner.press(message, "Edit")
        await rig.hears("🏷 Trio – Sow Hat")
        rig.owner.send("genre: Jazz")
        await rig.hears("I have changed genre.")
        rig.owner.send("reset genre")
        await rig.hears("I have changed genre.")

        assert "" == (await now(product, track)).genre


async def test_one_line_behind_the_command_corrects_at_once(rig: Rig) -> None:
    async with rig.running() as product:
        track, message = await a_track(rig, product)
        rig.owner.send("/edit title: So What; year: 1959", reply_to=message)
        await rig.hears("I have changed title and year.")
        after = await now(product, track)

        assert ("So What", 1959) == (after.title, after.year)


async def test_of_a_message_with_a_mistake_nothing_counts_and_it_may_be_said_again(
    rig: Rig,
) -> None:
    async with rig.running() as product:
        track, message = await a_track(rig, product)
        rig.owner.send("/edit title: So What; track: x; year: soon", reply_to=message)
        told = await rig.hears("I have changed nothing.")
        before = await now(product, track)
        rig.owner.send("title: So What")
        await rig.hears("I have changed title.")

        assert ["track: “x” is no number.", "year: “soon” is no date."] == [
            line.partition(" Write")[0] for line in told.text.splitlines()[:-1]
        ]
        assert "Sow Hat" == before.title


async def test_a_track_that_was_corrected_is_sent_anew(rig: Rig) -> None:
    async with rig.running() as product:
        track, message = await a_track(rig, product)
        await product.knows(track)
        rig.owner.send("/edit title: So What", reply_to=message)
        await rig.hears("I have changed title.")
        shelf = await rig.ask("/recent")
        await rig.owner.press(shelf, "1")
        sent = await rig.owner.until(lambda one: one.media is not None and one.id != message.id)

        assert sent.document is not None
        assert "So What" == sent.document.title


async def test_a_label_is_answered_with_the_command_too_but_no_other_question_is(rig: Rig) -> None:
    async with rig.running() as product:
        track, message = await a_track(rig, product)
        await rig.owner.press(message, "Edit")
        label = await rig.hears("🏷 Trio – Sow Hat")
        rig.owner.send("/edit title: So What", reply_to=label)
        await rig.hears("I have changed title.")
        await rig.owner.press(message, "List")
        question = await rig.hears("➕ What shall the list")
        rig.owner.send("/edit title: Else", reply_to=question)
        await rig.hears("Answer a track that I sent")

        assert "So What" == (await now(product, track)).title


async def test_what_is_not_there_any_more_is_out_of_date(rig: Rig) -> None:
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        data = Seal(product.store.vault.sign).pack(rig.owner.dialog.id, Press(Action.EDIT, 99))
        answer = await rig.owner.press(message, data=data)

        assert "This button is out of date." == answer.text


async def test_edit_alone_says_how_it_is_meant(rig: Rig) -> None:
    async with rig.running():
        assert "Answer a track that I sent" in (await rig.ask("/edit")).text
