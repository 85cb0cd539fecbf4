from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import text

from storage.models import LocalFile, Track
from storage.query.parser import parse
from storage.serving import name_some
from storage.store import Store
from tests.local_files import told
from tests.storage.values import JAZZ, NOW, a_file, an_audio, publishing, running_job

ANN = 1


def _copy(place: str, bitrate: int, **changes: Any) -> LocalFile:
    file = a_file(duration=timedelta(seconds=545), bitrate=bitrate)
    return told(file, path=PurePosixPath(place) / "So What.mp3", **changes)


async def _found(store: Store, words: str = "so what") -> tuple[int, ...]:
    return (await store.search.find(parse(words), 10, person_id=ANN, now=NOW)).ids


async def _betters(store: Store) -> list[int | None]:
    return [track.better_id for track in await store.catalog.every()]


async def _saved(store: Store, number: int = 1, **changes: Any) -> Track:
    await running_job(store, an_audio(number, **changes))
    return await store.catalog.save(
        await publishing(store),
        path=PurePosixPath(f"{number}.mp3"),
        size=1000,
        mime="audio/mpeg",
        sha256_source="ef" * 32,
        sha256="ef" * 32,
        now=NOW,
    )


async def test_of_one_recording_only_the_best_is_found(store: Store) -> None:
    worse, best, other = await store.imports.add(
        [_copy("a", 128_000), _copy("b", 320_000), told(_copy("c", 1), title="So What (Live)")],
        NOW,
    )

    assert await _betters(store) == [best, None, None]
    assert set(await _found(store)) == {best, other}
    assert await _found(store, "") == (other, best)
    assert worse not in await _found(store)


async def test_a_better_one_takes_the_place_of_what_was_found_before(store: Store) -> None:
    (first,) = await store.imports.add([_copy("a", 128_000)], NOW)
    before = await _found(store)
    (second,) = await store.imports.add([_copy("b", 320_000)], NOW)
    (third,) = await store.imports.add([_copy("c", 192_000)], NOW)

    assert (before, await _found(store)) == ((first,), (second,))
    assert await _betters(store) == [second, None, second]
    assert third not in await _found(store)


async def test_what_is_downloaded_is_compared_too(store: Store) -> None:
    (imported,) = await store.imports.add([_copy("a", 128_000)], NOW)

    worse = await _saved(store, title="So What (Official Audio)")

    assert worse.better_id == imported
    assert await _found(store) == (imported,)


async def test_favorites_plays_and_lists_of_a_worse_track_are_those_of_the_better(
    store: Store,
) -> None:
    (worse,) = await store.imports.add([_copy("a", 128_000)], NOW)
    mine = await store.playlists.create(ANN, "mine", NOW)
    await store.favorites.add(ANN, worse, NOW)
    await store.plays.count(worse, NOW)
    await store.playlists.add(mine.id, [worse])
    (best,) = await store.imports.add([_copy("b", 320_000)], NOW)
    await store.plays.count(best, NOW)

    assert await store.favorites.newest(ANN, 10) == [best]
    assert await store.favorites.among(ANN, [best]) == {best}
    assert await store.plays.last(10) == [best]
    assert await store.playlists.tracks(mine.id) == [best]
    assert await _found(store, "plays>1 is:favorite") == (best,)


async def test_by_any_of_its_tracks_a_recording_is_liked_no_more_and_taken_out(
    store: Store,
) -> None:
    one, best, other = await store.imports.add(
        [_copy("a", 64_000), _copy("b", 320_000), _copy("c", 128_000)], NOW
    )
    made = await store.playlists.create(1, "Mine", NOW)
    await store.favorites.add(1, best, NOW)
    await store.playlists.add(made.id, [best])
    liked = await store.favorites.among(1, [one, best, other])
    await store.favorites.remove(1, one)
    await store.playlists.take_out(made.id, other)

    assert {one, best, other} == liked
    assert [] == await store.favorites.newest(1, 9)
    assert [] == await store.playlists.tracks(made.id)


async def test_what_is_shown_as_the_best_is_what_is_served(store: Store) -> None:
    await store.imports.add([_copy("a", 64_000), _copy("b", 64_000, year=0)], NOW)
    [group] = (await store.duplicates.page(9)).shown

    assert [group.best_id, None] == await _betters(store)


async def test_a_list_holds_a_recording_once(store: Store) -> None:
    worse, best = await store.imports.add([_copy("a", 1), _copy("b", 2)], NOW)
    mine = await store.playlists.create(ANN, "mine", NOW)

    assert await store.playlists.add(mine.id, [worse, best]) == 1
    assert await store.playlists.add(mine.id, [worse]) == 0
    assert await store.playlists.tracks(mine.id) == [best]

    await store.playlists.take_out(mine.id, best)
    await store.favorites.add(ANN, worse, NOW)
    await store.favorites.remove(ANN, best)
    assert await store.playlists.tracks(mine.id) == []
    assert await store.favorites.newest(ANN, 10) == []


async def test_a_list_that_holds_both_tells_of_one(store: Store) -> None:
    (worse,) = await store.imports.add([_copy("a", 1)], NOW)
    (other,) = await store.imports.add([_copy("b", 1, duration=timedelta(seconds=549))], NOW)
    mine = await store.playlists.create(ANN, "mine", NOW)
    await store.playlists.add(mine.id, [worse, other])
    (best,) = await store.imports.add([_copy("c", 2, duration=timedelta(seconds=547))], NOW)
    [listed] = await store.playlists.of_person(ANN)

    assert await store.playlists.tracks(mine.id) == [best]
    assert listed.tracks == 1


async def test_the_best_is_found_by_the_chats_of_the_others(store: Store) -> None:
    await store.chats.save(JAZZ)
    worse = await _saved(store)
    (best,) = await store.imports.add([_copy("b", 320_000)], NOW)

    assert worse.better_id is None
    assert await _found(store, "chat:@jazz") == (best,)
    assert await _found(store, "posted>2020") == (best,)


async def test_tracks_of_an_older_program_are_looked_at_once(store: Store) -> None:
    await store.imports.add([_copy("a", 1), _copy("b", 2), _copy("c", 3)], NOW)
    async with store.catalog._database.write() as connection:
        await connection.execute(text("update tracks set recording = null, better_id = null"))
        named = [await name_some(connection, 2) for _ in range(3)]

    assert named == [2, 1, 0]
    assert await _betters(store) == [3, 3, None]


async def test_a_file_that_got_other_tags_is_of_another_recording(store: Store) -> None:
    worse, best = await store.imports.add([_copy("a", 1), _copy("b", 2)], NOW)
    await store.imports.add([told(_copy("b", 2), title="Blue", sha256="00")], NOW)

    assert await _betters(store) == [None, None]
    assert (await _found(store), await _found(store, "blue")) == ((worse,), (best,))

    await store.imports.add([told(_copy("a", 1), title="Blue", sha256="00")], NOW)

    assert await _betters(store) == [best, None]
    assert (await _found(store, "title:so"), await _found(store, "blue")) == ((), (best,))


async def test_a_file_that_lost_its_names_stands_alone(store: Store) -> None:
    worse, best = await store.imports.add([_copy("a", 1), _copy("b", 2)], NOW)
    await store.imports.add([told(_copy("a", 1), title="", sha256="00")], NOW)

    assert await _betters(store) == [None, None]
    assert set(await _found(store)) == {worse, best}


async def test_a_file_that_was_moved_is_found_where_it_is(store: Store) -> None:
    (old,) = await store.imports.add([_copy("a", 1)], NOW)
    await store.favorites.add(ANN, old, NOW)
    (new,) = await store.imports.add([_copy("b", 1)], NOW)

    assert await _found(store) == (new,)
    assert await store.favorites.newest(ANN, 10) == [new]
