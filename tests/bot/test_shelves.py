from __future__ import annotations

import asyncio
import itertools
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.callbacks import Action, Press
from bot.errors import OutOfDateError
from bot.faces import Face
from bot.shelves import Shelves
from downloader.clock import Clock
from storage.query.errors import QueryError
from storage.store import Store
from tests.bot.library import NOW
from tests.local_files import local_file
from tests.stores import store_at

ANN = 1
_NUMBERED = re.compile(r"^\d+\. Trio – Tune (\d+)\b", re.MULTILINE)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


def shelves(store: Store) -> Shelves:
    return Shelves(store, Clock(now=lambda: NOW), Random(1))


async def enter(store: Store, first: int, count: int) -> list[int]:
    files = [
        local_file(
            PurePosixPath(f"{number}.mp3"), 1, "ab" * 32, title=f"Tune {number}", artist="Trio"
        )
        for number in range(first, first + count)
    ]
    return await store.imports.add(files, NOW)


def shown(face: Face) -> list[int]:
    return [int(number) for number in _NUMBERED.findall(face.text)]


def press(face: Face, label: str) -> Press | None:
    found = (button.press for row in face.rows for button in row if button.label == label)
    return next(found, None)


async def paged(
    store: Store, count: int, start: Press, said: str, added: list[int]
) -> list[list[int]]:
    """Turn from the first page to the last, while so many tracks come before each turn."""
    view, more, pages = shelves(store), itertools.chain(added, itertools.repeat(0)), []
    following: Press | None = start
    while following is not None:
        face = await view.face(following, ANN, said)
        pages.append(shown(face))
        count += len(await enter(store, count + 1, next(more)))
        following = press(face, "▶")
    return pages


@settings(max_examples=12, deadline=None)
@given(
    asked=st.sampled_from(
        [(Action.RECENT, ""), (Action.SEARCH, "tune"), (Action.SEARCH, "size<1MB -live")]
    ),
    count=st.sampled_from([1, 8, 9, 199, 200, 201, 407]),
    added=st.lists(st.integers(0, 9), max_size=20),
)
def test_pages_repeat_and_skip_nothing_while_tracks_come(
    asked: tuple[Action, str], count: int, added: list[int]
) -> None:
    async def all_pages() -> list[list[int]]:
        with tempfile.TemporaryDirectory() as folder:
            async with store_at(Path(folder, "data"), Path(folder, "music")) as store:
                await enter(store, 1, count)
                return await paged(store, count, Press(asked[0]), asked[1], added)

    pages = asyncio.run(all_pages())

    assert list(range(1, count + 1)) == sorted(number for page in pages for number in page)
    assert {8} >= {len(page) for page in pages[:-1]}


@pytest.mark.parametrize(
    ("count", "said", "place"),
    [
        (430, "tune", "1–8 of 430"),
        (1201, "tune", "1–8 of 1,000+"),
        (1201, "tune size<1MB", "1–8 of 200+"),
        (9, "tune size<1MB", "1–8 of 9"),
    ],
)
async def test_many_tracks_are_counted_only_as_far_as_it_is_cheap(
    store: Store, count: int, said: str, place: str
) -> None:
    await enter(store, 1, count)
    face = await shelves(store).face(Press(Action.SEARCH), ANN, said)

    assert f"<i>{place}</i>" == face.text.splitlines()[-1]


async def test_each_page_is_found_again_on_the_way_back(store: Store) -> None:
    await enter(store, 1, 430)
    view, there, back = shelves(store), [], []
    face = await view.face(Press(Action.SEARCH), ANN, "tune")
    while following := press(face, "▶"):
        there.append(shown(face))
        face = await view.face(following, ANN, "tune")
    while previous := press(face, "◀"):
        face = await view.face(previous, ANN, "tune")
        back.append(shown(face))

    assert 53 == len(there)
    assert there == back[::-1]


async def test_a_page_that_is_not_there_any_more_is_the_first(store: Store) -> None:
    ids = await enter(store, 1, 9)
    for number in ids:
        await store.favorites.add(ANN, number, NOW)
    face = await shelves(store).face(Press(Action.FAVORITES, ANN), ANN)
    await store.favorites.remove(ANN, ids[0])
    following = press(face, "▶")
    assert following is not None

    assert 8 == len(shown(await shelves(store).face(following, ANN)))


async def test_favorites_that_come_while_one_reads_do_not_move_the_pages(store: Store) -> None:
    ids = await enter(store, 1, 12)
    for number in ids[:-1]:
        await store.favorites.add(ANN, number, NOW)
    face = await shelves(store).face(Press(Action.FAVORITES, ANN), ANN)
    await store.favorites.add(ANN, ids[-1], NOW.replace(year=2030))
    following = press(face, "▶")
    assert following is not None

    assert [3, 2, 1] == shown(await shelves(store).face(following, ANN))


async def test_a_search_that_cannot_be_read_any_more_says_so(store: Store) -> None:
    with pytest.raises(QueryError):
        await shelves(store).face(Press(Action.SEARCH, 5, (1, 8)), ANN, "size:x")


@pytest.mark.parametrize("action", [Action.ARTIST, Action.ALBUM])
async def test_what_is_like_nothing_is_out_of_date(store: Store, action: Action) -> None:
    with pytest.raises(OutOfDateError):
        await shelves(store).face(Press(action, 99), ANN)


async def test_an_album_of_many_artists_is_shown_whole(store: Store) -> None:
    files = [
        local_file(
            PurePosixPath(f"{artist}.mp3"), 1, "ab" * 32, artist=artist, title="x", album=album
        )
        for artist, album in (("A", "Hits"), ("B", "Hits"), ("C", "Hits of C"))
    ]
    ids = await store.imports.add(files, NOW)
    face = await shelves(store).face(Press(Action.ALBUM, ids[0]), ANN)

    assert "A – x" in face.text
    assert "B – x" in face.text
