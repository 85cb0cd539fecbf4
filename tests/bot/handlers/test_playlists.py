from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.callbacks import Action, Press, Seal
from sandbox.botapi.dialogs import Message
from storage.models import Track
from storage.playlists import Playlist
from tests.bot.library import NOW, put
from tests.bot.rig import Product, Rig

OUT_OF_DATE = "This button is out of date."
NOT_YOURS = "This is somebody else’s."


async def fill(rig: Rig, product: Product, count: int = 3) -> list[Track]:
    names = [f"Tune {number}.mp3" for number in range(1, count + 1)]
    return await put(product.store, rig.folder / "music", *names)


async def morning(
    rig: Rig, product: Product, tracks: list[Track], *, person_id: int = 0
) -> Playlist:
    owner = person_id or rig.owner.user.id
    made = await product.store.playlists.create(owner, "Morning", NOW)
    await product.store.playlists.add(made.id, [track.id for track in tracks])
    return made


def data_for(rig: Rig, product: Product, press: Press) -> str:
    return Seal(product.store.vault.sign).pack(rig.owner.dialog.id, press)


async def turned(rig: Rig, shelf: Message, label: str) -> Message:
    """Press, and return the message as it is then."""
    await rig.owner.press(shelf, label)
    return rig.owner.dialog.messages[shelf.id]


async def mine(rig: Rig, product: Product) -> list[tuple[str, list[int]]]:
    lists = product.store.playlists
    return [
        (one.name, await lists.tracks(one.id)) for one in await lists.of_person(rig.owner.user.id)
    ]


async def test_without_lists_one_is_offered_to_be_made(rig: Rig) -> None:
    async with rig.running() as product:
        menu = await rig.ask("/playlist")
        await rig.owner.press(menu, "New list")
        question = await rig.owner.reply()
        rig.owner.send("Morning", reply_to=question)
        shelf = await rig.owner.reply()

        assert "You have no lists yet." in menu.text
        assert "Morning · 0 tracks\n\nIt is empty." == shelf.text[:32]
        assert [("Morning", [])] == await mine(rig, product)


async def test_the_lists_are_buttons_that_open_in_place(rig: Rig) -> None:
    async with rig.running() as product:
        await morning(rig, product, (await fill(rig, product, 10))[::-1])
        menu = await rig.ask("/playlist")
        shelf = await turned(rig, menu, "Morning · 10")
        second = await turned(rig, shelf, "▶")
        again = await turned(rig, second, "Lists")

        assert shelf.text.startswith("Morning · 10 tracks\n\n1. Trio – Tune 10 3:45")
        assert "9. Trio – Tune 2" in second.text
        assert menu.text == again.text


@pytest.mark.parametrize("said", ["Morning", "morning", "mor"])
async def test_a_list_opens_by_its_name(rig: Rig, said: str) -> None:
    async with rig.running() as product:
        await morning(rig, product, await fill(rig, product))
        shelf = await rig.ask(f"/playlist {said}")

        assert shelf.text.startswith("Morning · 3 tracks\n\n1. Trio – Tune 1 ")
        expected = ["1", "2", "3", "Send these", "Take out", "Export", "Rename", "Remove"]
        assert [*expected, "☰ Lists", "↗ Share"] == shelf.buttons


@pytest.mark.parametrize(
    ("said", "piece"),
    [
        ("/playlist Evening", "You have no list called “Evening”. /playlist new Evening makes it."),
        ("/playlist <b>", "You have no list called “<b>”."),
        ("/playlist new", "➕ What shall the new list be called?"),
        ("/playlist new \u202e", "➕ What shall the new list be called?"),
        ("/playlist new Morning", "You have a list called “Morning” already."),
    ],
)
async def test_what_cannot_be_opened_is_told(rig: Rig, said: str, piece: str) -> None:
    async with rig.running() as product:
        await morning(rig, product, [])
        told = await rig.ask(said)

        assert piece in told.text
        assert 1 == len(await mine(rig, product))


async def test_new_makes_a_list_and_opens_it(rig: Rig) -> None:
    async with rig.running() as product:
        shelf = await rig.ask("/playlist new Late <i>night</i>")

        assert shelf.text.startswith("Late <i>night</i> · 0 tracks")
        assert [("Late <i>night</i>", [])] == await mine(rig, product)


async def test_tracks_are_taken_out_one_by_one(rig: Rig) -> None:
    async with rig.running() as product:
        tracks = await fill(rig, product)
        await morning(rig, product, tracks)
        shelf = await rig.ask("/playlist Morning")
        choice = await turned(rig, shelf, "Take out")
        data = choice.button("✖ 2").data
        less = await turned(rig, choice, "✖ 2")
        await rig.owner.press(less, data=data)
        done = await turned(rig, less, "Done")

        assert ["✖ 1", "✖ 2", "✖ 3", "✓ Done"] == choice.buttons
        assert [("Morning", [tracks[0].id, tracks[2].id])] == await mine(rig, product)
        assert "Morning · 2 tracks" == done.text.splitlines()[0]


async def test_the_last_track_of_the_last_page_leaves_no_empty_page(rig: Rig) -> None:
    async with rig.running() as product:
        await morning(rig, product, await fill(rig, product, 9))
        shelf = await turned(rig, await rig.ask("/playlist Morning"), "▶")
        less = await turned(rig, await turned(rig, shelf, "Take out"), "✖ 9")

        assert ["✖ 1", "✖ 8"] == [less.buttons[0], less.buttons[7]]


async def test_a_list_gets_another_name(rig: Rig) -> None:
    async with rig.running() as product:
        await morning(rig, product, [])
        await product.store.playlists.create(rig.owner.user.id, "Taken", NOW)
        shelf = await rig.ask("/playlist Morning")
        await rig.owner.press(shelf, "Rename")
        question = await rig.owner.reply()
        rig.owner.send("Taken", reply_to=question)
        taken = await rig.owner.reply()
        rig.owner.send("Evening", reply_to=question)
        renamed = await rig.owner.reply()

        assert "What shall “Morning” be called?" in question.text
        assert "You have a list called “Taken” already." == taken.text
        assert renamed.text.startswith("Evening · 0 tracks")


async def test_a_list_is_removed_after_it_was_asked(rig: Rig) -> None:
    async with rig.running() as product:
        await morning(rig, product, await fill(rig, product))
        shelf = await rig.ask("/playlist Morning")
        kept = await turned(rig, await turned(rig, shelf, "Remove"), "Keep it")
        question = await turned(rig, kept, "Remove")
        taps = [rig.owner.tap(question, "Remove it") for _ in range(3)]
        answers = [(await tap.answer).text for tap in taps]

        assert shelf.text == kept.text
        assert "Remove “Morning” with 3 tracks?" in question.text
        assert "Removed." in answers
        assert set(answers) <= {"Removed.", OUT_OF_DATE}
        assert [] == await mine(rig, product)
        assert 3 == len(await product.store.catalog.every())


async def test_a_list_is_exported_with_its_paths(rig: Rig) -> None:
    async with rig.running() as product:
        await morning(rig, product, await fill(rig, product, 2))
        shelf = await rig.ask("/playlist Morning")
        taps = [rig.owner.tap(shelf, "Export") for _ in range(2)]
        message = await rig.owner.until(lambda one: one.media is not None)
        answers = {(await tap.answer).text for tap in taps}

        assert message.document is not None
        expected = (
            "#EXTM3U\n#PLAYLIST:Morning\n"
            "#EXTINF:225,Trio - Tune 1\nTrio/Tune 1.mp3\n"
            "#EXTINF:225,Trio - Tune 2\nTrio/Tune 2.mp3\n"
        )
        assert "Morning.m3u8" == message.document.name
        assert expected.encode() == message.document.read(0, message.document.size)
        assert {"", "It is on its way."} == answers


async def test_a_list_is_shared_by_a_link_that_names_it(rig: Rig) -> None:
    async with rig.running() as product:
        made = await morning(rig, product, await fill(rig, product))
        shelf = await rig.ask("/playlist Morning")
        shared = urlsplit(shelf.button("Share").value)
        asked = parse_qs(shared.query)

        assert "t.me" == shared.netloc
        assert ["Morning"] == asked["text"]
        assert asked["url"][0].startswith(f"https://t.me/loader_bot?start=p{made.id}-")


async def test_the_list_of_another_person_can_be_copied_once(rig: Rig) -> None:
    async with rig.running() as product:
        tracks = await fill(rig, product)
        theirs = await morning(rig, product, tracks, person_id=99)
        await product.store.playlists.create(rig.owner.user.id, "Morning", NOW)
        message = await rig.ask("/recent")
        opening = data_for(rig, product, Press(Action.PLAYLIST, theirs.id, (0, 0)))
        await rig.owner.press(message, data=opening)
        shelf = rig.owner.dialog.messages[message.id]
        taps = [rig.owner.tap(shelf, "Copy") for _ in range(3)]
        answers = {(await tap.answer).text for tap in taps}

        assert ["1", "2", "3", "Send these", "＋ Copy to my lists", "Export"] == shelf.buttons
        assert {"✓ “Morning 2” is yours now."} == answers
        copied = ("Morning 2", [track.id for track in tracks])
        assert [copied, ("Morning", [])] == await mine(rig, product)


@pytest.mark.parametrize(
    "action", [Action.RENAME, Action.REMOVE, Action.REMOVE_NOW, Action.TAKE_OUT]
)
async def test_the_list_of_another_person_is_theirs_to_change(rig: Rig, action: Action) -> None:
    async with rig.running() as product:
        tracks = await fill(rig, product, 1)
        theirs = await morning(rig, product, tracks, person_id=99)
        message = await rig.ask("/recent")
        data = data_for(rig, product, Press(action, theirs.id, (tracks[0].id, 0)))

        assert NOT_YOURS == (await rig.owner.press(message, data=data)).text
        assert [tracks[0].id] == await product.store.playlists.tracks(theirs.id)


async def test_a_button_of_a_list_that_is_gone_is_out_of_date(rig: Rig) -> None:
    async with rig.running() as product:
        made = await morning(rig, product, await fill(rig, product))
        shelf = await rig.ask("/playlist Morning")
        await product.store.playlists.remove(made.id)

        for label in ("Take out", "Export", "Rename", "Remove"):
            assert OUT_OF_DATE == (await rig.owner.press(shelf, label)).text


async def test_a_link_in_plain_words_is_no_name(rig: Rig) -> None:
    async with rig.running() as product:
        told = await rig.ask("/help")
        rig.owner.send("hello", reply_to=told)
        answer = await rig.owner.reply()

        assert answer.text.startswith("Send me a t.me link")
        assert [] == await mine(rig, product)
