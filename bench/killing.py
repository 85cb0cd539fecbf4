"""One job, and a product that is killed again and again while it works on it."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from bench.library import Findings, examine
from bench.remains import damage, digests_below
from bench.stand import CHAT, Stand, comes_true
from sandbox.product import ProductError

_SLOWEST, _FASTEST = 200_000, 20_000_000  # bytes per second of one connection
_CONNECTIONS = 2
_WORK = 1.5  # seconds, the mean length of a life after its start
_LONGEST = timedelta(seconds=6)
_PATIENCE = timedelta(minutes=5)
_LAST = timedelta(seconds=60)


class Moment(StrEnum):
    """What a kill is aimed at."""

    STARTING = "while starting"
    WORKING = "while working"
    PUBLISHING = "as a file was published"


# Publishing takes milliseconds: kills that fall anywhere would hardly ever meet it.
_SHARES = {Moment.STARTING: 15, Moment.WORKING: 50, Moment.PUBLISHING: 35}


@dataclass(frozen=True, slots=True)
class Life:
    """How one run of the product ends.

    `after` is a share of a usual start, seconds of work, or seconds after a file was published.
    """

    moment: Moment
    after: float


@dataclass(slots=True)
class Tale:
    """What happened to one job. `crashes` are ends that were not ours."""

    kills: Counter[Moment] = field(default_factory=Counter)
    in_flight: int = 0  # kills that met unfinished files
    after_the_end: int = 0  # kills when everything was in the library already
    crashes: list[str] = field(default_factory=list)
    findings: Findings | None = None
    damage: list[str] = field(default_factory=list)  # what SQLite says about the database
    adopted: int = 0  # files that were found published and not yet in the catalogue
    size: int = 0
    sent: int = 0


def lives(seed: int, count: int) -> Iterator[Life]:
    """Draw so many; the same seed draws the same."""
    chance = random.Random(seed)
    for moment in chance.choices(list(_SHARES), list(_SHARES.values()), k=count):
        match moment:
            case Moment.STARTING:
                yield Life(moment, chance.uniform(0.4, 1.0))
            case Moment.WORKING:
                yield Life(moment, min(chance.expovariate(1 / _WORK), _LONGEST.total_seconds()))
            case Moment.PUBLISHING:
                yield Life(moment, chance.uniform(0.0, 0.04))


def bandwidth(left: int, kills_left: int) -> int:
    """Return a speed at which what is left just lasts for the kills that are left."""
    seconds = max(1, kills_left) * _WORK
    return max(_SLOWEST, min(_FASTEST, int(left / seconds / _CONNECTIONS)))


class Killing:
    """Kills the product of one stand."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._start = 4.0  # seconds, corrected by every start that is let through
        self.tale = Tale(size=sum(document.size for document in stand.documents))

    async def through(self, ends: list[Life]) -> None:
        """Ask for everything, kill the product at each of these moments, and look what is left."""
        self._stand.person.send(f"/download @{CHAT} {len(self._stand.documents)}")
        for number, life in enumerate(ends):
            left = self.tale.size - sum(_size(path) for path in self._stand.published())
            self._stand.wire.bandwidth = bandwidth(left, len(ends) - number)
            await self._live(life)
        self._stand.wire.bandwidth = None
        await self._finish()

    async def _live(self, life: Life) -> None:
        moment = life.moment
        try:
            if moment is Moment.STARTING:
                await self._kill_early(life.after * self._start)
            else:
                await self._start_up()
                moment = await self._work(life)
                await self._kill()
        except ProductError as error:
            self.tale.crashes.append(str(error))
            return
        self.tale.kills[moment] += 1
        self.tale.in_flight += bool(self._stand.parts())
        self.tale.after_the_end += len(self._stand.published()) == len(self._stand.documents)

    async def _start_up(self) -> None:
        begin = time.perf_counter()
        await self._stand.product.start()
        self._start = 0.7 * self._start + 0.3 * (time.perf_counter() - begin)

    async def _kill_early(self, seconds: float) -> None:
        async with asyncio.TaskGroup() as tasks:
            starting = tasks.create_task(self._start_in_vain())
            await asyncio.wait([starting], timeout=seconds)
            await self._stand.product.kill()
        if error := starting.result():
            raise error

    async def _start_in_vain(self) -> ProductError | None:
        """Start it; an end that was not our kill is returned."""
        try:
            await self._stand.product.start()
        except ProductError as error:
            return error if error.code != -signal.SIGKILL else None
        return None

    async def _work(self, life: Life) -> Moment:
        """Let it work as long as it may, and return which moment was met."""
        moment = life.moment
        if moment is Moment.PUBLISHING:
            before = len(self._stand.published())
            if not await comes_true(lambda: len(self._stand.published()) > before, within=_LONGEST):
                moment = Moment.WORKING
        await asyncio.sleep(life.after)
        return moment

    async def _kill(self) -> None:
        product = self._stand.product
        is_alive = is_running(product.pid)
        await product.kill()
        if not is_alive:
            raise ProductError("tad run", None, self._stand.words(2000))

    async def _finish(self) -> None:
        product, tale = self._stand.product, self.tale
        await product.start()
        everything = len(self._stand.documents)
        await comes_true(lambda: len(self._stand.published()) >= everything, within=_PATIENCE)
        report = await self._report()
        await product.stop()
        tale.sent = self._stand.bytes_sent
        wanted = {document.title or "": document.digest() for document in self._stand.documents}
        tale.findings = examine(wanted, digests_below(product.music), report)
        tale.damage = damage(product.data / "tad.db")
        log = product.log.read_text(encoding="utf-8", errors="replace")
        tale.adopted = log.count("publishing adopted")

    async def _report(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_LAST.total_seconds()):
                return await self._stand.product.jobs(wait=True)
        except TimeoutError:  # it does not come to rest, and says in which state it hangs
            return await self._stand.product.jobs()


def is_running(pid: int | None) -> bool:
    """Tell whether a child of ours has not ended yet."""
    return pid is not None and Path(f"/proc/{pid}").exists()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
