"""Plays one run from its seed, and many of them over one store."""

from __future__ import annotations

import asyncio
import gc
import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeAlias

from sqlalchemy import delete
from sqlalchemy import table as text_table

from bench.matrix.judge import judged
from bench.matrix.life import Life, Rest, one_life
from bench.matrix.onlooker import Onlooker, overheard
from bench.matrix.outlook import Outlook, Remedy, combined
from bench.matrix.scene import Scene, open_scene
from bench.virtual.loop import StuckError, VirtualLoop
from bench.virtual.threads import without_threads
from storage.errors import StorageError
from storage.items import Items
from storage.store import Store, open_store
from storage.tables import metadata

_QUIET = 60.0  # seconds, in which the last connections end
_LIVES = 8  # the most that a run may take
_NUMBERS = text_table("sqlite_sequence")  # of the rows that were entered last


class Fault(Protocol):
    """Something that can go wrong."""

    @property
    def name(self) -> str: ...

    def arm(self, scene: Scene) -> Outlook: ...


Play: TypeAlias = tuple[Sequence[Fault], int]  # faults that strike together, and a seed


@dataclass(slots=True)
class Run:
    """What became of a run. `wrong` is empty if all was as it should be."""

    faults: tuple[str, ...]
    seed: int
    wrong: list[str] = field(default_factory=list)
    strikes: int = 0
    seconds: float = 0.0  # of virtual time


def play(plays: Sequence[Play], folder: Path) -> list[Run]:
    """Play one after the other in a folder that is made anew; what each draws is its seed's."""
    runs: list[Run] = []
    with without_threads(), overheard() as errors:
        left = list(plays)
        while left:
            # A run that is stuck has broken the loop, and what is open in it.
            done = _until_broken(left, folder, errors)
            runs += done
            left = left[len(done) :]
    return runs


def _until_broken(plays: Sequence[Play], folder: Path, errors: list[str]) -> list[Run]:
    runs: list[Run] = []
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(0)) as runner:
        try:
            runner.run(_over_one_store(plays, folder, errors, runs))
        except StuckError as error:
            runs[-1].wrong.append(f"stuck: {error}")
        except (StorageError, ExceptionGroup) as error:
            runs[-1].wrong.append(f"broken: {error!r}")
    return runs


async def _over_one_store(
    plays: Sequence[Play], folder: Path, errors: list[str], runs: list[Run]
) -> None:
    async with open_store(folder / "data", folder / "music") as store:
        for faults, seed in plays:
            run = Run(tuple(fault.name for fault in faults), seed)
            runs.append(run)
            errors.clear()
            _reset(folder, seed)
            gc.collect(0)
            await _play(run, faults, folder, _as_new(store), errors)


async def _play(
    run: Run, faults: Sequence[Fault], folder: Path, store: Store, errors: list[str]
) -> None:
    loop = asyncio.get_running_loop()
    chance = random.Random(f"{run.faults} {run.seed}")
    async with open_scene(chance, folder, store) as scene:
        outlook = combined([fault.arm(scene) for fault in faults])
        try:
            async with asyncio.timeout(outlook.patience):
                onlooker = await _act(scene, outlook)
        except TimeoutError:
            run.wrong.append(f"stuck: not over after {outlook.patience:.0f} s")
        else:
            run.wrong += await judged(scene, outlook, onlooker, errors)
        run.strikes = scene.strikes
        run.seconds = loop.time()
    await asyncio.sleep(_QUIET)


async def _act(scene: Scene, outlook: Outlook) -> Onlooker:
    """Live until all is at rest, and act as a person would where one is needed."""
    onlooker = Onlooker(scene.store, scene.clock())
    remedies, afterwards = list(outlook.remedies), list(outlook.afterwards)
    for number in range(_LIVES):
        scene.interrupted.clear()
        async with one_life(scene, onlooker) as life:
            for act in outlook.meanwhile if number == 0 else ():
                life.meanwhile(act)
            await _begin(life, is_first=number == 0)
            if await _is_over(life, remedies, afterwards):
                return onlooker
        if scene.copy is not None:
            await scene.revive()
            onlooker = onlooker.of(scene.store)
        await asyncio.sleep(scene.pause)
    raise StuckError("started again and again")


async def _begin(life: Life, *, is_first: bool) -> None:
    """Order what is to be fetched; a kill may have come before that was stored."""
    if not is_first and await life.scene.store.jobs.every():
        await life.begun()
        return
    for request in life.scene.orders:
        await life.order(request)


async def _is_over(life: Life, remedies: list[Remedy], afterwards: list[Remedy]) -> bool:
    """Tell whether all is over; if not, the program is to be started anew."""
    while True:
        match await life.rest():
            case Rest.ENDED if not afterwards:
                return True
            case Rest.ENDED:
                await afterwards.pop(0)(life)
            case Rest.INTERRUPTED:
                return False
            case Rest.STANDS:
                if not remedies:
                    return True
                if await remedies.pop(0)(life):
                    return False


def _reset(folder: Path, seed: int) -> None:
    """Make everything as it is before the first start: time, chance, database and library."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    loop.begin(seed)
    with closing(sqlite3.connect(folder / "data" / "tad.db", isolation_level=None)) as database:
        database.execute("pragma synchronous = off")
        database.execute("begin")
        for table in (*reversed(metadata.sorted_tables), _NUMBERS):
            database.execute(str(delete(table)))
        database.execute("commit")
    for path in (folder / "music").iterdir():
        if path.name != ".tad":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in (folder / "music" / ".tad").iterdir():
        path.unlink()


def _as_new(store: Store) -> Store:
    """Forget which job was served last, as a new start does."""
    return replace(store, items=Items(store.items._database))  # noqa: SLF001  # to open costs most
