from __future__ import annotations

from pathlib import PurePosixPath

from storage.models import Item, Sameness
from storage.paths import Filing
from storage.store import Store
from storage.templates import parse
from tests.storage.values import (
    JAZZ,
    MINUTE,
    NOW,
    a_file,
    an_audio,
    claimed,
    publishing,
    running_job,
)


async def saved(store: Store, item: Item, path: str = "Jazz/x.flac") -> int:
    track = await store.catalog.save(
        item, path=PurePosixPath(path), size=1000, mime="audio/flac",
        sha256_source="ab" * 32, sha256="ab" * 32, now=NOW,
    )  # fmt: skip
    return track.id


async def test_a_track_is_placed_by_the_posting_it_was_fetched_for(store: Store) -> None:
    older = an_audio(2, document_id=501, posted_at=NOW - 100 * MINUTE, topic=9)
    await running_job(store, an_audio(1, posted_at=NOW, topic=4), older)
    track_id = await saved(store, await publishing(store))
    item = await claimed(store)
    track = await store.catalog.get(track_id)
    assert track is not None
    await store.catalog.link(item, track, Sameness.DOCUMENT)
    filed = await store.filings.of(track_id)

    assert filed is not None
    assert track_id == filed.track.id
    expected = Filing(501, "flac", "so_what.mp3", JAZZ, 4, NOW, filed.track.bitrate)
    assert expected == filed.filing


async def test_what_was_never_posted_has_no_chat(store: Store) -> None:
    [track_id] = await store.imports.add([a_file()], NOW)
    filed = await store.filings.of(track_id)

    assert filed is not None
    assert Filing(track_id, "mp3", "So What.mp3") == filed.filing


async def test_only_tracks_with_a_file_are_told_of_page_by_page(store: Store) -> None:
    ids = await store.imports.add([a_file(title) for title in "abc"], NOW)
    first = await store.filings.page(0, 2)
    second = await store.filings.page(first[-1].track.id, 2)

    assert ids == [filed.track.id for filed in (*first, *second)]
    assert await store.filings.of(999) is None


async def test_what_a_watch_brought_is_placed_by_its_template_for_ever(store: Store) -> None:
    await running_job(store, an_audio(1), folder="{chat}/{title}")
    await running_job(store, an_audio(2), folder="{title}")
    ids = [
        await saved(store, await publishing(store), f"Jazz/{number}.flac") for number in range(2)
    ]
    found = [await store.filings.of(track_id) for track_id in ids]

    assert [parse("{chat}/{title}"), parse("{title}")] == [
        one and one.filing.folder for one in found
    ]
