from __future__ import annotations

import re

import pytest

from bot.callbacks import Action, Press, Seal
from sandbox.botapi.dialogs import Message
from sandbox.botapi.person import Person
from storage.models import Track
from tests.bot.library import NOW, put
from tests.bot.rig import Product, Rig

OUT_OF_DATE = "This button is out of date."


async def fill(rig: Rig, product: Product, count: int = 20) -> list[Track]:
    names = [f"Tune {number}.mp3" for number in range(1, count + 1)]
    return await put(product.store, rig.folder / "music", *names)


def lines(shelf: Message) -> list[str]:
    return [line for line in shelf.text.splitlines() if re.match(r"\d+\. ", line)]


def edits(rig: Rig) -> int:
    return rig.calls("editMessageText") + rig.calls("editMessageReplyMarkup")


async def turned(rig: Rig, shelf: Message, label: str, *, by: Person | None = None) -> Message:
    """Press, and return the message as it is then."""
    answer = await (by or rig.owner).press(shelf, label)
    assert "" == answer.text
    return (by or rig.owner).dialog.messages[shelf.id]


async def test_search_answers_the_command_with_numbered_tracks(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product, 3)
        shelf = await rig.ask("/search tune 2")

        assert ["1. Trio – Tune 2 3:45"] == lines(shelf)
        assert {"italic"} == {entity.kind for entity in shelf.entities}
        assert ["1"] == shelf.buttons
        assert rig.owner.messages[0].id == shelf.reply_to


async def test_pages_turn_in_place_there_and_back(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        first = await rig.ask("/search artist:trio")
        second = await turned(rig, first, "▶")
        third = await turned(rig, second, "▶")
        again = await turned(rig, await turned(rig, third, "◀"), "◀")

        assert [8, 8, 4] == [len(lines(one)) for one in (first, second, third)]
        assert "9. " == lines(second)[0][:3]
        assert ["1–8 of 20", "9–16 of 20", "17–20 of 20"] == [
            one.text.splitlines()[-1] for one in (first, second, third)
        ]
        assert [*map(str, range(17, 21)), "◀", "Send these"] == third.buttons
        assert (first.text, first.keyboard) == (again.text, again.keyboard)
        assert 1 == rig.calls("sendMessage")


async def test_a_page_stays_what_it_is_when_tracks_come(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        first = await rig.ask("/recent")
        await put(product.store, rig.folder / "music", "New one.mp3", "Newer one.mp3")
        second = await turned(rig, first, "▶")

        assert "Newest\n\n1. Trio – Tune 20 " == first.text[:26]
        assert "9. Trio – Tune 12 " == lines(second)[0][:18]


async def test_pages_turn_after_a_restart(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        first = await rig.ask("/search tune")
    async with rig.running():
        second = await turned(rig, first, "▶")

        assert set(lines(second)).isdisjoint(lines(first))


async def test_pressed_twice_a_page_is_turned_once(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        first = await rig.ask("/search tune")
        taps = [rig.owner.tap(first, "▶") for _ in range(5)]

        assert [""] * 5 == [(await tap.answer).text for tap in taps]
        assert "9. " == lines(rig.owner.dialog.messages[first.id])[0][:3]


async def test_nothing_is_edited_where_nothing_changed(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        first = await rig.ask("/search tune")
        data = first.button("▶").data
        await rig.owner.press(first, data=data)
        before = edits(rig)
        await rig.owner.press(first, data=data)

        assert before == edits(rig)


async def test_a_search_whose_command_is_gone_is_out_of_date(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        first = await rig.ask("/search tune")
        rig.owner.delete(rig.owner.messages[0])

        assert OUT_OF_DATE == (await rig.owner.press(first, "▶")).text


async def test_what_was_misspelt_is_shown_as_it_was_meant(rig: Rig) -> None:
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", "Blue Monk.mp3")
        shelf = await rig.ask("/search mokn")

        assert "Nothing called “mokn”. Showing “monk”:" == shelf.text.splitlines()[0]
        assert ["1. Trio – Blue Monk 3:45"] == lines(shelf)


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ('title:"bleu monk"', "Did you mean blue monk?"),
        ("monk format:flac", "Just the words: monk"),
    ],
)
async def test_where_nothing_fits_the_words_alone_are_offered(
    rig: Rig, query: str, label: str
) -> None:
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", "Blue Monk.mp3")
        none = await rig.ask(f"/search {query}")
        shelf = await turned(rig, none, label)

        assert none.text.startswith(f"Nothing found for “{query}”.")
        assert [label] == none.buttons
        assert ["1. Trio – Blue Monk 3:45"] == lines(shelf)


async def test_what_is_nowhere_is_told_with_what_else_to_do(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product, 1)
        none = await rig.ask("/search <zzyzx>")

        assert "/download @chat <zzyzx>" in none.text
        assert [] == none.buttons


@pytest.mark.parametrize(
    ("said", "piece"),
    [
        ("/search chat:@nope monk", "No track comes from “@nope”: I know no such chat."),
        ("/search duration>5m duration<2m", "what it says of the duration rules itself out."),
        ("/recent year<1990 year>2000", "what it says of the year rules itself out."),
        ("/search genre:zzyzx", "Leave something out"),
        ('/search "zzyzx', "A quote was left open; I took it to go on to the end."),
        ("/search artist: format:flac", "Something is missing behind “artist:”."),
    ],
)
async def test_what_can_be_nowhere_is_told_with_the_reason(rig: Rig, said: str, piece: str) -> None:
    async with rig.running() as product:
        await fill(rig, product, 1)
        told = await rig.ask(said)

        assert piece in told.text
        assert ("@chat" in told.text) is (said == '/search "zzyzx')


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ('/search "tune', "A quote was left open; I took it to go on to the end."),
        ("/recent (tune", "A bracket was left open; I took it to go on to the end."),
        ("/search tune size<100", "A size without a unit is in MB."),
        ("/search duration>5", "A duration without a unit is in seconds; minutes are written 5m."),
    ],
)
async def test_what_was_taken_for_meant_is_told(rig: Rig, said: str, line: str) -> None:
    async with rig.running() as product:
        await fill(rig, product, 1)
        shelf = await rig.ask(said)

        assert [line] == shelf.text.splitlines()[-1:]
        assert 1 == len(lines(shelf))


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("/search", "/search miles davis"),
        ("/search duration>long", "“duration>long”: This is not a length."),
        ("/search artst:monk", "Did you mean artist?"),
        ("/recent", "There are no tracks yet. /download brings some."),
        ("/favourites", "You have no favorites yet."),
        ("/random", "There are no tracks yet."),
        ("/random monk", "Nothing found for “monk”."),
        ("/recent monk", "Nothing found for “monk”."),
        ("/favorites monk", "None of your favorites is “monk”."),
        ("/recent 500", "“500” does not work as a count: write a number from 1 to 30"),
        ("/random 0", "“0” does not work as a count"),
        ("/favorites year>soon", "“year>soon”: This is not a year."),
    ],
)
async def test_what_cannot_be_shown_is_told(rig: Rig, text: str, piece: str) -> None:
    async with rig.running():
        told = await rig.ask(text)

        assert piece in told.text
        assert [] == told.buttons


@pytest.mark.parametrize("query", ["duration>3m", "format:mp3 -tune1", "(tune or x) -live"])
async def test_filters_alone_are_a_search_too(rig: Rig, query: str) -> None:
    async with rig.running() as product:
        await fill(rig, product, 2)

        assert 2 == len(lines(await rig.ask(f"/search {query}")))


async def test_favorites_come_last_liked_first_and_are_ones_own(rig: Rig) -> None:
    async with rig.running() as product:
        tracks = await fill(rig, product, 10)
        for track in tracks:
            await product.store.favorites.add(rig.owner.user.id, track.id, NOW)
        await product.store.favorites.add(99, tracks[0].id, NOW)
        first = await rig.ask("/favorites")
        second = await turned(rig, first, "▶")

        assert "1. Trio – Tune 10 " == lines(first)[0][:18]
        assert ["9. Trio – Tune 2 3:45", "10. Trio – Tune 1 3:45"] == lines(second)


@pytest.mark.parametrize(
    ("said", "titles"),
    [
        ("/recent 3", ["Tune 12", "Tune 11", "Tune 10"]),
        ("/recent 2 artist:trio tune", ["Tune 12", "Tune 11"]),
        ('/recent "3"', ["Tune 3"]),
        ("/favorites 2", ["Tune 3", "Tune 2"]),
        ("/favorites tune -2", ["Tune 3", "Tune 1"]),
        ("/random tune 12", ["Tune 12"]),
    ],
)
async def test_so_many_are_shown_of_what_is_asked_for(
    rig: Rig, said: str, titles: list[str]
) -> None:
    async with rig.running() as product:
        for track in (await fill(rig, product, 12))[2::-1]:
            await product.store.favorites.add(rig.owner.user.id, track.id, NOW)
        shelf = await rig.ask(said)

        assert sorted(titles) == sorted(
            line.split(" – ")[1][: len(titles[0])] for line in lines(shelf)
        )


async def test_pages_of_what_was_asked_for_are_turned_by_the_command(rig: Rig) -> None:
    async with rig.running() as product:
        for track in await fill(rig, product, 12):
            await product.store.favorites.add(rig.owner.user.id, track.id, NOW)
        for said in ("/recent 5 tune", "/favorites 5 tune", "/favorites 5"):
            second = await turned(rig, await rig.ask(said), "▶")

            assert (5, "6–10 of 12") == (len(lines(second)), second.text.splitlines()[-1])


async def test_five_random_tracks_stay_five(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product, 12)
        first = await rig.ask("/random 5")

        assert [5, 5] == [len(lines(one)) for one in (first, await turned(rig, first, "Others"))]


async def test_ten_random_tracks_make_room_for_others(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product, 40)
        first = await rig.ask("/random tune")
        other = await turned(rig, first, "Others")

        assert ([10, 10]) == [len(set(lines(one))) for one in (first, other)]
        assert "Random matching “tune”" == other.text.splitlines()[0]
        assert lines(first) != lines(other)
        assert ["🎲 Others", "Send these"] == other.buttons[-2:]


async def test_the_same_artist_and_album_open_below(rig: Rig) -> None:
    async with rig.running() as product:
        music = rig.folder / "music"
        await put(product.store, music, "A.mp3", "B.mp3", album="First")
        await put(product.store, music, "C.mp3", album="Second")
        await put(product.store, music, "D.mp3", album="First", artist="Duo")
        shelf = await rig.ask("/search title:a")
        await rig.owner.press(shelf, "1")
        track = await rig.owner.until(lambda one: one.media is not None)
        await rig.owner.press(track, "Same artist")
        artist = await rig.hears("Trio\n")
        await rig.owner.press(track, "Same album")
        album = await rig.hears("First\n")

        assert track.id == artist.reply_to == album.reply_to
        assert 3 == len(lines(artist))
        assert ["A", "B"] == sorted(line.split(" ")[3] for line in lines(album))


async def test_what_is_pressed_after_it_is_gone_is_shown_anew(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        first = await rig.ask("/recent")
        rig.owner.delete(first)
        await rig.owner.press(first, data=first.button("▶").data)
        second = await rig.owner.reply()

        assert "9. " == lines(second)[0][:3]


async def test_strange_names_are_escaped_and_cut(rig: Rig) -> None:
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", "x.mp3", title="<b>&" + "я" * 300)
        shelf = await rig.ask("/recent")

        [line] = lines(shelf)
        assert "1. Trio – <b>&яяя" == line[:17]
        assert len(line) < 80


async def test_favorites_in_a_group_are_turned_by_their_owner_alone(rig: Rig) -> None:
    """Nobody but the owner is let in today, so the button is one of somebody else's."""
    async with rig.running() as product:
        first = await rig.ask("/recent")
        seal = Seal(product.store.vault.sign)
        data = seal.pack(rig.owner.dialog.id, Press(Action.FAVORITES, 99, (10**12, 8)))
        answer = await rig.owner.press(first, data=data)

        assert "This is somebody else’s." == answer.text
