from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

from sqlalchemy import text

from storage.description import Provenance
from storage.models import Track
from storage.query.parser import parse
from storage.store import Store
from tests.local_files import local_file, told
from tests.storage.search.older import unindex
from tests.storage.values import MINUTE, NOW, an_audio, publishing, running_job

SONG = local_file(
    PurePosixPath("Blue/So What.mp3"), 1_000_000, "ab" * 32, mime="audio/mpeg",
    title="So What", artist="Miles Davis", album="Kind of Blue", genre="Jazz", year=1959,
    duration=timedelta(seconds=10), has_cover=True,
)  # fmt: skip


async def found(store: Store, word: str) -> list[int]:
    statement = text("select rowid from search_index where search_index match :word")
    async with store.catalog._database.read() as connection:
        return list(await connection.scalars(statement, {"word": word}))


async def the_track(store: Store) -> Track:
    [track] = await store.catalog.every()
    return track


async def saved(store: Store, path: PurePosixPath) -> Track:
    await running_job(store, an_audio(1))
    item = await publishing(store)
    return await store.catalog.save(
        item, path=path, size=1000, mime="audio/mpeg",
        sha256_source="11" * 32, sha256="11" * 32, now=NOW,
    )  # fmt: skip


async def test_a_changed_file_is_described_and_found_anew(store: Store) -> None:
    ids = await store.imports.add([SONG], NOW)
    changed = told(SONG, sha256="cd" * 32, title="Blue in Green", size=5, format="flac")
    again = await store.imports.add([changed], NOW + MINUTE)
    track = await the_track(store)

    assert ids == again == [track.id]
    assert ("Blue in Green", 5, "flac") == (track.title, track.size, track.format)
    assert changed.entry.sha256 == track.sha256 == track.sha256_source
    assert NOW == track.added_at
    assert ([], ids) == (await found(store, "what"), await found(store, "green"))


async def test_of_a_changed_download_what_telegram_gave_and_said_stays(store: Store) -> None:
    before = await saved(store, SONG.path)
    await store.imports.add([told(SONG, title="", artist="")], NOW + MINUTE)
    track = await the_track(store)

    assert (before.id, before.document_id) == (track.id, track.document_id)
    assert (before.sha256_source, SONG.entry.sha256) == (track.sha256_source, track.sha256)
    assert (before.title, before.performer) == (track.title, track.performer)
    assert ("Kind of Blue", SONG.entry.size) == (track.album, track.file_size)
    assert [track] == await store.catalog.of_bytes(before.size, before.sha256_source)


async def test_of_a_changed_download_nothing_is_lost_of_which_its_file_is_silent(
    store: Store,
) -> None:
    before = await saved(store, SONG.path)
    silent = told(SONG, title="So What?", artist="", duration=timedelta(0))
    await store.imports.add([silent], NOW + MINUTE)
    track = await the_track(store)

    assert ("So What?", before.performer) == (track.title, track.performer)
    assert before.duration == track.duration


async def test_a_changed_download_is_called_by_its_tags_then_as_before_then_by_its_name(
    store: Store,
) -> None:
    before = await saved(store, SONG.path)
    read = told(SONG, title="02", track_number=2, album="Blue")
    said = read.entry.description
    named = dict.fromkeys(("title", "track_number"), Provenance.NAME)
    said = replace(said, provenance={"album": Provenance.TAGS, **named})
    await store.imports.add([told(read, description=said)], NOW + MINUTE)
    track = await the_track(store)

    assert (before.title, "Blue", 2) == (track.title, track.album, track.track_number)
    assert Provenance.TAGS is track.provenance["album"]
    assert Provenance.NAME is track.provenance["track_number"]


async def test_what_a_person_has_said_of_a_changed_file_stands(store: Store) -> None:
    [track_id] = await store.imports.add([SONG], NOW)
    said = replace((await the_track(store)).description, title="So What?", date="1960")
    await store.edits.say(track_id, said, ["title", "date"], 7, NOW)
    await store.imports.add([told(SONG, sha256="cd" * 32, album="Jazz")], NOW + MINUTE)
    track = await the_track(store)

    assert ("So What?", 1960, "Jazz") == (track.title, track.year, track.album)
    assert {Provenance.PERSON} == {track.provenance[field] for field in ("title", "date")}


async def test_what_changes_before_an_older_catalogue_is_indexed_hides_nothing(
    store: Store,
) -> None:
    files = [
        told(SONG, path=PurePosixPath(f"{number}.mp3"), title=f"Song {number}")
        for number in range(5)
    ]
    ids = await store.imports.add(files, NOW)
    async with store.catalog._database.write() as connection:
        await unindex(connection, ids)
    await store.imports.add([told(files[1], sha256="cd" * 32, title="New")], NOW)
    await store.search.catch_up()
    page = await store.search.find(parse("miles"), 10, person_id=1, now=NOW)

    assert sorted(page.ids) == ids
    assert [ids[1]] == await found(store, "new")
