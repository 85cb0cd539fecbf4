from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from downloader.books import Books, books_of
from storage.models import Origin
from storage.store import Store
from storage.stretch import Looked, Stretch
from storage.watch import Rhythm, Rules, Seen
from tests.downloader.scripted import JAZZ, START, song
from tests.looked import note
from tests.stores import store_at

RULES = Rules(Rhythm(every=timedelta(hours=1)))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


async def books(
    store: Store, rules: Rules = RULES, *looked: Looked, began: datetime = START
) -> Books:
    for one in looked:
        await note(store, one)
    await store.watches.add("@jazz", rules, Origin(7, 70), began, chat=JAZZ, seen=Seen(9, START))
    return await books_of(store, JAZZ.id, START)


async def test_what_a_watch_wants_and_went_past_was_overlooked(store: Store) -> None:
    looked = [Looked(JAZZ.id, Stretch(3, 4)), Looked(JAZZ.id, Stretch(8, 9))]
    found = await books(store, replace(RULES, query='-"song 6"'), *looked)

    assert [5, 7] == [one for one in range(1, 12) if found.has_passed(song(one))]
    assert [3, 4, 8, 9] == [one for one in range(1, 12) if found.is_looked_at(song(one))]
    assert ('-"song 6"', "") == (found.unfit(song(6)), found.unfit(song(5)))


async def test_what_was_posted_before_a_watch_began_was_not_overlooked(store: Store) -> None:
    looked = [Looked(JAZZ.id, Stretch(1, 2)), Looked(JAZZ.id, Stretch(8, 9))]
    found = await books(store, RULES, *looked, began=song(6).posted_at)

    assert [6, 7] == [one for one in range(1, 12) if found.has_passed(song(one))]


async def test_what_was_read_of_a_topic_counts_there_alone(store: Store) -> None:
    found = await books(store, RULES, Looked(JAZZ.id, Stretch(3, 4), topic=5))
    postings = [replace(song(3), topic=topic) for topic in (5, 6, None)]

    assert [True, False, False] == [found.is_looked_at(one) for one in postings]


async def test_without_voice_messages_nothing_is_said_of_those(store: Store) -> None:
    found = await books(store, RULES, Looked(JAZZ.id, Stretch(3, 4)))

    assert not found.is_looked_at(replace(song(3), voice=True))
    assert not found.speaks
    assert not found.has_passed(replace(song(5), voice=True))


async def test_where_each_account_has_its_own_numbers_they_say_nothing(store: Store) -> None:
    found = await books(store, RULES, Looked(JAZZ.id, Stretch(3, 9)))

    assert not found.is_looked_at(replace(song(3), account=5))
