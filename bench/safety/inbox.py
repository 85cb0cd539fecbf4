"""Commands of a person whose bot is killed on the way to their effects, again and again.

The bot is the real one before the whole sandbox; each life is a process that SIGKILL ends. Telegram
brings a quarter of all updates twice: at once, or when others come.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from bench import child
from bench.crash.telling import proof
from bench.figure import CannotMeasureError, Figure
from bench.safety.asking import Asking
from bench.safety.births import Births, open_births
from bench.safety.effects import effects, rows
from bench.stand import CHAT, Stand, comes_true, open_stand
from sandbox.faults import Rule

_FILES = 900
_SIZE = 4_000  # bytes
_KEPT = 60  # files that are in the library from the beginning
_DOUBLED = 0.25
_AT_ONCE = 0.5  # of these; the others come with a later update
_STARTING = 0.1  # of the lives are killed before they ask for updates
_START = 1.0  # seconds
_WINDOW = 0.06  # seconds
_BEHIND_ENTRY = 0.7  # of the kills come only when the updates are entered
_LONGEST = timedelta(seconds=5)
_PATIENCE = timedelta(seconds=60)
_LAST = timedelta(minutes=5)
_LIGHT = {"WRITE_TAGS": "false"}
_CRASHES = 3  # after which nothing more is to be learnt
_SIDES = 2  # bots side by side, one for each core
_KILLS, _KILLS_QUICK = 500, 20


class Met(StrEnum):
    """How far the least of the updates was that a kill met."""

    ON_ITS_WAY = "not entered yet"
    ENTERED = "entered, and no effect yet"
    ACTED = "effect, and no answer yet"
    DONE = "done"
    STARTING = "while starting"


_BEFORE_EFFECT = (Met.ON_ITS_WAY, Met.ENTERED)


@dataclass(slots=True)
class Tale:
    """What was asked for, and what came of it."""

    met: Counter[Met] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    updates: int = 0
    doubled: int = 0
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    made_up_for: int = 0  # answers that a later life gave in a sentence

    @property
    def kills(self) -> int:
        """Return how many met an update before its effect."""
        return sum(self.met[one] for one in _BEFORE_EFFECT)


async def told(folder: Path, seed: int, kills: int) -> Tale:
    """Kill until so many kills have met an update before its effect; return what is left."""
    async with open_stand(folder, [_SIZE] * _FILES, settings=_LIGHT) as stand:
        with open_births() as births:
            ordeal = Ordeal(stand, births, random.Random(seed))
            await ordeal.prepare()
            await ordeal.through(kills)
            await ordeal.finish()
            return ordeal.tale


class Ordeal:
    def __init__(self, stand: Stand, births: Births, chance: random.Random) -> None:
        self.tale = Tale()
        self._stand = stand
        self._births = births
        self._chance = chance
        self._asking = Asking(stand, chance)
        self._before: Counter[str] = Counter()
        self._brought: set[int] = set()
        self._again: list[dict[str, Any]] = []
        self._arrived = asyncio.Event()

    async def prepare(self) -> None:
        """Have a library, and commands to give."""
        self._asking.add_chats()
        process = await self._born()
        self._stand.person.send(f"/download @{CHAT} {_KEPT}")
        await self._stand.until(lambda: len(self._stand.published()) >= _KEPT, within=_LAST)
        await self._at_rest()
        await self._asking.prepare(_KEPT)
        await self._rest()
        await self._kill(process)
        self._before = effects(self._database)
        self._stand.stage.faults.add(Rule("bot.getUpdates", reply=self._bring, times=None))

    async def through(self, kills: int) -> None:
        while self.tale.kills < kills and len(self.tale.crashes) < _CRASHES:
            if self._chance.random() < _STARTING:
                await self._kill_early()
            process = await self._born()
            # What three lives die of is set aside, and these are to die by chance.
            await self._rest()
            await self._kill_behind_commands(process)

    async def finish(self) -> None:
        """Let a last life empty the inbox, and count what is there.

        Whether the jobs end is for other proofs: a file that three lives have died over is parked.
        """
        process = await self._born()
        await self._rest()
        os.kill(process, signal.SIGTERM)
        await self._births.end()
        found, wanted = effects(self._database) - self._before, self._asking.expected
        for name in sorted({*found, *wanted}):
            line = f"{name}: {found[name]} for {wanted[name]}"
            if found[name] < wanted[name]:
                self.tale.lost.append(line)
            elif found[name] > wanted[name]:
                self.tale.double.append(line)
        words = [one.text for one in self._stand.person.messages]
        self.tale.made_up_for = sum("I was stopped" in text for text in words)
        self.tale.said = self._asking.said

    @property
    def _database(self) -> Path:
        return self._stand.product.data / "tad.db"

    async def _born(self) -> int:
        polling = self._stand.stage.faults.next_call("bot.getUpdates")
        process = await self._bear()
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                await polling.wait()
        except TimeoutError as error:
            raise CannotMeasureError(f"it does not start\n{self._stand.words(1000)}") from error
        return process

    async def _bear(self) -> int:
        product = self._stand.product
        environment = self._stand.stage.environment(product.data, product.music) | _LIGHT
        return await self._births.bear(environment, product.log)

    async def _kill_early(self) -> None:
        process = await self._bear()
        await asyncio.sleep(self._chance.uniform(0, _START))
        await self._kill(process)
        self.tale.met[Met.STARTING] += 1

    async def _kill_behind_commands(self, process: int) -> None:
        """Give commands, and kill the bot a moment after Telegram has told it."""
        before = sum(self._asking.said.values())
        await self._asking.say_some(self._forget)
        await self._moment()
        await self._kill(process)
        said = sum(self._asking.said.values()) - before
        self.tale.met[self._met(said)] += 1

    def _forget(self) -> None:
        self._brought.clear()
        self._arrived.clear()

    async def _moment(self) -> None:
        """Wait until somewhere between the arrival of an update and a moment after its effect."""
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            await self._arrived.wait()
        if self._chance.random() < _BEHIND_ENTRY:
            await comes_true(self._is_entered, within=_LONGEST)
        await asyncio.sleep(self._chance.uniform(0, _WINDOW))

    async def _kill(self, process: int) -> None:
        os.kill(process, signal.SIGKILL)
        if (code := await self._births.end()) != -signal.SIGKILL:
            self.tale.crashes.append(f"ended with {code}\n{self._stand.words(500)}")

    def _bring(self, updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Bring a quarter of what is new twice."""
        if not updates:
            return updates
        new = [one for one in updates if one["update_id"] not in self._brought]
        self._brought |= {one["update_id"] for one in new}
        self._arrived.set()
        twice = [one for one in new if self._chance.random() < _DOUBLED]
        at_once = [one for one in twice if self._chance.random() < _AT_ONCE]
        again, self._again = self._again, [one for one in twice if one not in at_once]
        self.tale.updates += len(new)
        self.tale.doubled += len(twice)
        return [*updates, *at_once, *again]

    def _states(self) -> dict[int, str]:
        """Return how far those are that came last."""
        found = rows(self._database, "select update_id, state from updates")
        return {number: state for number, state in found if number in self._brought}

    def _is_entered(self) -> bool:
        return len(self._states()) == len(self._brought)

    def _met(self, said: int) -> Met:
        found = self._states()
        if len(found) < max(said, len(self._brought)):
            return Met.ON_ITS_WAY
        states = {*found.values()}
        order = {"new": Met.ENTERED, "acted": Met.ACTED, "done": Met.DONE}
        return next(met for state, met in order.items() if state in states)

    async def _rest(self) -> None:
        """Wait until nothing is in the inbox that is not done."""
        await self._none("select count(*) from updates where body is not null", _PATIENCE)

    async def _at_rest(self) -> None:
        """Wait until all jobs have ended."""
        ended = "('done', 'partly done', 'failed', 'cancelled')"
        await self._none(f"select count(*) from jobs where state not in {ended}", _LAST)  # noqa: S608  # nosec B608  # it is all ours

    async def _none(self, query: str, within: timedelta) -> None:
        if not await comes_true(lambda: rows(self._database, query) == [(0,)], within=within):
            raise CannotMeasureError(f"something stays undone\n{self._stand.words(1000)}")


def measure(*, quick: bool) -> Iterator[Figure]:
    yield from of_inbox(_inbox(_KILLS_QUICK if quick else _KILLS))


def of_inbox(tales: Sequence[Tale]) -> Iterator[Figure]:
    met = sum((tale.met for tale in tales), Counter())
    said = sum((tale.said for tale in tales), Counter())
    updates, doubled = (sum(getattr(tale, of) for tale in tales) for of in ("updates", "doubled"))
    detail: dict[str, object] = {
        "kills before an effect": sum(tale.kills for tale in tales),
        "kills": {moment.value: count for moment, count in met.items()},
        "commands": dict(said),
        "brought twice": round(doubled / max(1, updates), 3),
        "answers made up for": sum(tale.made_up_for for tale in tales),
        "load": child.load(),
    }
    yield proof("safety.inbox.lost", [line for tale in tales for line in tale.lost], detail)
    yield proof("safety.inbox.double", [line for tale in tales for line in tale.double])
    yield proof("safety.inbox.crashes", [line for tale in tales for line in tale.crashes])


def _inbox(kills: int) -> list[Tale]:
    base = Path(tempfile.mkdtemp(prefix="tad-inbox-"))
    shares = [len(range(number, kills, _SIDES)) for number in range(_SIDES)]
    with ProcessPoolExecutor(_SIDES) as processes:
        folders = [str(base / str(number)) for number in range(_SIDES)]
        tales = list(processes.map(_tale, folders, range(1, _SIDES + 1), shares))
    if any(tale.lost or tale.double or tale.crashes for tale in tales):
        print(f"inbox: everything is kept in {base}", file=sys.stderr)
    else:
        shutil.rmtree(base)
    return tales


def _tale(folder: str, seed: int, kills: int) -> Tale:
    return asyncio.run(told(Path(folder), seed, kills))
