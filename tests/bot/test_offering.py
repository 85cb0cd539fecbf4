from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import inline
from bot.inline import PAGE, Offset
from bot.offering import Offering, _read
from downloader.clock import Clock
from storage.favorites import Favorites
from storage.playing import SentFile
from storage.query.errors import Wrong
from storage.store import Store
from tests.bot.library import NOW
from tests.local_files import local_file, told
from tests.stores import store_at

BOT, ME = 700, 1


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


@pytest.fixture
def offering(store: Store) -> Offering:
    return Offering(store, Clock(), BOT, store.protection.among)


async def add(store: Store, *titles: str) -> list[int]:
    blank = local_file(PurePosixPath("x"), 1000, "ab" * 32, artist="Trio")
    files = [told(blank, path=PurePosixPath(f"{one}.mp3"), title=one) for one in titles]
    return await store.imports.add(files, NOW)


async def to_the_end(offering: Offering, text: str, store: Store) -> list[list[int]]:
    """Page through everything as Telegram does, while tracks are added."""
    pages: list[list[int]] = []
    written = ""
    while True:
        offer = await offering.offer(text, inline.offset(written), ME)
        pages.append([track.id for track in offer.tracks])
        await add(store, f"tune added behind page {len(pages)}")
        if offer.next is None:
            return pages
        written = offer.next.written()


async def test_words_are_looked_for(store: Store, offering: Offering) -> None:
    one, _ = await add(store, "Blue", "Green")

    offer = await offering.offer("blue", None, ME)

    assert [one] == [track.id for track in offer.tracks]
    assert (None, None, None) == (offer.next, offer.wrong, offer.meant)


async def test_what_telegram_knows_by_this_bot_is_told(store: Store, offering: Offering) -> None:
    one, two = await add(store, "tune one", "tune two")
    await store.sent_files.put(BOT, one, SentFile("known", "audio"))
    await store.sent_files.put(BOT + 1, two, SentFile("to another bot", "audio"))

    offer = await offering.offer("tune", None, ME)

    assert {one: SentFile("known", "audio")} == offer.files
    assert [two] == [track.id for track in offer.cards]


@pytest.mark.parametrize("text", ["tune", "tune artist:trio", "title:tune or zzz"])
async def test_paging_to_the_end_repeats_and_skips_nothing(
    store: Store, offering: Offering, text: str
) -> None:
    ids = await add(store, *(f"tune {number}" for number in range(3 * PAGE + 7)))

    pages = await to_the_end(offering, text, store)

    found = [one for page in pages for one in page]
    assert sorted(found) == ids
    assert all(len(page) <= PAGE for page in pages)


async def test_before_anything_is_typed_there_are_favorites_then_the_played_then_the_newest(
    store: Store, offering: Offering
) -> None:
    ids = await add(store, *(f"tune {number}" for number in range(9)))
    for moment, one in enumerate(ids[:3]):
        await store.favorites.add(ME, one, NOW + timedelta(seconds=moment))
    for moment, one in enumerate(ids[2:6]):
        await store.plays.count(one, NOW + timedelta(seconds=moment))

    offer = await offering.offer("  ", None, ME)

    assert [*ids[2::-1], *ids[5:2:-1], *ids[:5:-1]] == [track.id for track in offer.tracks]
    assert offer.next is None


async def test_they_come_each_once_and_page_by_page(store: Store, offering: Offering) -> None:
    ids = await add(store, *(f"tune {number}" for number in range(5 * PAGE)))
    for one in ids[::3]:
        await store.favorites.add(ME, one, NOW)
    for one in ids[::2]:
        await store.plays.count(one, NOW)

    pages = await to_the_end(offering, "", store)

    found = [one for page in pages for one in page]
    assert len(found) == len(set(found))
    assert set(ids) <= set(found)
    assert all(len(page) == PAGE for page in pages[:-1])


async def test_others_favorites_are_their_own(store: Store, offering: Offering) -> None:
    one, two = await add(store, "one", "two")
    await store.favorites.add(ME + 1, one, NOW)

    offer = await offering.offer("", None, ME)

    assert [two, one] == [track.id for track in offer.tracks]


async def test_what_is_wrong_with_a_query_empties_no_list(store: Store, offering: Offering) -> None:
    [one] = await add(store, "soon")

    for text, wrong in (
        ("soon size>huge", Wrong.BAD_SIZE),
        ("size>huge soon", Wrong.BAD_SIZE),
        ("soon artist:", Wrong.NO_VALUE),
        ("titel:soon", Wrong.UNKNOWN_FIELD),
        ("soon " + "x" * 1000, Wrong.TOO_LONG),
    ):
        offer = await offering.offer(text, None, ME)
        assert offer.wrong is not None
        assert wrong is offer.wrong.wrong
        assert [one] == [track.id for track in offer.tracks]


async def test_where_all_is_wrong_nothing_else_is_offered(store: Store, offering: Offering) -> None:
    await add(store, "soon")

    offer = await offering.offer("format:fl", None, ME)

    assert offer.wrong is not None
    assert [] == offer.tracks


@given(st.text(max_size=60))
@example("(" * 40)
@example('artist:"')
@example("format:fl size>x duration:q")
def test_whatever_is_typed_is_read(text: str) -> None:
    _read(text)


async def test_a_slip_is_forgiven(store: Store, offering: Offering) -> None:
    [one] = await add(store, "Summertime")

    offer = await offering.offer("sumertime", None, ME)

    assert [one] == [track.id for track in offer.tracks]
    assert "summertime" == offer.meant


@pytest.mark.parametrize("text", ["", "tune"])
async def test_an_offset_of_another_kind_does_no_harm(
    store: Store, offering: Offering, text: str
) -> None:
    ids = await add(store, "tune")

    for offset in (Offset(), Offset(inline.Part.PLAYED, 5), Offset(inline.Part.NEWEST)):
        offer = await offering.offer(text, offset, ME)
        assert ids == [track.id for track in offer.tracks]


async def test_f15_what_is_protected_is_no_more_than_named(store: Store) -> None:
    one, other = await add(store, "Blue", "Green")
    for track in (one, other):
        await store.sent_files.put(BOT, track, SentFile("x", "audio"))

    async def protected(tracks: Collection[int]) -> set[int]:
        return {one} & {*tracks}

    offer = await Offering(store, Clock(), BOT, protected).offer("", None, ME)

    assert {one, other} == {track.id for track in offer.tracks}
    assert {other} == set(offer.files)


async def test_what_is_liked_no_more_while_it_is_listed_is_offered_once(store: Store) -> None:
    class Fickle(Favorites):
        """Is asked, and before anybody else is, a press takes the heart away."""

        async def newest(self, person_id: int, *page: Any) -> list[int]:
            liked = await super().newest(person_id, *page)
            for track_id in liked:
                await self.remove(person_id, track_id)
            return liked

    one, two = await add(store, "Blue", "Green")
    await store.favorites.add(ME, one, NOW)
    fickle = replace(store, favorites=Fickle(store.favorites._database))

    offer = await Offering(fickle, Clock(), BOT, store.protection.among).offer("", None, ME)

    assert [one, two] == [track.id for track in offer.tracks]
