"""What is left of jobs of sixty files whose product is killed two hundred times."""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import child
from bench.figure import Figure, Goal
from bench.killing import Killing, Tale, lives
from bench.stand import open_stand

SOAK = True

_FILES = 60
_JOBS = 2  # side by side, one for each core: most of a life is the start of the interpreter
_SEED = 1
_SHOWN = 10
_NONE = Goal(at_most=0)


def measure(*, quick: bool) -> Iterator[Figure]:
    kills = 15 if quick else 200
    folder = Path(tempfile.mkdtemp(prefix="tad-kills-"))
    tales = asyncio.run(_tales(folder, kills))
    figures = list(figures_of(tales))
    if any(figure.is_missed for figure in figures):
        print(f"kills: everything is kept in {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    yield from figures


def figures_of(tales: Sequence[Tale]) -> Iterator[Figure]:
    found = [tale.findings for tale in tales if tale.findings]
    kills = sum((tale.kills for tale in tales), Counter())
    detail: dict[str, object] = {
        "kills": kills.total(),
        **{moment.value: count for moment, count in kills.items()},
        "with files in flight": sum(tale.in_flight for tale in tales),
        "after the last file": sum(tale.after_the_end for tale in tales),
        "adopted": sum(tale.adopted for tale in tales),
        "jobs": len(tales),
        "load": child.load(),
    }
    yield _proof("bad", [line for each in found for line in each.bad], detail)
    yield _proof("lost", [line for each in found for line in each.lost])
    yield _proof("double", [line for each in found for line in each.double])
    yield _proof("stray", [line for each in found for line in each.stray])
    yield _proof("damage", [line for tale in tales for line in tale.damage])
    yield _proof("crashes", [line for tale in tales for line in tale.crashes])
    sent, size = sum(tale.sent for tale in tales), sum(tale.size for tale in tales)
    waste = (sent - size) / (1 << 20) / max(1, kills.total())
    yield Figure("kills.waste", waste, "MiB per kill", detail={"sent": sent, "size": size})


def sizes(seed: int) -> list[int]:
    """Return mixed sizes: half the files small, half of several MB, in no order."""
    chance = random.Random(seed)
    small = [chance.randint(20_000, 900_000) for _ in range(_FILES // 2)]
    large = [chance.randint(3_000_000, 10_000_000) for _ in range(_FILES - len(small))]
    return chance.sample(small + large, _FILES)


async def _tales(folder: Path, kills: int) -> list[Tale]:
    shares = [len(range(number, kills, _JOBS)) for number in range(_JOBS)]
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(_tale(folder / str(number), _SEED + number, share))
            for number, share in enumerate(shares)
        ]
    return [task.result() for task in running]


async def _tale(folder: Path, seed: int, kills: int) -> Tale:
    async with open_stand(folder, sizes(seed)) as stand:
        killing = Killing(stand)
        await killing.through(list(lives(seed, kills)))
        return killing.tale


def _proof(name: str, lines: Sequence[str], detail: dict[str, object] | None = None) -> Figure:
    return Figure(
        f"kills.{name}", len(lines), "", _NONE, {**(detail or {}), "found": list(lines[:_SHOWN])}
    )
