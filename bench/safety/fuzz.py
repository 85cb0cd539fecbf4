"""Many updates of all kinds through the real dispatcher, and what must not come of them."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figure import Figure
from bench.safety.episode import Course, played, replay
from bench.safety.poisoned import lay_down
from bench.safety.smallest import Shrinking
from bench.safety.totals import KINDS, TOLD, Totals, figures_of
from bench.safety.transport import Fault, Json
from bench.safety.updates import drawn
from bench.scratch import scratch

_UPDATES, _QUICK = 100_000, 5_000
_OF_AN_EPISODE = 1_000
_MOST_CALLS = 100  # on one update: a page of tracks that are all sent, and what goes with them


def measure(*, quick: bool) -> Iterator[Figure]:
    begin = time.monotonic()
    totals = asyncio.run(fuzzed(range(1, (_QUICK if quick else _UPDATES) // _OF_AN_EPISODE + 1)))
    yield from figures_of(totals, time.monotonic() - begin)


async def fuzzed(seeds: Sequence[int], count: int = _OF_AN_EPISODE) -> Totals:
    """Play an episode of so many updates for each seed."""
    totals = Totals()
    folder = scratch("tad-fuzz-")
    try:
        library = folder / "library"
        await lay_down(library)
        for seed in seeds:
            course = await played(library, folder / "episode", drawn(seed, count))
            totals.add(course)
            await _judge(course, seed, folder, totals)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder)
    return totals


async def _judge(course: Course, seed: int, folder: Path, totals: Totals) -> None:
    found = course.findings
    too_many: list[Fault] = [
        (number, f"{calls} calls")
        for number, calls in course.minutes.by_update.items()
        if calls > _MOST_CALLS
    ]
    every = [found.unhandled, found.refused, found.leaked, found.stuck, too_many]
    for kind, faults in zip(KINDS, every, strict=True):
        for number, words in faults:
            # Of one that comes again and again, the first is enough to be looked into.
            is_new = len(totals.faults[kind]) < TOLD and not _is_known(words, totals.faults[kind])
            told = f"seed {seed}, update {number}: {words}"
            totals.faults[kind].append(told)
            if is_new:
                print(f"{kind}: {told}", file=sys.stderr, flush=True)
                row = await _smallest(course.updates, number, words, folder)
                print(_written(row), file=sys.stderr, flush=True)


async def _smallest(
    updates: Sequence[Json], number: int | None, words: str, folder: Path
) -> list[Json]:
    """Return the fewest and smallest updates that bring a fault of the same words."""
    numbers = [one["update_id"] for one in updates]
    end = numbers.index(number) + 1 if number in numbers else len(updates)

    async def shows(row: Sequence[Json]) -> bool:
        again = await played(folder / "library", folder / "again", replay(row))
        return any(_gist(words) == _gist(other) for _, other in again.findings.every())

    return await Shrinking(shows).smallest(updates[:end])


def _is_known(words: str, faults: Sequence[str]) -> bool:
    return any(_gist(words) == _gist(one.partition(": ")[2]) for one in faults)


def _gist(words: str) -> str:
    """Return what is the same whatever the letters in question are."""
    return words.partition("{")[0]


def _written(row: Sequence[Json]) -> str:
    last = row[-3:]
    more = f"({len(row) - len(last)} updates before)\n" if len(row) > len(last) else ""
    return more + "\n".join(json.dumps(one) for one in last)
