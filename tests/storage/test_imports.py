from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from storage.entry import Intent
from storage.models import Transfer
from storage.query.parser import parse
from storage.sound import Flaw, Grade
from storage.store import Store
from tests.local_files import told
from tests.storage.values import MINUTE, NOW, a_file, an_audio, publishing, running_job


async def test_a_file_becomes_a_track_without_a_document(store: Store) -> None:
    file = a_file(
        album="Kind of Blue", album_artist="Various Artists", genre="Jazz", composer="Miles Davis",
        date="1959-08-17", track_number=1, track_total=5, disc_number=1, disc_total=2,
        is_compilation=True, duration=timedelta(seconds=1), codec="mp3", sample_rate=44_100,
        channels=2, bits=16, bitrate=320_000, grade=Grade.POOR, flaws=frozenset({Flaw.TRUNCATED}),
        has_cover=True, has_lyrics=True, mime="audio/mpeg", changed_at=NOW - MINUTE,
    )  # fmt: skip
    [track_id] = await store.imports.add([file], NOW)
    track = await store.catalog.get(track_id)
    entry = file.entry

    assert track is not None
    assert (entry.description, entry.sound) == (track.description, track.sound)
    assert (Grade.POOR, entry.flaws) == (track.grade, track.flaws)
    assert (True, True) == (track.has_cover, track.has_lyrics)
    assert (None, "So What.mp3", file.path) == (track.document_id, track.name, track.path)
    assert ("audio/mpeg", "mp3", 1959) == (track.mime, track.format, track.year)
    assert (1000, None) == (track.size, track.published_size)
    assert entry.sha256 == track.sha256_source == track.sha256
    assert (NOW, NOW - MINUTE) == (track.added_at, track.changed_at)


async def test_a_bitrate_that_is_not_told_is_the_mean(store: Store) -> None:
    await store.imports.add([a_file(duration=timedelta(seconds=1))], NOW)
    [track] = await store.catalog.every()

    assert 8000 == track.bitrate


async def test_a_path_that_is_known_is_passed_over(store: Store) -> None:
    first = await store.imports.add([a_file("a"), a_file("b")], NOW)
    again = await store.imports.add([a_file("b"), a_file("c"), a_file("c"), a_file("a")], NOW)

    assert len(first) == 2
    assert len(again) == 1
    assert await store.imports.add([a_file("a")], NOW) == []
    assert [track.title for track in await store.catalog.every()] == ["a", "b", "c"]


async def test_the_same_bytes_are_not_described_again(store: Store) -> None:
    [track_id] = await store.imports.add([a_file(grade=Grade.GOOD)], NOW)
    other = a_file(grade=Grade.GOOD, changed_at=NOW + MINUTE, album="Blue")
    again = await store.imports.add([other], NOW)
    track = await store.catalog.get(track_id)

    assert [] == again
    assert track is not None
    assert ("", NOW + MINUTE) == (track.album, track.changed_at)


async def test_a_file_that_nobody_could_read_is_described_once_that_works(store: Store) -> None:
    [track_id] = await store.imports.add([a_file()], NOW)
    again = await store.imports.add([a_file(album="Blue", grade=Grade.GOOD)], NOW)
    track = await store.catalog.get(track_id)

    assert [track_id] == again
    assert track is not None
    assert "Blue" == track.album


async def test_what_was_imported_is_found(store: Store) -> None:
    added = await store.imports.add([a_file("Blue in Green"), a_file("So What")], NOW)

    page = await store.search.find(parse("so what"), 10, person_id=1, now=NOW)

    assert page.ids == (added[1],)


async def test_text_that_nothing_can_store_is_stored_in_part(store: Store) -> None:
    file = told(a_file("x"), title="a\0b\ud800")

    (track_id,) = await store.imports.add([file], NOW)

    track = await store.catalog.get(track_id)
    assert track is not None
    assert track.title == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"


async def test_a_file_that_a_download_is_about_to_enter_is_left_to_it(store: Store) -> None:
    audio = an_audio(1)
    await running_job(store, audio)
    item = await publishing(store)
    await store.transfers.save(Transfer(audio.document_id, 1000, 4096, b"\1"))
    await store.transfers.intend(audio.document_id, Intent(a_file().path, a_file().entry.sha256))
    ids = await store.imports.add([a_file()], NOW)
    track = await store.catalog.save(
        item, path=a_file().path, size=1000, mime="", sha256_source="", sha256="", now=NOW
    )

    assert [] == ids
    assert [track] == await store.catalog.every()


async def test_many_files_are_entered_in_order_or_not_at_all(store: Store) -> None:
    files = [told(a_file(), path=PurePosixPath(f"{number}.mp3")) for number in range(1500)]
    broken = told(a_file(), path=PurePosixPath("last.mp3"), size=1 << 70)
    with pytest.raises(OverflowError):
        await store.imports.add([*files, broken], NOW)
    nothing = await store.catalog.every()
    ids = await store.imports.add(files, NOW)

    assert [] == nothing
    assert [file.path for file in files] == [track.path for track in await store.catalog.every()]
    assert sorted(ids) == ids
