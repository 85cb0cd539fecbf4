from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

from storage.entry import Entry
from storage.fingerprints import Heard
from storage.listened import Album, Levels, Loudness, Share
from storage.models import Track
from storage.sound import Aspect, Flaw, Grade, Sound, graded
from storage.store import Store
from tests.storage.values import NOW, a_file, an_audio, publishing, running_job

LOUD, QUIET = Loudness(-9.0, 1.0), Loudness(-20.0, 0.5)
LATER = NOW + timedelta(hours=1)
MP3 = Sound("mp3", timedelta(seconds=545), 320_000, 44_100, 2)
GAINED, LOOKED = [Aspect.LOUDNESS], [Aspect.SPECTRUM]


async def entered(
    store: Store, number: int, sound: Sound = MP3, *, voice: bool = False, **told: Any
) -> Track:
    """Download a track."""
    await running_job(store, an_audio(number, voice=voice))
    item = await publishing(store)
    entry = Entry(f"{number}", 1000, sound=sound, grade=graded(sound, frozenset()))
    return await store.catalog.save(
        item, path=PurePosixPath(f"{number}.mp3"), size=1000, mime="audio/mpeg",
        sha256_source=f"{number}", sha256=f"{number}", now=NOW,
        entry=replace(entry, description=replace(entry.description, artist="Trio", **told)),
    )  # fmt: skip


async def left(store: Store, aspects: Collection[Aspect]) -> dict[int, frozenset[Aspect]]:
    return {one.track.id: one.aspects for one in await store.listened.unheard(aspects, 0, 9)}


async def test_a_track_is_listened_to_for_what_is_not_known_of_it(store: Store) -> None:
    one, other, _ = await store.imports.add([a_file(name) for name in "abc"], NOW)
    await store.catalog.lose((await store.catalog.every())[2])
    await store.listened.add_loudness(one, None)
    await store.listened.add_spectrum(one, ())
    await store.fingerprints.add(Heard(other, timedelta(0)))

    assert {one: {Aspect.FINGERPRINT}, other: {*GAINED, *LOOKED}} == await left(store, [*Aspect])
    assert {other: {*LOOKED}} == await left(store, LOOKED)
    assert [] == await store.listened.unheard([*Aspect], other, 9)


async def test_a_file_that_has_changed_is_listened_to_anew(store: Store) -> None:
    [one] = await store.imports.add([a_file("a")], NOW)
    await store.listened.add_loudness(one, LOUD)
    await store.imports.add([a_file("a", sha256="99")], NOW)

    assert {one: {*GAINED}} == await left(store, GAINED)
    assert Levels() == await store.listened.levels(one)


async def test_so_is_one_that_was_fetched_again(store: Store) -> None:
    track = await entered(store, 1)
    await store.listened.add_spectrum(track.id, [Flaw.UPSAMPLED])
    await store.catalog.lose(track)
    again = await entered(store, 1)

    assert (track.id, frozenset()) == (again.id, again.flaws)
    assert {track.id: {*LOOKED}} == await left(store, LOOKED)


async def test_a_flaw_changes_the_grade_and_which_track_is_served(store: Store) -> None:
    fake = Sound("flac", MP3.duration, 900_000, 44_100, 2)
    best = await entered(store, 1, fake, title="a")
    other = await entered(store, 2, title="a")
    before = (await store.catalog.every())[1].better_id
    is_changed = await store.listened.add_spectrum(best.id, [Flaw.FAKE_LOSSLESS])
    first, second = await store.catalog.every()

    assert (best.id, True) == (before, is_changed)
    assert first.grade is Grade.FAIR
    assert {Flaw.FAKE_LOSSLESS} == first.flaws
    assert (other.id, None) == (first.better_id, second.better_id)


async def test_what_reading_has_found_stays_beside_what_is_heard(store: Store) -> None:
    track = await entered(store, 1)
    await store.listened.add_spectrum(track.id, [Flaw.SILENT])
    is_changed = await store.listened.add_spectrum(track.id, ())
    again = await store.catalog.get(track.id)

    assert is_changed
    assert again is not None
    assert (track.grade, track.flaws) == (again.grade, again.flaws)


async def test_of_a_file_that_nobody_has_read_only_flaws_are_a_grade(store: Store) -> None:
    one, other = await store.imports.add([a_file(name) for name in "ab"], NOW)
    heard = [await store.listened.add_spectrum(one, ())]
    heard.append(await store.listened.add_spectrum(other, [Flaw.SILENT]))

    assert [False, True] == heard
    assert [None, Grade.POOR] == [track.grade for track in await store.catalog.every()]


async def test_an_album_is_reckoned_when_all_of_it_is_heard_and_nothing_has_come_for_long(
    store: Store,
) -> None:
    ids = [(await entered(store, number, album="Blue")).id for number in (1, 2)]
    await entered(store, 3, album="Blue", disc_number=2)
    await entered(store, 4)
    await store.listened.add_loudness(ids[0], LOUD, b"1")
    half = await store.listened.albums(LATER, 9)
    await store.listened.add_loudness(ids[1], None)
    soon = await store.listened.albums(NOW, 9)
    found = await store.listened.albums(LATER, 9)

    assert ([], []) == (half, soon)
    assert [tuple(ids)] == [album.track_ids for album in found]
    assert [Share(b"1", LOUD.peak)] == await store.listened.shares(ids)


async def test_an_album_is_reckoned_once_for_the_tracks_it_has(store: Store) -> None:
    ids = [(await entered(store, number, album="Blue")).id for number in (1, 2)]
    for one in ids:
        await store.listened.add_loudness(one, LOUD)
    [album] = await store.listened.albums(LATER, 9)
    await store.listened.level(album, QUIET)
    over = await store.listened.albums(LATER, 9)
    third = await entered(store, 3, album="Blue")
    await store.listened.add_loudness(third.id, LOUD)
    [again] = await store.listened.albums(LATER, 9)

    assert [] == over
    assert (*ids, third.id) == again.track_ids


async def test_a_track_that_leaves_its_album_loses_what_was_reckoned(store: Store) -> None:
    ids = [(await entered(store, number, album="Blue")).id for number in (1, 2)]
    for one in ids:
        await store.listened.add_loudness(one, LOUD)
    [album] = await store.listened.albums(LATER, 9)
    await store.listened.level(album, QUIET)
    track = await store.catalog.get(ids[0])
    assert track is not None
    none = replace(track.description, album="")
    await store.edits.say(ids[0], none, ["album"], 7, NOW)
    albums = await store.listened.albums(NOW, 9)
    for one_album in albums:
        await store.listened.level(one_album, None)

    assert [Album((one,), None) for one in ids] == sorted(albums, key=lambda one: one.track_ids)
    assert Levels(LOUD) == await store.listened.levels(ids[0])
    assert [] == await store.listened.albums(LATER, 9)


@pytest.mark.parametrize(
    ("lufs", "peak", "is_new"),
    [(-20.0, 0.5, False), (-20.05, 0.505, False), (-20.2, 0.5, True), (-20.0, 0.52, True)],
)
async def test_files_are_written_anew_only_for_what_can_be_heard(
    lufs: float, peak: float, is_new: bool, store: Store
) -> None:
    track = await entered(store, 1)
    await store.listened.add_loudness(track.id, LOUD)
    await store.listened.level(Album((track.id,), "x"), QUIET)
    await store.listened.written(track.id, await store.listened.levels(track.id))
    await store.listened.level(Album((track.id,), "y"), Loudness(lufs, peak))

    assert ([track.id] if is_new else []) == await store.listened.unwritten(0, 9)


async def test_what_is_known_otherwise_meanwhile_is_still_to_be_written(store: Store) -> None:
    track = await entered(store, 1)
    await store.listened.add_loudness(track.id, LOUD)
    await store.listened.written(track.id, Levels(QUIET))
    still = await store.listened.unwritten(0, 9)
    await store.listened.written(track.id, Levels(LOUD))

    assert [track.id] == still
    assert [] == await store.listened.unwritten(0, 9)


async def test_neither_imported_files_nor_voice_nor_silence_are_written(store: Store) -> None:
    [imported] = await store.imports.add([a_file("a")], NOW)
    silent, spoken = await entered(store, 1), await entered(store, 2, voice=True)
    await store.listened.add_loudness(spoken.id, LOUD)
    await store.listened.add_loudness(imported, LOUD)
    await store.listened.add_loudness(silent.id, None)

    assert [] == await store.listened.unwritten(0, 9)
