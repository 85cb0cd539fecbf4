"""How names come out, what of tags others find, and how fast they are read and written."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from bench import child
from bench.figure import Figure, Goal
from bench.naming import rates
from bench.pooled import Taken, Times, made, raced
from bench.scratch import scratch
from bench.tagged.told import told
from downloader.metadata.reader import open_reader

SOAK = False

REPEATS, REPEATS_QUICK = 15, 3
HANDS = 2
_COST = 25  # %
_HERE, _CHILDREN = "in this process", "through children"


def measure(*, quick: bool) -> Iterator[Figure]:
    yield from rates.figures()
    yield from told(quick=quick)
    folder = scratch("tad-library-")
    try:
        times = asyncio.run(_raced(folder, REPEATS_QUICK if quick else REPEATS))
    finally:
        shutil.rmtree(folder)
    yield from figures_of(times)


async def _raced(folder: Path, repeats: int) -> dict[str, Times]:
    files = await asyncio.to_thread(made, folder)
    async with open_reader(most=HANDS) as reader:
        return await raced(files, reader, repeats, HANDS)


def figures_of(times: Mapping[str, Times]) -> Iterator[Figure]:
    """Compare how many files are read and written in a second, and tell what processors do for it.

    Medians are compared, because a repeat that had to wait for the machine says nothing.
    """
    ours, here = times[_CHILDREN], times[_HERE]
    about: dict[str, object] = {"load": child.load(), "repeats": len(ours.read), "hands": HANDS}
    yield Figure(
        "library.extract", 1 / _wall(ours.read), "files/s",
        detail=about | {f"{name}, ms": _told(one.read) for name, one in times.items()},
    )  # fmt: skip
    cost = _wall(ours.read, ours.written) / _wall(here.read, here.written) - 1
    yield Figure(
        "library.children", 100 * cost, "%", Goal(at_most=_COST),
        about | {f"{name}, ms": _told(one.read, one.written) for name, one in times.items()},
    )  # fmt: skip


def _wall(*stages: Sequence[Taken]) -> float:
    return sum(median(one.wall for one in stage) for stage in stages)


def _told(*stages: Sequence[Taken]) -> dict[str, float]:
    busy = sum(median(one.busy for one in stage) for stage in stages)
    return {"busy": round(1000 * busy, 2), "wall": round(1000 * _wall(*stages), 2)}
