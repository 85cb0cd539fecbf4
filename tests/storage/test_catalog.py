from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pytest
from sqlalchemy import select, text

from storage.database import Database
from storage.errors import NameTaken
from storage.models import Item, ItemState, Posting, Sameness, Track, Transfer
from storage.states import IllegalMoveError
from storage.store import Store
from storage.tables import postings
from tests.storage.values import MINUTE, NOW, a_file, an_audio, claimed, publishing, running_job

_PATH = PurePosixPath("Jazz/Miles Davis - So What.mp3")


async def _save(store: Store, item: Item, path: PurePosixPath = _PATH, **changes: Any) -> Track:
    file = {
        "size": 1000,
        "mime": "audio/mpeg",
        "sha256_source": "ab" * 32,
        "sha256": "cd" * 32,
        "now": NOW,
    }
    return await store.catalog.save(item, path=path, **{**file, **changes})


def _database(store: Store) -> Database:
    return store.catalog._database


async def _postings(store: Store) -> list[tuple[int, int, int]]:
    async with _database(store).read() as connection:
        rows = await connection.execute(select(postings).order_by(postings.c.message_id))
        return [(row.chat_id, row.message_id, row.track_id) for row in rows]


async def test_saving_enters_track_posting_and_item_and_ends_the_transfer(store: Store) -> None:
    audio = an_audio(1)
    await running_job(store, audio)
    await store.transfers.save(Transfer(audio.document_id, 1000, 4096, b"\1"))
    item = await publishing(store)

    track = await _save(store, item)

    after = await store.items.get(item.id)
    assert after is not None
    assert (after.state, after.track_id) == (ItemState.SAVED, track.id)
    assert await _postings(store) == [(audio.chat_id, audio.message_id, track.id)]
    assert await store.transfers.get(audio.document_id) is None
    assert track == Track(
        id=track.id,
        document_id=audio.document_id,
        title=audio.title,
        performer=audio.performer,
        duration=audio.duration,
        size=1000,
        mime="audio/mpeg",
        name=audio.name,
        path=_PATH,
        sha256_source="ab" * 32,
        sha256="cd" * 32,
        added_at=NOW,
        format="mp3",
        bitrate=15,
    )


async def test_a_track_is_found_by_id_document_and_path(store: Store) -> None:
    await running_job(store, an_audio(1))
    track = await _save(store, await publishing(store))

    assert await store.catalog.get(track.id) == track
    assert await store.catalog.by_document(501) == track
    assert await store.catalog.by_path(_PATH) == track
    assert await store.catalog.every() == [track]
    assert await store.catalog.get(99) is None
    assert await store.catalog.by_document(99) is None
    assert await store.catalog.by_path(PurePosixPath("x")) is None


async def test_nothing_is_entered_when_the_item_may_not_be_saved(store: Store) -> None:
    audio = an_audio(1)
    await running_job(store, audio)
    await store.transfers.save(Transfer(audio.document_id, 1000, 4096, b"\1"))
    item = await publishing(store)
    await store.items.stop(item.job_id)

    with pytest.raises(IllegalMoveError):
        await _save(store, item)

    assert await store.catalog.every() == []
    assert await _postings(store) == []
    assert await store.transfers.get(audio.document_id) is not None


async def test_f50_two_tracks_never_share_a_path(store: Store) -> None:
    await running_job(store, an_audio(1), an_audio(2))
    await _save(store, await publishing(store))

    with pytest.raises(NameTaken):
        await _save(store, await publishing(store))

    assert len(await store.catalog.every()) == 1


async def test_a_track_remembered_without_a_file_is_filled_in(store: Store) -> None:
    await running_job(store, an_audio(1))
    track = await _save(store, await publishing(store))
    async with _database(store).write() as connection:
        await connection.execute(text("update tracks set path = null"))
    forgotten = await store.catalog.get(track.id)
    await running_job(store, an_audio(1))

    again = await _save(store, await publishing(store), PurePosixPath("new.mp3"), sha256="ef" * 32)

    assert forgotten is not None
    assert forgotten.path is None
    assert (again.id, again.path) == (track.id, PurePosixPath("new.mp3"))
    assert (again.sha256, again.added_at) == ("ef" * 32, NOW)
    assert await store.catalog.every() == [again]


async def test_a_link_enters_one_more_posting(store: Store) -> None:
    await running_job(store, an_audio(1))
    track = await _save(store, await publishing(store))
    await running_job(store, an_audio(2, document_id=track.document_id))

    linked = await store.catalog.link(await claimed(store), track, Sameness.DOCUMENT)

    assert (linked.state, linked.track_id) == (ItemState.LINKED, track.id)
    assert [row[1:] for row in await _postings(store)] == [(1, track.id), (2, track.id)]


async def test_a_posting_whose_file_was_exchanged_carries_the_new_track(store: Store) -> None:
    await running_job(store, an_audio(1))
    await _save(store, await publishing(store))
    await running_job(store, an_audio(1, document_id=999))

    track = await _save(store, await publishing(store), PurePosixPath("other.mp3"))

    assert [row[1:] for row in await _postings(store)] == [(1, track.id)]


async def test_linking_what_is_saved_already_is_refused_whole(store: Store) -> None:
    await running_job(store, an_audio(1), an_audio(2))
    item = await publishing(store)
    track = await _save(store, item)
    await store.items.stop(item.job_id)

    with pytest.raises(IllegalMoveError):
        await store.catalog.link(item, track, Sameness.DOCUMENT)


async def test_known_takes_any_number_of_documents(store: Store) -> None:
    await running_job(store, an_audio(1), an_audio(2, title="Blue in Green"))
    tracks = [
        await _save(store, await publishing(store), PurePosixPath(name)) for name in ("a", "b")
    ]

    known = await store.catalog.known([-(2**62), *range(5000)])

    assert known == {track.document_id: track for track in tracks}
    assert await store.catalog.known([]) == {}


async def test_a_library_has_files_once_a_track_has_one(store: Store) -> None:
    await running_job(store, an_audio(1))
    before = await store.catalog.has_files()
    await _save(store, await publishing(store), now=NOW + MINUTE)

    assert (before, await store.catalog.has_files()) == (False, True)


async def test_many_tracks_come_in_the_order_they_are_named(store: Store) -> None:
    await running_job(store, an_audio(1), an_audio(2, title="Blue in Green"))
    one, two = [
        await _save(store, await publishing(store), PurePosixPath(name)) for name in ("a", "b")
    ]

    assert [two, one, two] == await store.catalog.many([two.id, 99, one.id, two.id])
    assert [] == await store.catalog.many([])


async def test_the_postings_of_a_track_are_told_the_newest_first(store: Store) -> None:
    await running_job(store, an_audio(1))
    track = await _save(store, await publishing(store))
    later = an_audio(2, document_id=track.document_id, posted_at=NOW)
    await running_job(store, later)
    await store.catalog.link(await claimed(store), track, Sameness.DOCUMENT)

    both = [Posting(later.chat_id, 2), Posting(later.chat_id, 1)]
    assert both == await store.catalog.postings_of(track.id)
    assert [] == await store.catalog.postings_of(99)


async def test_the_extent_counts_tracks_and_bytes(store: Store) -> None:
    assert await store.catalog.extent() == (0, 0)

    await store.imports.add([a_file("a"), a_file("b", size=500)], NOW)

    assert await store.catalog.extent() == (2, 1500)


async def test_a_link_by_the_bytes_ends_the_transfer_that_brought_them(store: Store) -> None:
    await running_job(store, an_audio(1), an_audio(2))
    track = await _save(store, await publishing(store))
    item = await claimed(store)
    await store.transfers.save(Transfer(502, 1000, 4096, b"\1"))
    await store.items.move(item.id, ItemState.CHECKING)

    linked = await store.catalog.link(item, track, Sameness.BYTES)

    assert (linked.state, linked.detail) == (ItemState.LINKED, Sameness.BYTES)
    assert await store.transfers.get(502) is None
    assert await store.catalog.by_document(502) == track


async def test_a_track_is_found_by_its_size_and_bytes_while_it_has_a_file(store: Store) -> None:
    await running_job(store, an_audio(1))
    track = await _save(store, await publishing(store))
    by_size = await store.catalog.of_sizes([1, 1000])
    by_bytes = await store.catalog.of_bytes(1000, "ab" * 32)
    others = await store.catalog.of_bytes(999, "ab" * 32), await store.catalog.of_bytes(1000, "cd")
    async with _database(store).write() as connection:
        await connection.execute(text("update tracks set path = null"))

    assert (by_size, by_bytes, others) == ({1000: [track]}, [track], ([], []))
    assert await store.catalog.of_bytes(1000, "ab" * 32) == []
    assert await store.catalog.of_sizes([1000]) == {}


async def test_a_lost_file_is_remembered_and_what_else_there_is_of_it_served(store: Store) -> None:
    await running_job(store, an_audio(12), an_audio(13))
    lost = await _save(store, await publishing(store))
    other = await _save(store, await publishing(store), PurePosixPath("Jazz/other.mp3"))
    [worse, better] = sorted(
        await store.catalog.many([lost.id, other.id]), key=lambda one: one.better_id is None
    )

    await store.catalog.lose(better)
    await store.catalog.lose(better)  # which has no effect

    found = {one.id: one for one in await store.catalog.every()}
    assert (None, worse.id) == (found[better.id].path, found[better.id].better_id)
    assert (worse.path, None) == (found[worse.id].path, found[worse.id].better_id)


async def test_a_file_that_came_elsewhere_meanwhile_is_not_lost(store: Store) -> None:
    await running_job(store, an_audio(12))
    track = await _save(store, await publishing(store))

    await store.catalog.lose(replace(track, path=PurePosixPath("Jazz/older.mp3")))

    assert track == await store.catalog.get(track.id)
