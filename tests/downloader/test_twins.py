"""What the library has already comes in no second file: by its bytes, or by all that is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest

from storage.errors import DiskFailure, DiskTrouble
from storage.files import Files
from storage.models import ItemState, JobState, Sameness
from tests.downloader.rig import Rig, digest_of, open_rig
from tests.downloader.scripted import ScriptedSource, song
from tests.local_files import local_file, told

ONE, TWIN = song(1, document=101), replace(song(2, document=102), title="Another name")
SAVED, LINKED = ItemState.SAVED, ItemState.LINKED


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource(ONE, TWIN)) as rig:
        rig.source.bodies[102] = rig.source.bodies[101]
        yield rig


async def imported(rig: Rig, **changes: object) -> int:
    """Put the first song into the library as if it had always been there."""
    path = rig.music / "old" / "x.mp3"
    path.parent.mkdir()
    path.write_bytes(rig.source.bodies[101])
    file = local_file(
        PurePosixPath("old/x.mp3"), path.stat().st_size, digest_of(path), title="song 1",
        artist="BAND", duration=timedelta(seconds=200.6),
    )  # fmt: skip
    [track_id] = await rig.store.imports.add([told(file, **changes)], rig.time.now())
    return track_id


async def test_a_second_document_of_the_same_bytes_is_linked(rig: Rig) -> None:
    rig.source.songs = [ONE]
    await rig.finish()
    rig.source.songs = [TWIN]
    job = await rig.finish()
    [item] = await rig.items(job.id)
    [track] = await rig.store.catalog.every()

    assert (LINKED, Sameness.BYTES, track.id) == (item.state, item.detail, item.track_id)
    assert track == await rig.store.catalog.by_document(102)
    assert 1 == len(rig.published())
    assert (frozenset(), frozenset()) == await rig.left_over()


async def test_two_of_the_same_bytes_that_come_at_once_are_one_file(rig: Rig) -> None:
    held = rig.source.script("part", hold=(gate := asyncio.Event()), times=2)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        gate.set()
        assert JobState.DONE is (await rig.ended(job.id)).state

    assert [LINKED, SAVED] == sorted(await rig.states(job.id))
    assert 1 == len(rig.published())


async def test_bytes_whose_file_is_gone_are_published_again(rig: Rig) -> None:
    rig.source.songs = [ONE]
    await rig.finish()
    (path,) = rig.published()
    (rig.music / path).unlink()
    rig.source.songs = [TWIN]
    job = await rig.finish()

    assert [SAVED] == await rig.states(job.id)
    assert 1 == len(rig.published())


class Stubborn(Files):
    """Removes no part."""

    async def drop_part(self, document_id: int) -> None:
        raise DiskFailure(DiskTrouble.DENIED, Path(str(document_id)))


async def test_f33_a_part_that_cannot_be_removed_goes_with_the_next_start(rig: Rig) -> None:
    rig.source.songs = [ONE]
    await rig.finish()
    rig.source.songs = [TWIN]
    true = rig.store
    job = await rig.submit()
    rig.store = replace(true, files=Stubborn(rig.music))
    async with rig.running():
        await rig.ended(job.id)
    rig.store = true
    rig.build()
    async with rig.running():
        other = await rig.submit("@rock")
        await rig.ended(other.id)

    assert [LINKED] == await rig.states(job.id)
    assert (frozenset(), frozenset()) == await rig.left_over()


async def test_what_was_imported_is_linked_without_a_byte(rig: Rig) -> None:
    track_id = await imported(rig)
    rig.source.songs = [ONE]
    job = await rig.finish()
    [item] = await rig.items(job.id)

    assert (LINKED, Sameness.FILE, track_id) == (item.state, item.detail, item.track_id)
    assert [] == rig.source.parts()


@pytest.mark.parametrize(
    "changes",
    [{"title": ""}, {"artist": ""}, {"title": "song 2"}, {"duration": timedelta(seconds=201)}],
)
async def test_without_the_same_names_and_length_the_bytes_decide(
    rig: Rig, changes: dict[str, object]
) -> None:
    track_id = await imported(rig, **changes)
    rig.source.songs = [ONE]
    job = await rig.finish()
    [item] = await rig.items(job.id)

    assert (LINKED, Sameness.BYTES, track_id) == (item.state, item.detail, item.track_id)
    assert [] != rig.source.parts()


async def test_what_is_imported_and_gone_is_fetched(rig: Rig) -> None:
    await imported(rig)
    (rig.music / "old" / "x.mp3").unlink()
    rig.source.songs = [ONE]
    job = await rig.finish()

    assert [SAVED] == await rig.states(job.id)
