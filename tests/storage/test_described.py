from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath

from storage.description import Description, Provenance
from storage.documents import entry_document, entry_from
from storage.entry import Entry
from storage.models import Item, Track
from storage.query.parser import parse
from storage.sound import Flaw, Grade, Sound
from storage.store import Store
from tests.storage.values import NOW, an_audio, publishing, running_job

_AT = PurePosixPath("Miles Davis/Kind of Blue (1959)/01 So What.flac")
_CALLED = Description(
    title="So What",
    artist="Miles Davis",
    album="Kind of Blue",
    album_artist="Miles Davis",
    genre="Jazz",
    date="1959-08-17",
    track_number=1,
    track_total=5,
    provenance={"title": Provenance.TAGS, "artist": Provenance.CAPTION},
)
_ENTRY = Entry(
    sha256="ef" * 32,
    size=2222,
    description=_CALLED,
    sound=Sound("flac", timedelta(seconds=545), 900_000, 44_100, 2, 16),
    flaws=frozenset({Flaw.OTHER_LENGTH}),
    grade=Grade.EXCELLENT,
    has_cover=True,
)


def test_an_entry_comes_back_from_its_document_as_it_was() -> None:
    assert entry_from(entry_document(_ENTRY)) == _ENTRY


async def test_a_track_is_entered_by_what_its_file_says(store: Store) -> None:
    await running_job(store, an_audio(1))
    track = await save(store, await publishing(store), _ENTRY)
    assert track.description == _CALLED
    assert track.sound == _ENTRY.sound
    assert (track.grade, track.flaws) == (Grade.EXCELLENT, frozenset({Flaw.OTHER_LENGTH}))
    assert (track.size, track.file_size) == (1000, 2222)
    assert await found(store, "miles kind blue") == [track.id]


async def test_a_remembered_track_is_called_anew_when_its_file_comes_again(store: Store) -> None:
    await running_job(store, an_audio(1))
    first = await save(store, await publishing(store), None)
    await running_job(store, an_audio(1))
    again = await save(store, await publishing(store), _ENTRY)
    assert again.id == first.id
    assert again.description == _CALLED
    assert await found(store, "kind of blue") == [again.id]


async def save(store: Store, item: Item, entry: Entry | None) -> Track:
    sha256 = entry.sha256 if entry else "ab" * 32
    return await store.catalog.save(
        item,
        path=_AT,
        size=1000,
        mime="audio/flac",
        sha256_source="ab" * 32,
        sha256=sha256,
        now=NOW,
        entry=entry,
    )


async def found(store: Store, text: str) -> list[int]:
    page = await store.search.find(parse(text), 5, person_id=7, now=NOW)
    return list(page.ids)
