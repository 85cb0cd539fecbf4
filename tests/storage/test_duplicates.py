from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath

from sqlalchemy import text

from storage.duplicates import Spare, Version
from storage.models import LocalFile
from storage.store import Store
from tests.local_files import told
from tests.storage.values import JAZZ, NOW, a_file, an_audio, publishing, running_job


def a_copy(place: str, bitrate: int, title: str = "So What") -> LocalFile:
    """Return a file of a recording; its size is its bitrate."""
    file = a_file(title, duration=timedelta(seconds=545), bitrate=bitrate)
    return told(file, path=PurePosixPath(place) / f"{title}.mp3", size=bitrate)


async def test_what_is_there_once_is_no_duplicate(store: Store) -> None:
    await store.imports.add([a_copy("a", 1), a_copy("a", 1, "Blue")], NOW)

    assert await store.duplicates.spare() == Spare(0, 0, 0, 2)
    assert (await store.duplicates.page(9)).shown == ()


async def test_the_files_of_a_recording_come_best_first(store: Store) -> None:
    low, high, middle = await store.imports.add(
        [a_copy("a", 1000), a_copy("b", 3000), a_copy("c", 2000)], NOW
    )

    [group] = (await store.duplicates.page(9)).shown

    assert (group.performer, group.title) == ("Miles Davis", "So What")
    assert [version.track_id for version in group.versions] == [high, middle, low]
    best = group.versions[0]
    assert Version(high, "mp3", 3000, 3000, None, best.path) == best
    assert (group.best_id, group.spare_size) == (high, 3000)
    assert await store.duplicates.spare() == Spare(1, 2, 3000, 3)


async def test_pages_follow_by_the_best(store: Store) -> None:
    titles = ("a1", "b2", "c3")
    await store.imports.add([a_copy("a", 1, title) for title in titles], NOW)
    await store.imports.add([a_copy("b", 2, title) for title in titles], NOW)

    first = await store.duplicates.page(2)
    second = await store.duplicates.page(2, first.shown[-1].best_id)

    assert [group.title for group in (*first.shown, *second.shown)] == list(titles)
    assert (first.more, second.more) == (True, False)


async def test_a_file_that_was_posted_is_told_by_its_chat(store: Store) -> None:
    await store.chats.save(JAZZ)
    await store.imports.add([a_copy("a", 64_000)], NOW)
    await running_job(store, an_audio(1))
    await store.catalog.save(
        await publishing(store),
        path=PurePosixPath("x.mp3"),
        size=1000,
        mime="audio/mpeg",
        sha256_source="ef" * 32,
        sha256="ef" * 32,
        now=NOW,
    )

    [group] = (await store.duplicates.page(9)).shown

    assert [version.chat for version in group.versions] == [None, "Jazz"]


async def test_tracks_of_an_older_program_are_brought_together(store: Store) -> None:
    await store.imports.add([a_copy("a", 1), a_copy("b", 2)], NOW)
    async with store.catalog._database.write() as connection:
        await connection.execute(text("update tracks set recording = null, better_id = null"))
    before = await store.duplicates.spare()

    await store.duplicates.catch_up()

    assert (before.recordings, (await store.duplicates.spare()).recordings) == (0, 1)
