"""F41: an item that ends the program again and again is left alone; everything else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage.files import Files
from storage.models import ItemState, Job, JobState, Reason
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song

# What a kill leaves of an item whose bytes were being read.
IN_HAND = [(ItemState.CHECKING,), (ItemState.CHECKING, ItemState.TAGGING)]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource(song(2), song(1))) as rig:
        yield rig


async def planned(rig: Rig) -> Job:
    held = rig.source.script("part", hold=asyncio.Event(), times=9)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
    held.times = 0
    return job


async def die(rig: Rig, *steps: ItemState) -> None:
    """Leave the first item as a process does that is killed while it has it in hand; start anew."""
    for state in (ItemState.FETCHING, *steps):
        await rig.store.items.move(1, state)
    await rig.build()._take_up()


@pytest.mark.parametrize("steps", IN_HAND)
@pytest.mark.parametrize(("deaths", "state"), [(2, ItemState.SAVED), (3, ItemState.PARKED)])
async def test_f41_an_item_that_was_in_hand_at_three_kills_is_left_alone(
    rig: Rig, steps: tuple[ItemState, ...], deaths: int, state: ItemState
) -> None:
    job = await planned(rig)
    for _ in range(deaths):
        await die(rig, *steps)
    async with rig.running():
        first = await rig.item_is(job.id, state)
        second = await rig.item_is(job.id, ItemState.SAVED, at=1)

    assert (Reason.QUARANTINED if state is ItemState.PARKED else None) is first.reason
    assert 0 == second.kills


async def test_f41_tries_that_came_to_an_end_are_no_kills(rig: Rig) -> None:
    job = await planned(rig)
    await rig.store.items.move(1, ItemState.FETCHING)
    await rig.store.items.move(1, ItemState.WAITING, reason=Reason.REFUSED, attempts=2)
    await rig.store.items.move(1, ItemState.QUEUED)
    await die(rig, ItemState.CHECKING)
    async with rig.running():
        assert 2 == (await rig.item_is(job.id, ItemState.SAVED)).attempts


async def test_f41_what_was_left_alone_can_be_tried_again(rig: Rig) -> None:
    job = await planned(rig)
    for _ in range(3):
        await die(rig, ItemState.CHECKING)
    async with rig.running():
        await rig.item_is(job.id, ItemState.PARKED)
        await rig.engine.retry(job.id)

        assert JobState.DONE is (await rig.ended(job.id)).state
    assert 0 == (await rig.items(job.id))[0].kills


async def test_f41_to_be_killed_while_bytes_arrive_counts_for_nothing(rig: Rig) -> None:
    """Nobody reads them then, so they cannot be what ends the program."""
    job = await planned(rig)
    for _ in range(5):
        await die(rig)

    assert 0 == (await rig.items(job.id))[0].kills


class Slow(Files):
    """Never comes to the end of a file."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.reads = asyncio.Event()

    async def digest(self, document_id: int) -> str:
        self.reads.set()
        await asyncio.Event().wait()
        return await super().digest(document_id)


async def test_f39_to_be_stopped_is_not_to_be_killed(rig: Rig) -> None:
    store, job = rig.store, await planned(rig)
    for _ in range(3):
        files = Slow(rig.music)
        rig.store = replace(store, files=files)
        rig.build()
        async with rig.running():
            await files.reads.wait()

    assert [(ItemState.QUEUED, 0)] * 2 == [(i.state, i.kills) for i in await rig.items(job.id)]
