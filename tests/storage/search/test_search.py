"""The whole of search: what comes first, page by page, whatever is typed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.query.errors import QueryError
from storage.query.parser import parse, plain
from storage.search.candidates import WINDOW
from storage.search.search import Cursor, Page
from storage.store import Store
from tests.storage.search.corpus import TRACKS
from tests.storage.search.corpus_questions import QUESTIONS
from tests.storage.values import NOW, a_file
from tests.stores import store_at

ASKED = [(script, *question) for script, asked in QUESTIONS.items() for question in asked]
MANY = 2 * WINDOW + 5


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def corpus(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    folder = tmp_path_factory.mktemp("corpus")
    async with store_at(folder / "data", folder / "music") as store:
        files = [
            a_file(title, artist, album=album, path=PurePosixPath(f"{number}.mp3"))
            for number, (artist, title, album) in enumerate(TRACKS)
        ]
        await store.imports.add(files, NOW)
        yield store


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def loves(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    """A catalogue in which far more tracks have one word than anybody ranks."""
    folder: Path = tmp_path_factory.mktemp("loves")
    async with store_at(folder / "data", folder / "music") as store:
        titles = [f"Love {number}" for number in range(MANY)]
        titles[0] = titles[1] = "Love"
        files = [
            a_file(title, "Various", path=PurePosixPath(f"{number}.mp3"))
            for number, title in enumerate(titles)
        ]
        await store.imports.add(files, NOW)
        yield store


async def find(store: Store, text: str, limit: int = 10, after: Cursor | None = None) -> Page:
    return await store.search.find(parse(text), limit, person_id=1, now=NOW, after=after)


async def names(store: Store, page: Page) -> list[str]:
    tracks = [await store.catalog.get(track_id) for track_id in page.ids]
    return [f"{track.performer} - {track.title}" for track in tracks if track]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("script", "text", "artist", "title"), ASKED)
async def test_what_people_mean_comes_first(
    corpus: Store, script: str, text: str, artist: str, title: str | None
) -> None:
    found = await names(corpus, await find(corpus, text, 3))

    assert found, script
    assert found[0] == f"{artist} - {title}" if title else found[0].startswith(f"{artist} - ")


async def test_words_that_nothing_has_are_told_as_they_are_meant(store: Store) -> None:
    await store.imports.add([a_file("Nothing Else Matters", "Metallica")], NOW)

    assert (await find(store, "metalica nothing els matters")).meant == (
        "metallica nothing else matters"
    )
    assert (await find(store, "nothing else")).meant is None
    assert (await find(store, "zzzzzz")) == Page(())


async def test_a_word_too_many_is_forgiven_and_told(store: Store) -> None:
    (track_id,) = await store.imports.add([a_file("One", "Metallica")], NOW)

    assert await find(store, "metallica one hahahaha") == Page((track_id,), meant="metallica one")
    assert (await find(store, "mettallica beatles")).meant == "metallica"


@pytest.mark.parametrize("text", ['"hahahaha" metallica', "metallica artist:beatles"])
async def test_what_stands_in_quotes_or_in_a_field_is_never_left_away(
    store: Store, text: str
) -> None:
    await store.imports.add([a_file("One", "Metallica")], NOW)

    assert (await find(store, text)).ids == ()


async def test_a_condition_that_no_such_track_meets_is_no_misspelling(store: Store) -> None:
    await store.imports.add([a_file("Metallica", "One"), a_file("Metallic", "Two", year=1999)], NOW)

    assert (await find(store, "metallica year:1999 ")).ids == ()
    assert len((await find(store, "metallik year:1999 ")).ids) == 1


@pytest.mark.parametrize("text", ["!!!", "🎷", "-", "or", '""'])
async def test_signs_alone_find_nothing(store: Store, text: str) -> None:
    await store.imports.add([a_file("One", "Metallica")], NOW)

    assert (await find(store, text)).ids == ()


async def test_an_album_is_told_in_its_order(store: Store) -> None:
    titles = ["So What", "Freddie Freeloader", "Blue in Green", "Kind of Blue"]
    files = [a_file(title, album="Kind of Blue") for title in titles]
    added = await store.imports.add(files, NOW)

    assert (await find(store, 'album:"kind of blue" artist:davis')).ids == tuple(added)


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_called_exactly_so_is_found_among_many(loves: Store) -> None:
    found = await names(loves, await find(loves, "love", 3))

    assert found[:2] == ["Various - Love", "Various - Love"]
    assert found[2] != "Various - Love"


async def every(store: Store, text: str, limit: int, *, meanwhile: bool = False) -> list[int]:
    """Read all pages; meanwhile tracks that match are added."""
    seen: list[int] = []
    after: Cursor | None = None
    for number in range(2 * MANY):
        page = await find(store, text, limit, after)
        seen += page.ids
        if meanwhile:
            new = a_file(f"Love new {number}", path=PurePosixPath(f"{text}{limit}{number}.mp3"))
            await store.imports.add([new], NOW)
        if page.next is None:
            return seen
        after = page.next
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize(("text", "limit"), [("love", 50), ("love", 7), ("", 50), ("size<1MB", 50)])
async def test_pages_never_repeat_or_skip_a_track_while_some_are_added(
    store: Store, text: str, limit: int
) -> None:
    files = [
        a_file(f"Love {number}", path=PurePosixPath(f"{number}.mp3")) for number in range(MANY)
    ]
    added = await store.imports.add(files, NOW)

    seen = await every(store, text, limit, meanwhile=True)

    assert sorted(seen) == added


async def test_no_page_but_the_last_is_empty_however_many_are_called_so(store: Store) -> None:
    names = [letter * 2 for letter in "abcdef"]
    files = [
        a_file(names[number % len(names)], path=PurePosixPath(f"{number}.mp3"))
        for number in range(4 * WINDOW)
    ]
    await store.imports.add(files, NOW)
    asked, after = " or ".join(names), None
    pages: list[tuple[int, ...]] = []
    while not pages or after is not None:
        page = await find(store, asked, WINDOW, after)
        after = page.next
        pages.append(page.ids)

    assert all(pages[:-1])
    assert sum(map(len, pages)) == 4 * WINDOW


async def test_a_phrase_is_found_as_it_was_typed(store: Store) -> None:
    files = [a_file(title, title) for title in ("Nowhere", "Now Here", "Kino", "Кино")]
    one, two, kino, _ = await store.imports.add(files, NOW)

    assert (await find(store, '"now here"')).ids == (two,)
    assert (await find(store, '"nowhere"')).ids == (one,)
    assert set((await find(store, "nowhere")).ids) == {one, two}
    assert (await find(store, '"kino"')).ids == (kino,)


async def test_the_newest_come_first_where_nothing_is_asked(store: Store) -> None:
    added = await store.imports.add([a_file(name) for name in "abc"], NOW)

    assert (await find(store, "")).ids == tuple(reversed(added))


async def test_an_answer_is_kept_until_what_can_be_found_changes(store: Store) -> None:
    await store.imports.add([a_file("So What")], NOW)
    for _ in range(3):
        await find(store, "so what")
    assert (store.search.cache.use.hits, store.search.cache.use.misses) == (2, 1)

    (later,) = await store.imports.add([a_file("So What", "Somebody")], NOW)

    assert later in (await find(store, "so what")).ids


async def test_an_answer_that_is_kept_is_that_of_these_words(store: Store) -> None:
    await store.imports.add([a_file("So What"), a_file("Blue in Green")], NOW)

    for text in ("so what", '"so what"', "so -what", "title:so what", "so", "so "):
        fresh = await find(store, text)
        assert await find(store, text) == fresh
    assert (await find(store, "so -what")).ids == ()


async def test_what_was_played_often_comes_before_what_is_as_likely(store: Store) -> None:
    first, second = await store.imports.add(
        [a_file("Love", "A", path=PurePosixPath("1.mp3")), a_file("Love", "B")], NOW
    )
    await store.plays.count(first, NOW)
    await store.plays.count(first, NOW)

    assert (await find(store, "love")).ids == (first, second)


async def test_tracks_of_an_older_program_are_found_after_a_start(store: Store) -> None:
    await store.imports.add([a_file("So What")], NOW)
    page = await find(store, "so what")
    await store.search.catch_up()

    assert (await find(store, "so what")) == page


PIECES = (
    "or", "artist:", "duration>", "3m", "love", "東", "цой", "ة", "size<", "..", "has:", "chat:@",
)  # fmt: skip
SOUP = st.lists(
    st.characters() | st.sampled_from("\"-*():<>=|'% ") | st.sampled_from(PIECES), max_size=20
).map("".join)


@pytest.mark.asyncio(loop_scope="module")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(text=SOUP)
async def test_whatever_is_typed_is_answered(corpus: Store, text: str) -> None:
    try:
        query = parse(text)
    except QueryError:
        query = plain(text)
    page = await corpus.search.find(query, 5, person_id=1, now=NOW + timedelta(days=1))

    assert len(page.ids) == len(set(page.ids)) <= 5
