from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from storage.models import Track, Transfer
from storage.query.parser import parse
from storage.store import Store
from tests.storage.values import NOW, a_file, an_audio, publishing, running_job


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


async def test_a_file_that_a_download_is_about_to_enter_is_left_to_it(store: Store) -> None:
    audio = an_audio(1)
    await running_job(store, audio)
    item = await publishing(store)
    await store.transfers.save(Transfer(audio.document_id, 1000, 4096, b"\1"))
    await store.transfers.intend(audio.document_id, a_file().path, a_file().sha256)
    ids = await store.imports.add([a_file()], NOW)
    track = await store.catalog.save(
        item, path=a_file().path, size=1000, mime="", sha256_source="", sha256="", now=NOW
    )

    assert [] == ids
    assert [track] == await store.catalog.every()


async def test_many_files_are_entered_in_order_or_not_at_all(store: Store) -> None:
    files = [replace(a_file(), path=PurePosixPath(f"{number}.mp3")) for number in range(1500)]
    broken = replace(a_file(), path=PurePosixPath("last.mp3"), size=1 << 70)
    with pytest.raises(OverflowError):
        await store.imports.add([*files, broken], NOW)
    nothing = await store.catalog.every()
    ids = await store.imports.add(files, NOW)

    assert [] == nothing
    assert [file.path for file in files] == [track.path for track in await store.catalog.every()]
    assert sorted(ids) == ids
