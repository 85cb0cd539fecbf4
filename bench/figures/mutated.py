"""What 100,000 damaged files do to whoever reads and writes their tags."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import structlog

from bench import child
from bench.figure import Figure, Goal
from bench.mutated.seeds import planted
from bench.mutated.soak import Account, Soak, cases
from bench.scratch import scratch
from downloader.metadata.children import Limits
from downloader.metadata.reader import open_reader

SOAK = True

FILES, FILES_QUICK = 100_000, 2_000
HANDS = 2
_SEED = 5
_ENDING = 1.0  # a second, to end a child and to start another
_TOLD = 10


def measure(*, quick: bool) -> Iterator[Figure]:
    count = FILES_QUICK if quick else FILES
    # What is told of each file that is refused would be all that is seen.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    folder = scratch("tad-mutated-")
    try:
        begin = time.monotonic()
        account, seeds = asyncio.run(soaked(folder, count))
        seconds = time.monotonic() - begin
    finally:
        shutil.rmtree(folder)
    yield from figures_of(account, seeds, seconds)


async def soaked(folder: Path, count: int) -> tuple[Account, int]:
    limits = Limits()
    account = Account()
    async with open_reader(limits, HANDS) as reader:
        seeds = await planted(folder, reader)
        soak = Soak(reader, folder, limits.wall.total_seconds() + _ENDING, account)
        await soak.run(cases(seeds, count, _SEED), HANDS)
    return account, len(seeds)


def figures_of(account: Account, seeds: int, seconds: float) -> Iterator[Figure]:
    about: dict[str, object] = {
        "files": account.files,
        "seeds": seeds,
        "questions": account.asked,
        "seconds": round(seconds),
        "load": child.load(),
    }
    yield Figure(
        "mutated.surprises", len(account.surprises), "errors", Goal(at_most=0),
        about | {"told": account.surprises[:_TOLD]},
    )  # fmt: skip
    yield Figure(
        "mutated.late", len(account.late), "waits", Goal(at_most=0),
        {"longest": round(account.longest_wait, 2), "told": account.late[:_TOLD]},
    )  # fmt: skip
    ends = dict(account.ends)
    yield Figure("mutated.ended", _ended(ends), "children", detail=dict(ends))
    yield Figure("mutated.lag", 1000 * account.longest_lag, "ms", detail={"hands": HANDS})


def _ended(ends: dict[str, int]) -> int:
    """Count the children that a file has cost."""
    return sum(count for end, count in ends.items() if end in {"too busy", "too slow", "gone"})
