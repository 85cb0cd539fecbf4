from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

from storage.models import Track
from storage.query.parser import parse
from storage.store import Store
from tests.storage.values import NOW, a_file


async def test_a_file_becomes_a_track_without_a_document(store: Store) -> None:
    file = a_file(
        album="Kind of Blue",
        genre="Jazz",
        year=1959,
        duration=timedelta(seconds=1),
        mime="audio/mpeg",
        has_cover=True,
    )

    (track_id,) = await store.imports.add([file], NOW)

    assert await store.catalog.get(track_id) == Track(
        id=track_id,
        document_id=None,
        title="So What",
        performer="Miles Davis",
        duration=timedelta(seconds=1),
        size=1000,
        mime="audio/mpeg",
        name="So What.mp3",
        path=PurePosixPath("Miles Davis/So What.mp3"),
        sha256_source="ab" * 32,
        sha256="ab" * 32,
        added_at=NOW,
        album="Kind of Blue",
        genre="Jazz",
        year=1959,
        format="mp3",
        bitrate=8000,
        has_cover=True,
    )


async def test_a_path_that_is_known_is_passed_over(store: Store) -> None:
    first = await store.imports.add([a_file("a"), a_file("b")], NOW)
    again = await store.imports.add([a_file("b"), a_file("c"), a_file("c"), a_file("a")], NOW)

    assert len(first) == 2
    assert len(again) == 1
    assert await store.imports.add([a_file("a")], NOW) == []
    assert [track.title for track in await store.catalog.every()] == ["a", "b", "c"]


async def test_what_was_imported_is_found(store: Store) -> None:
    added = await store.imports.add([a_file("Blue in Green"), a_file("So What")], NOW)

    page = await store.search.find(parse("so what"), 10, person_id=1, now=NOW)

    assert page.ids == (added[1],)


async def test_text_that_nothing_can_store_is_stored_in_part(store: Store) -> None:
    file = replace(a_file("x"), title="a\0b\ud800")

    (track_id,) = await store.imports.add([file], NOW)

    track = await store.catalog.get(track_id)
    assert track is not None
    assert track.title == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
