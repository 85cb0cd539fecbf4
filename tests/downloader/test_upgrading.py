"""What becomes of a file when a better one of its recording is fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from downloader.events import ItemMoved, JobMoved, LibraryChanged, TrackEdited, TrackHeard
from downloader.metadata.children import Limits
from downloader.metadata.reader import Reader
from downloader.upgrading import Upgrader, outdone
from storage.models import Item, ItemState, Job, Track
from storage.ruling import RulingKind, Upgrades
from storage.sound import Flaw, Grade
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import START, ScriptedSource
from tests.downloader.test_editing import lossless
from tests.downloader.test_tagging import _ONE, _SOUND, build, fetched, holds

_PERSON = 7
_LONG = timedelta(seconds=200)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    reader = Reader(Limits(wall=timedelta(seconds=30), busy=timedelta(seconds=5)))
    async with open_rig(tmp_path, ScriptedSource()) as rig:
        build(rig, reader)
        holds(rig, _ONE, _SOUND)
        yield rig
    await reader.cool_down()


def upgrader(rig: Rig, upgrades: Upgrades = Upgrades.REPLACE, *, waits: bool = False) -> Upgrader:
    engine = rig.engine
    parts = rig.store, engine.merger, engine.editor, rig.time.clock, engine.events
    return Upgrader(*parts, upgrades, waits=waits)


async def better(rig: Rig) -> tuple[Job, Item]:
    """Fetch the same recording, of which nothing was lost."""
    length = (await fetched(rig)).duration
    audio = replace(_ONE, message_id=2, document_id=77, name="2.wav", duration=length)
    holds(rig, audio, lossless(length))
    job = await rig.finish()
    [item] = [one for one in await rig.store.items.of_job(job.id) if one.message_id == 2]
    return job, item


async def paths(rig: Rig) -> list[bool]:
    """Tell of each track whether its file is in the library."""
    tracks = await rig.store.catalog.every()
    return [one.path is not None and (rig.music / one.path).is_file() for one in tracks]


async def test_the_lesser_file_goes_to_the_trash_and_comes_back_if_wanted(rig: Rig) -> None:
    job, item = await better(rig)
    with rig.engine.events.listen() as heard:
        await upgrader(rig).look(ItemMoved(job, item))
        told = [await anext(heard), await anext(heard)]
    replaced = await paths(rig)
    [ruling] = await rig.store.rulings.newest(9)
    counted = await rig.store.items.replaced([job.id, job.id + 1])
    await rig.engine.merger.undo(ruling.id)
    await upgrader(rig).look(JobMoved(job))

    assert [False, True] == replaced
    assert [LibraryChanged, JobMoved] == [type(one) for one in told]
    assert (RulingKind.MERGED, {job.id: 1}) == (ruling.kind, counted)
    assert [True, True] == await paths(rig)


async def test_what_is_to_be_heard_replaces_nothing_before(rig: Rig) -> None:
    job, item = await better(rig)
    looks = upgrader(rig, waits=True)
    assert item.track_id
    await looks.look(ItemMoved(job, item))
    before = await paths(rig)
    await looks.look(TrackHeard(item.track_id, changes=False))

    assert [True, True] == before
    assert [False, True] == await paths(rig)


async def test_what_was_fetched_long_ago_replaces_nothing_when_it_is_heard(rig: Rig) -> None:
    _, item = await better(rig)
    assert item.track_id
    await upgrader(rig, waits=True).look(TrackHeard(item.track_id, changes=False))

    assert [True, True] == await paths(rig)


async def test_it_stays_unless_the_setting_says_otherwise(rig: Rig) -> None:
    job, item = await better(rig)
    await upgrader(rig, Upgrades.KEEP).look(ItemMoved(job, item))

    assert [True, True] == await paths(rig)


async def test_it_stays_where_people_have_kept_them_apart(rig: Rig) -> None:
    job, item = await better(rig)
    assert item.track_id
    await rig.engine.merger.keep_apart(item.track_id)
    await upgrader(rig).look(ItemMoved(job, item))

    assert [True, True] == await paths(rig)


async def test_it_stays_where_the_better_file_is_not_there(rig: Rig) -> None:
    job, item = await better(rig)
    [_, track] = await rig.store.catalog.every()
    assert track.path
    (rig.music / track.path).unlink()
    await upgrader(rig).look(ItemMoved(job, item))

    assert [True, False] == await paths(rig)


async def test_a_worse_file_that_comes_replaces_nothing_and_is_not_replaced(rig: Rig) -> None:
    job, _ = await better(rig)
    [first] = [one for one in await rig.store.items.of_job(job.id) if one.message_id == 1]
    await upgrader(rig).look(ItemMoved(job, replace(first, state=ItemState.SAVED)))

    assert [True, True] == await paths(rig)


async def test_a_new_file_that_turns_out_to_be_worse_makes_way(rig: Rig) -> None:
    job, item = await better(rig)
    [worse, best] = await rig.store.catalog.every()
    waiting = upgrader(rig, waits=True)
    await waiting.look(ItemMoved(job, item))
    await rig.store.listened.add_spectrum(worse.id, [])
    await rig.store.listened.add_spectrum(best.id, [Flaw.SILENT])
    await waiting.look(TrackHeard(best.id))

    assert [True, False] == await paths(rig)


async def test_what_was_there_before_stays_whatever_is_heard_of_it(rig: Rig) -> None:
    await better(rig)
    [worse, best] = await rig.store.catalog.every()
    await rig.store.listened.add_spectrum(worse.id, [])
    await rig.store.listened.add_spectrum(best.id, [Flaw.SILENT])
    await upgrader(rig).look(TrackHeard(best.id))

    assert [True, True] == await paths(rig)


async def test_what_a_person_has_said_goes_over_and_into_the_file(rig: Rig) -> None:
    first = await fetched(rig)
    await rig.engine.editor.edit(first.id, {"genre": "Jazz"}, (), _PERSON)
    job, item = await better(rig)
    async with rig.running():
        with rig.engine.events.listen() as heard:
            await upgrader(rig).look(ItemMoved(job, item))
            while await anext(heard) != TrackEdited(item.track_id or 0):
                pass
    best = await rig.store.catalog.by_document(77)

    assert best is not None
    assert (item.track_id, "Jazz") == (best.id, best.genre)
    assert best.path is not None
    assert b"Jazz" in (rig.music / best.path).read_bytes()
    assert [False, True] == await paths(rig)


def a_track(number: int, **about: Any) -> Track:
    track = Track(
        number, number, "", "", _LONG, 1, "", "", None, "", "", START,
        format="mp3", bitrate=128_000, grade=Grade.FAIR,
    )  # fmt: skip
    return replace(track, **about)


@pytest.mark.parametrize(
    ("about", "is_outdone"),
    [
        ({}, True),
        ({"duration": _LONG + timedelta(seconds=2)}, True),
        ({"duration": _LONG + timedelta(seconds=3)}, False),
        ({"duration": timedelta(0)}, False),
        ({"document_id": None}, False),
        # What only lacks a cover sounds the same.
        ({"bitrate": 320_000, "grade": Grade.GOOD}, False),
        ({"bitrate": 900_000, "format": "flac", "grade": Grade.FAIR}, True),
    ],
)
def test_only_what_sounds_worse_and_is_as_long_is_outdone(
    about: dict[str, Any], is_outdone: bool
) -> None:
    best = a_track(1, bitrate=320_000, grade=Grade.GOOD, has_cover=True)
    found: Collection[int] = outdone(best, [a_track(2, **about)])

    assert ([2] if is_outdone else []) == found
