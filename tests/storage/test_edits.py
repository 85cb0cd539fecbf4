from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

from storage.description import Description, Provenance
from storage.errors import NotStoredError
from storage.models import Track
from storage.playing import SentFile
from storage.query.parser import parse
from storage.removals import put_back
from storage.store import Store
from tests.storage.values import MINUTE, NOW, a_file

_PERSON = 7
LENGTH = timedelta(seconds=545)


async def entered(store: Store, title: str = "So What", **changes: Any) -> Track:
    [number] = await store.imports.add([a_file(title, **changes)], NOW)
    track = await store.catalog.get(number)
    assert track is not None
    return track


async def found(store: Store, text: str) -> list[int]:
    page = await store.search.find(parse(text), 9, person_id=_PERSON, now=NOW)
    return list(page.ids)


async def test_what_a_person_says_is_what_a_track_is_called_and_found_by(store: Store) -> None:
    track = await entered(store, "Sow Hat")
    called = replace(track.description, title="So What", date="1959", track_number=1)
    fields = ("title", "date", "track_number")
    said = await store.edits.say(track.id, called, fields, _PERSON, NOW)
    assert (said.title, said.year, said.track_number) == ("So What", 1959, 1)
    assert said.provenance["title"] is Provenance.PERSON
    assert said.provenance["artist"] is Provenance.TAGS
    assert await store.edits.of_track(track.id) == {
        "title": "So What",
        "date": "1959",
        "track_number": "1",
    }
    assert await found(store, '"so what"') == [track.id]
    assert await found(store, '"sow hat"') == []


async def test_a_field_can_be_said_to_be_empty(store: Store) -> None:
    track = await entered(store, album="Wrong")
    called = replace(track.description, album="")
    assert (await store.edits.say(track.id, called, ["album"], _PERSON, NOW)).album == ""
    assert await store.edits.of_track(track.id) == {"album": ""}


async def test_what_was_taken_back_is_what_was_found_before_the_first_word(store: Store) -> None:
    track = await entered(store, album="Kind of Blue")
    for title in ("Else", "Else again"):
        called = replace(track.description, title=title, track_number=3, album="")
        fields = ["title", "track_number", "album"]
        await store.edits.say(track.id, called, fields, _PERSON, NOW)
    back = [*fields, "genre"]
    again = await store.edits.say(track.id, called, [], _PERSON, NOW, taken_back=back)
    assert again.description == track.description
    assert await store.edits.of_track(track.id) == {}


async def test_what_two_people_say_of_two_fields_stands_both(store: Store) -> None:
    track = await entered(store)
    called = replace(track.description, album="Jazz")
    await store.edits.say(track.id, called, ["album"], _PERSON, NOW)
    called = replace(track.description, genre="Jazz")
    said = await store.edits.say(track.id, called, ["genre"], _PERSON, NOW)
    assert (said.album, said.genre) == ("Jazz", "Jazz")


async def test_what_was_said_waits_for_the_file_also_when_more_comes_meanwhile(
    store: Store,
) -> None:
    track = await entered(store)
    await store.edits.say(track.id, Description(title="A"), ["title"], _PERSON, NOW)
    [first] = await store.edits.unwritten()
    await store.edits.say(track.id, Description(title="B"), ["title"], _PERSON, NOW)
    await store.edits.written(first)
    [second] = await store.edits.unwritten()
    await store.edits.written(second)
    assert (first.track_id, second.track_id) == (track.id, track.id)
    assert await store.edits.unwritten() == []


async def test_no_bot_sends_what_has_another_name_now_by_an_old_id(store: Store) -> None:
    track = await entered(store)
    for _ in range(2):
        await store.sent_files.put(1, track.id, SentFile("x", "audio"))
        await store.edits.say(track.id, Description(title="A"), ["title"], _PERSON, NOW)
        assert await store.sent_files.of(1, [track.id]) == {}
    await store.sent_files.put(1, track.id, SentFile("x", "audio"))
    [one] = await store.edits.unwritten()
    await store.edits.written(one)
    assert await store.sent_files.of(1, [track.id]) == {}


async def test_nothing_can_be_said_of_a_track_that_is_not_there(store: Store) -> None:
    with pytest.raises(NotStoredError):
        await store.edits.say(99, Description(title="x"), ["title"], _PERSON, NOW)
    assert await store.edits.of_track(99) == {}


async def pair(store: Store, **changes: Any) -> tuple[Track, Track]:
    """Enter a worse and a better track of one recording."""
    return await worse(store), await better(store, **changes)


async def worse(store: Store) -> Track:
    return await entered(store, bitrate=128_000, duration=LENGTH, path=PurePosixPath("a.mp3"))


async def better(store: Store, **changes: Any) -> Track:
    about: dict[str, Any] = {"bitrate": 320_000, "duration": LENGTH, "sha256": "cd" * 32} | changes
    return await entered(store, path=PurePosixPath("b.mp3"), **about)


async def called(store: Store) -> list[tuple[str, str]]:
    return [(track.title, track.genre) for track in await store.catalog.every()]


async def test_what_is_said_of_a_track_stands_for_its_recording(store: Store) -> None:
    lesser, best = await pair(store)
    said = replace(best.description, title="Blue in Green", genre="Jazz")
    await store.edits.say(best.id, said, ["title", "genre"], _PERSON, NOW)

    assert [("Blue in Green", "Jazz")] * 2 == await called(store)
    assert [best.id] == await found(store, "miles")
    assert [best.id, None] == [track.better_id for track in await store.catalog.every()]
    assert [lesser.id, best.id] == [one.track_id for one in await store.edits.unwritten()]
    assert [] == await store.edits.inherit()


async def test_a_better_track_that_comes_later_inherits_it(store: Store) -> None:
    lesser = await worse(store)
    said = replace(lesser.description, genre="Jazz")
    await store.edits.say(lesser.id, said, ["genre"], _PERSON, NOW)
    best = await better(store, genre="Pop")
    changed = await store.edits.inherit()
    inherited = await called(store)
    back = await store.edits.say(best.id, said, [], _PERSON, NOW, taken_back=["genre"])

    assert ([best.id], []) == (changed, await store.edits.inherit())
    assert [("So What", "Jazz")] * 2 == inherited
    assert ("Pop", {}) == (back.genre, await store.edits.of_track(lesser.id))


async def test_what_was_said_last_of_any_of_them_counts(store: Store) -> None:
    lesser, best = await pair(store)
    for track, genre, at in ((best, "Pop", NOW), (lesser, "Jazz", NOW + MINUTE)):
        said = replace(track.description, genre=genre)
        await store.edits.say(track.id, said, ["genre"], _PERSON, at)

    assert [("So What", "Jazz")] * 2 == await called(store)
    assert [] == await store.edits.inherit()


async def test_what_was_kept_apart_inherits_nothing(store: Store) -> None:
    lesser, best = await pair(store)
    await store.rulings.keep_apart(best.id, NOW)
    said = replace(best.description, genre="Jazz")
    await store.edits.say(best.id, said, ["genre"], _PERSON, NOW)

    assert [] == await store.edits.inherit()
    assert {} == await store.edits.of_track(lesser.id)


async def test_what_is_kept_apart_later_loses_what_it_inherited(store: Store) -> None:
    lesser, best = await pair(store, genre="Pop")
    said = replace(best.description, genre="Jazz")
    await store.edits.say(best.id, said, ["genre"], _PERSON, NOW)
    ruling = await store.rulings.keep_apart(best.id, NOW)
    changed = await store.edits.inherit()
    apart = await called(store)
    assert ruling is not None
    await store.rulings.undo(ruling.id)

    assert [lesser.id] == changed
    assert [("So What", ""), ("So What", "Jazz")] == apart
    assert [lesser.id] == await store.edits.inherit()
    assert [("So What", "Jazz")] * 2 == await called(store)


async def test_what_is_found_later_comes_in_by_the_same_door(store: Store) -> None:
    track = await entered(store, "Sow Hat")
    await store.sent_files.put(1, track.id, SentFile("x", "audio"))
    one = await store.edits.complete(track.id, lambda called: replace(called, title="So What"))
    assert one is not None
    assert await store.edits.unwritten() == [one]
    assert await found(store, '"so what"') == [track.id]
    assert await store.sent_files.of(1, [track.id]) == {}
    await store.edits.written(one, has_cover=True)
    after = await store.catalog.get(track.id)
    assert after is not None
    assert (after.title, after.has_cover) == ("So What", True)
    assert await store.edits.unwritten() == []


async def test_where_nothing_new_is_found_nothing_is_written_unless_it_is_to_be(
    store: Store,
) -> None:
    track = await entered(store)
    assert await store.edits.complete(track.id, lambda called: called) is None
    assert await store.edits.unwritten() == []
    one = await store.edits.complete(track.id, lambda called: called, is_rewritten=True)
    assert await store.edits.unwritten() == [one]


async def test_what_was_said_while_a_file_was_away_is_written_when_it_is_back(
    store: Store,
) -> None:
    track = await entered(store)
    await store.edits.say(track.id, replace(track.description, genre="x"), ["genre"], 7, NOW)
    [one] = await store.edits.unwritten()
    await store.catalog.lose(track)
    away = await store.edits.unwritten()
    await store.edits.written(one)
    async with store.edits._database.write() as connection:
        await put_back(connection, track.id, PurePosixPath("back.mp3"))

    assert [] == away
    assert [one] == await store.edits.unwritten()
