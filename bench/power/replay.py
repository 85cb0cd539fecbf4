"""Gives the power back: what the disk holds is checked, then the product must end every job."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bench.crash.inline import without_threads
from bench.light import at_rest, opened, order, running
from bench.noise import NoiseSource, body
from bench.power.disk import Tree
from bench.power.story import FIND, HOPELESS, PACE, SIZES, STOPPED
from bench.remains import damage, files_below
from downloader.parts import Layout, has
from storage.errors import StorageError
from storage.models import Item, ItemState, Job, JobState, Track, Transfer
from storage.store import Store

_PATIENCE = 60  # seconds, a hundred times what it takes
_HERE = frozenset({ItemState.SAVED, ItemState.LINKED})


class Finding(StrEnum):
    """What must not be."""

    BAD = "bad"  # a file called done is missing, or has other bytes
    BROKEN = "broken"  # what a person had been told is not so
    CLAIMED = "claimed"  # a bitmap says more than is there
    LOST = "lost"  # an item does not come, though nothing stands in its way
    STRAY = "stray"  # a file that nobody knows of stays
    STUCK = "stuck"  # the product does not start, or a job does not end
    DAMAGE = "damage"  # what SQLite says of the database


Found = tuple[Finding, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the database says at one moment."""

    jobs: list[Job]
    items: list[Item]
    tracks: list[Track]


def lay_out(tree: Tree, place: Path) -> None:
    """Bring a disk into that state."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for path, data in tree.items():
        if data is None:
            (place / path).mkdir()
        else:
            (place / path).write_bytes(data)


async def findings(place: Path, promises: Collection[str]) -> list[Found]:
    """Return what is wrong with the disk as it is, and after the product has run on it."""
    found: list[Found] = []
    try:
        # In one thread it does the same, many times faster.
        with without_threads():
            async with asyncio.timeout(_PATIENCE):
                await _examine(place, promises, found)
    except TimeoutError:
        found.append((Finding.STUCK, "a job does not end"))
    except StorageError as error:
        found.append((Finding.STUCK, f"{type(error).__name__}: {error}"))
    return found + [(Finding.DAMAGE, line) for line in damage(place / "data" / "tad.db")]


async def _examine(place: Path, promises: Collection[str], found: list[Found]) -> None:
    async with opened(place) as store:
        before = await _catalogue(store)
        found += _wrong_files(before, store)
        found += _broken(promises, before)
        found += [line async for line in _wrong_claims(store)]
        async with running(store, NoiseSource(FIND), pace=PACE) as engine:
            await order(engine, 1)  # whatever was left, it takes new orders
            await at_rest(store, engine)
        after = await _catalogue(store)
        found += _wrong_files(after, store)
        found += _broken(promises, after)
        found += _unfinished(after)
        found += _strays(place / "music", after)


async def _catalogue(store: Store) -> Catalogue:
    jobs, items = await store.jobs.every(), await store.items.every()
    return Catalogue(jobs, items, await store.catalog.every())


def _wrong_files(catalogue: Catalogue, store: Store) -> Iterator[Found]:
    """Tell which files are called done, and are not what Telegram has."""
    for track in catalogue.tracks:
        assert track.document_id is not None, "nothing was imported"
        path = store.files.locate(track.path) if track.path else None
        if path is None or not path.is_file():
            yield Finding.BAD, f"{track.path} is not there"
        elif path.read_bytes() != _true(track.document_id):
            yield Finding.BAD, f"{track.path} has other bytes"


def _broken(promises: Collection[str], catalogue: Catalogue) -> Iterator[Found]:
    """Tell what a person was told, and is not so any more."""
    kept = {f"job {job.id}" for job in catalogue.jobs}
    kept |= {f"cancelled {job.id}" for job in catalogue.jobs if job.state is JobState.CANCELLED}
    kept |= {f"saved {track.document_id}" for track in catalogue.tracks}
    return ((Finding.BROKEN, promise) for promise in promises if promise not in kept)


async def _wrong_claims(store: Store) -> AsyncIterator[Found]:
    """Tell which claims say more than is there; a file about to be entered may have its name."""
    for document_id in await store.transfers.documents():
        row = await store.transfers.get(document_id)
        assert row is not None
        intent = await store.transfers.intended(document_id)
        if intent and await store.files.digest_published(intent.path) == intent.sha256:
            continue
        part = await store.files.open_part(document_id)
        if part is None:
            there = b""
        else:
            async with part:
                there = await part.read(0, row.size)
        if not _holds(row, there):
            yield Finding.CLAIMED, f"{document_id} lacks what its bitmap says"


def _holds(row: Transfer, there: bytes) -> bool:
    layout, right = Layout(row.size, row.part_size), _true(row.document_id)
    spans = (
        slice(layout.offset(number), layout.offset(number) + layout.length(number))
        for number in range(layout.count)
        if has(row.done, number)
    )
    return all(there[span] == right[span] for span in spans)


def _unfinished(catalogue: Catalogue) -> Iterator[Found]:
    """Tell which items have not come, though nothing stood in their way."""
    excused = {job.id for job in catalogue.jobs if job.id == STOPPED}
    for item in catalogue.items:
        assert item.audio is not None
        is_hopeless = item.audio.document_id == HOPELESS and item.state is ItemState.FAILED
        if item.state not in _HERE and item.job_id not in excused and not is_hopeless:
            yield Finding.LOST, f"item {item.id} is {item.state} ({item.reason})"


def _strays(music: Path, catalogue: Catalogue) -> Iterator[Found]:
    """Tell which files nobody knows of; what a paused job has of its parts is known."""
    known = {str(track.path) for track in catalogue.tracks}
    if any(job.state is JobState.PAUSED for job in catalogue.jobs):
        known |= {
            f".tad/{item.audio.document_id}.part"
            for item in catalogue.items
            if item.audio is not None and item.job_id == STOPPED
        }
    found = {str(path.relative_to(music)) for path in files_below(music)}
    return ((Finding.STRAY, path) for path in sorted(found - known))


def _true(document_id: int) -> bytes:
    return body(document_id, SIZES[document_id])
