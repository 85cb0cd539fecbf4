from __future__ import annotations

from datetime import timedelta

from storage.playing import SentFile
from storage.query.parser import parse
from storage.store import Store
from tests.storage.values import NOW, a_file


async def test_what_was_played_last_comes_first(store: Store) -> None:
    one, two = await store.imports.add([a_file("a"), a_file("b")], NOW)
    await store.plays.count(one, NOW)
    await store.plays.count(two, NOW + timedelta(seconds=1))
    await store.plays.count(one, NOW + timedelta(seconds=2))

    assert await store.plays.last(10) == [one, two]


async def test_plays_are_counted(store: Store) -> None:
    one, _ = await store.imports.add([a_file("a"), a_file("b")], NOW)
    for _ in range(2):
        await store.plays.count(one, NOW)

    page = await store.search.find(parse("plays>1"), 10, person_id=1, now=NOW)
    assert page.ids == (one,)


async def test_each_bot_knows_its_own_files(store: Store) -> None:
    one, two = await store.imports.add([a_file("a"), a_file("b")], NOW)
    await store.sent_files.put(7, one, SentFile("old", "audio"))
    await store.sent_files.put(7, one, SentFile("new", "document"))
    await store.sent_files.put(8, two, SentFile("other", "audio"))

    assert await store.sent_files.of(7, [one, two]) == {one: SentFile("new", "document")}

    await store.sent_files.forget(7, one)
    assert await store.sent_files.of(7, [one, two]) == {}


async def test_tracks_come_in_the_order_asked_for_with_what_they_are_sent_by(store: Store) -> None:
    one, two = await store.imports.add([a_file("a", year=1999), a_file("b")], NOW)
    await store.sent_files.put(7, one, SentFile("known", "audio"))
    await store.sent_files.put(8, two, SentFile("to another bot", "audio"))

    found = await store.sent_files.tracks(7, [two, 99, one])

    assert await store.catalog.many([two, one]) == [track for track, _ in found]
    assert [file for _, file in found] == [None, SentFile("known", "audio")]


async def test_they_come_with_all_that_the_catalogue_says_of_them(store: Store) -> None:
    file = a_file(changed_at=NOW, has_cover=True, year=1959, duration=timedelta(minutes=9))
    ids = await store.imports.add([file], NOW)

    [(track, _)] = await store.sent_files.tracks(7, ids)

    assert track == await store.catalog.get(ids[0])
