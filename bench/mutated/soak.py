"""Has damaged files read, a few at once, and keeps account of what becomes of them."""

from __future__ import annotations

import asyncio
import random
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.mutated.damage import damaged
from downloader.metadata.reader import Reader
from downloader.metadata.tags import TagsUnreadableError, TagsUnwritableError
from storage.description import Description
from storage.formats import of_name

_EVERY = 8  # files, one is written into as well, and asked for its cover and its words
_TICK = 0.05  # seconds


@dataclass(slots=True)
class Account:
    """What became of them. `ends` counts why files were refused, `waits` are in seconds."""

    files: int = 0
    asked: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)
    longest_wait: float = 0
    late: list[str] = field(default_factory=list)
    longest_lag: float = 0


@dataclass(frozen=True, slots=True)
class Soak:
    """`wait` is the most seconds that one question may take."""

    reader: Reader
    folder: Path
    wait: float
    account: Account

    async def run(self, cases: Iterable[tuple[str, bytes]], hands: int) -> None:
        waiting = iter(cases)
        ticking = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tick(ticking))
            async with asyncio.TaskGroup() as working:
                for hand in range(hands):
                    working.create_task(self._work(waiting, hand))
            ticking.set()

    async def _work(self, cases: Iterator[tuple[str, bytes]], hand: int) -> None:
        for name, body in cases:
            path = self.folder / f"{hand}.{name.rpartition('.')[2]}"
            await asyncio.to_thread(path.write_bytes, body)
            self.account.files += 1
            tasks = ["read"]
            if self.account.files % _EVERY == 0:
                tasks += ["picture", "lyrics", "write"]
            for task in tasks:
                await self._ask(task, path, f"{name} {self.account.files}")

    async def _ask(self, task: str, path: Path, case: str) -> None:
        begin = time.monotonic()
        end = "answered"
        try:
            await self._done(task, path)
        except (TagsUnreadableError, TagsUnwritableError) as error:
            end = str(error.detail)
        except Exception as error:  # noqa: BLE001 - that there is none is the figure
            traceback.print_exc()
            self.account.surprises.append(f"{case} {task}: {error!r}")
        taken = time.monotonic() - begin
        self.account.asked += 1
        self.account.ends[end] += 1
        self.account.longest_wait = max(self.account.longest_wait, taken)
        if taken > self.wait:
            self.account.late.append(f"{case} {task}: {taken:.1f} s")

    async def _done(self, task: str, path: Path) -> None:
        match task:
            case "read":
                await self.reader.read(path)
            case "picture":
                await self.reader.picture(path)
            case "lyrics":
                await self.reader.lyrics(path)
            case _:
                kind = of_name(path.name)
                assert kind is not None
                await self.reader.write(path, kind, Description("So What", "Miles"))

    async def _tick(self, is_over: asyncio.Event) -> None:
        """Measure how long the loop is kept from what is due."""
        while not is_over.is_set():
            begin = time.monotonic()
            await asyncio.sleep(_TICK)
            lag = time.monotonic() - begin - _TICK
            self.account.longest_lag = max(self.account.longest_lag, lag)


def cases(seeds: Mapping[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Make so many damaged files, of each seed as many."""
    names = sorted(seeds)
    bodies = [seeds[name] for name in names]
    for number in range(count):
        name = names[number % len(names)]
        chance = random.Random(f"{seed} {number}")
        yield name, damaged(seeds[name], bodies, chance)
