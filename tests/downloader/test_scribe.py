from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from sqlalchemy import insert

from downloader.events import Broadcast, Event, ItemMoved, LibraryChanged, TrackEdited
from downloader.scribe import Scribe
from storage.errors import DatabaseBusyError
from storage.models import ItemState
from storage.playlists import Playlist, Playlists
from storage.store import Store
from storage.tables import postings
from tests.downloader.refiled import NOW, Library
from tests.downloader.rig import PATIENCE, open_rig
from tests.downloader.scripted import JAZZ, ROCK, OwnedTime, ScriptedSource, song

ME = 7


def lists(music: Path) -> dict[str, str]:
    """Return the files that each list names, by the path of the list."""
    found = {}
    for path in sorted((music / "Playlists").rglob("*.m3u8")):
        named = [line for line in path.read_text().splitlines() if not line.startswith("#")]
        assert all((path.parent / name).is_file() for name in named)
        found[str(path.relative_to(music / "Playlists"))] = ", ".join(named)
    return found


async def made(store: Store, name: str, *track_ids: int, person_id: int = ME) -> int:
    playlist = await store.playlists.create(person_id, name, NOW)
    await store.playlists.add(playlist.id, track_ids)
    return playlist.id


async def posted(store: Store, chat_id: int, *track_ids: int) -> None:
    row = {"chat_id": chat_id, "posted_at": NOW, "caption": "", "voice": False}
    async with store.moves._database.write() as connection:
        for number, track_id in enumerate(track_ids, start=1):
            its = row | {"message_id": number, "track_id": track_id}
            await connection.execute(insert(postings).values(its))


async def test_what_a_library_that_was_away_did_not_take_is_written_later(
    store: Store, tmp_path: Path
) -> None:
    library = Library(store, tmp_path / "music")
    await made(store, "Morning", await library.lay("Trio/1.mp3", "one"))
    time = OwnedTime()
    scribe = Scribe(store, time.clock)
    workshop = library.music / ".tad"
    workshop.rename(tmp_path / "away")
    async with time.passing(), asyncio.timeout(PATIENCE):
        await scribe.step()
        (tmp_path / "away").rename(workshop)
        await scribe.step()

    assert {"Morning.m3u8": "../Trio/1.mp3"} == lists(library.music)


class Stumbling(Playlists):
    """Finds the database busy, once."""

    stumbles = True

    async def every(self) -> list[Playlist]:
        if self.stumbles:
            self.stumbles = False
            raise DatabaseBusyError(Path("tad.db"))
        return await super().every()


async def test_what_a_busy_database_did_not_tell_is_written_later(
    store: Store, tmp_path: Path
) -> None:
    library = Library(store, tmp_path / "music")
    await made(store, "Morning", await library.lay("Trio/1.mp3", "one"))
    busy = replace(store, playlists=Stumbling(store.playlists._database))
    time = OwnedTime()
    scribe = Scribe(busy, time.clock)
    async with time.passing(), asyncio.timeout(PATIENCE):
        with pytest.raises(DatabaseBusyError):
            await scribe.step()
        await scribe.step()

    assert {"Morning.m3u8": "../Trio/1.mp3"} == lists(library.music)


async def test_playlists_and_chats_are_listed_relative_to_the_list(
    store: Store, tmp_path: Path
) -> None:
    library = Library(store, tmp_path / "music")
    one, two = await library.lay("Trio/1.mp3", "one"), await library.lay("Trio/2.mp3", "two")
    await store.chats.save(JAZZ)
    await store.chats.save(ROCK)
    await posted(store, JAZZ.id, two, one)
    await made(store, "Morning", one)
    await made(store, "Empty")
    await Scribe(store, OwnedTime().clock).write()

    assert {
        "Chats/Jazz.m3u8": "../../Trio/2.mp3, ../../Trio/1.mp3",
        "Morning.m3u8": "../Trio/1.mp3",
    } == lists(library.music)


async def test_lists_follow_what_people_do_with_them(store: Store, tmp_path: Path) -> None:
    library, scribe = Library(store, tmp_path / "music"), Scribe(store, OwnedTime().clock)
    one, two = await library.lay("1.mp3", "one"), await library.lay("2.mp3", "two")
    first, second = await made(store, "A", one), await made(store, "B", two)
    await scribe.write()
    before = lists(library.music)
    await store.playlists.rename(first, "C")
    await store.playlists.remove(second)
    scribe.lists_changed()
    await scribe.write()
    await store.playlists.add(first, [two])
    scribe.lists_changed()
    await scribe.write()

    assert {"A.m3u8": "../1.mp3", "B.m3u8": "../2.mp3"} == before
    assert {"C.m3u8": "../1.mp3, ../2.mp3"} == lists(library.music)


async def test_namesakes_and_files_of_others_have_their_own_names(
    store: Store, tmp_path: Path
) -> None:
    library = Library(store, tmp_path / "music")
    one, two = await library.lay("1.mp3", "one"), await library.lay("2.mp3", "two")
    foreign = library.music / "Playlists" / "A.m3u8"
    foreign.parent.mkdir()
    foreign.write_text("#mine")
    await made(store, "A", one)
    await made(store, "A", two, person_id=8)
    await Scribe(store, OwnedTime().clock).write()
    await Scribe(store, OwnedTime().clock).write()

    assert {"A (2).m3u8": "../1.mp3", "A (3).m3u8": "../2.mp3", "A.m3u8": ""} == lists(
        library.music
    )
    assert "#mine" == foreign.read_text()


async def test_a_name_that_changes_hands_loses_no_list(store: Store, tmp_path: Path) -> None:
    library, scribe = Library(store, tmp_path / "music"), Scribe(store, OwnedTime().clock)
    one, two = await library.lay("1.mp3", "one"), await library.lay("2.mp3", "two")
    first, _ = await made(store, "A", one), await made(store, "B", two)
    await scribe.write()
    await store.playlists.remove(first)
    third = await made(store, "A", one, two)
    scribe.lists_changed()
    await scribe.write()

    assert third
    assert {"A.m3u8": "../1.mp3, ../2.mp3", "B.m3u8": "../2.mp3"} == lists(library.music)


async def test_after_files_have_moved_all_lists_name_their_new_places(
    store: Store, tmp_path: Path
) -> None:
    library, scribe = Library(store, tmp_path / "music"), Scribe(store, OwnedTime().clock)
    track_id = await library.lay("in/1.mp3")
    await made(store, "A", track_id)
    await scribe.write()
    await library.refiler.refile(track_id)
    scribe.all_changed()
    await scribe.write()

    assert {"A.m3u8": "../Band/Blue/1.mp3"} == lists(library.music)


@pytest.mark.parametrize("event", [None, TrackEdited(1), LibraryChanged()], ids=str)
async def test_what_a_download_brings_is_listed_once_it_is_quiet(
    tmp_path: Path, event: Event | None
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig:
        job = await rig.finish()
        [item, _] = await rig.items(job.id)
        scribe, events = Scribe(rig.store, rig.time.clock), Broadcast()
        await scribe.write()
        (rig.music / "Playlists/Chats/Jazz.m3u8").unlink()
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
            task = group.create_task(scribe.run(events))
            while not events._queues:  # noqa: ASYNC110  # no event tells
                await asyncio.sleep(0)
            events.publish(event or ItemMoved(job, item))
            async with rig.time.passing():
                while not lists(rig.music):  # noqa: ASYNC110  # no event tells
                    await asyncio.sleep(0.01)
            task.cancel()

        assert ItemState.SAVED is item.state
        assert ["Chats/Jazz.m3u8"] == list(lists(rig.music))


async def test_a_change_of_a_person_is_heard(store: Store, tmp_path: Path) -> None:
    library, time = Library(store, tmp_path / "music"), OwnedTime()
    track_id = await library.lay("1.mp3")
    scribe = Scribe(store, time.clock)
    await scribe.write()
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        task = group.create_task(scribe.run(Broadcast()))
        await made(store, "A", track_id)
        async with time.passing():
            while not lists(library.music):  # noqa: ASYNC110  # no event tells
                await asyncio.sleep(0.01)
        task.cancel()

    assert PurePosixPath("Playlists/A.m3u8") in await store.companions.below(PurePosixPath())
