"""Many watches of all rhythms, for days of virtual time with floods, outages, stops and kills."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bench.remains import damage
from bench.watches.alone import played
from bench.watches.herald import Herald
from bench.watches.program import START, ZONE, Program, open_program
from bench.watches.timetable import Span, both, judged
from sandbox.faults import Rule
from storage.watch import Notice, Rhythm, Rules

_ACCOUNTS = ("Ann", "Bob")
_LIVE = 100  # each so manieth is followed live
_HOURS = (1, 2, 3, 6, 8, 12, 24)
_CRONS = ("0 */4 * * *", "30 2 * * *", "0 9 * * 1-5", "15,45 8 * * 0", "0 0 1,15 * *",
          "*/30 1-3 * * *", "0 12 * * 1,3")  # fmt: skip
_NIGHT = range(2, 6)  # hours of the day
_POST_EVERY = 900.0  # seconds
_EVENT_EVERY = 50_000.0
_SHORTEST, _LONGEST = 30.0, 30_000.0  # seconds that an event lasts
_EVENTS = ("flood of one", "flood of all", "outage", "stop", "kill")
_STEPS = 40
_DAY = 86_400.0
_HALF_A_DAY = 43_200.0


@dataclass(slots=True)
class Diary:
    """What came of it. Findings are told in words, so that none is what is wanted."""

    watches: int = 0
    days: float = 0.0
    looks: int = 0
    failed: int = 0  # looks that came to nothing
    posts: int = 0
    calls: int = 0
    events: Counter[str] = field(default_factory=Counter)
    spoilt: list[Span] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    seconds: float = 0.0
    missed: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    flooded: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _runs: dict[int, tuple[int, datetime, bool]] = field(default_factory=dict)

    def note(self, database: Path) -> None:
        """Write down the looks that were entered since; the product forgets old ones."""
        last = max(self._runs, default=0)
        query = "select id, watch_id, at, reason is null from watch_runs where id > ?"
        with closing(sqlite3.connect(database)) as connection:
            for number, watch, at, is_fine in connection.execute(query, (last,)):
                moment = datetime.fromtimestamp(at / 1_000_000, UTC)
                self._runs[number] = (watch, moment, bool(is_fine))

    def looks_of(self, watch: int) -> list[datetime]:
        return sorted(at for one, at, is_fine in self._runs.values() if one == watch and is_fine)

    def count(self) -> None:
        self.looks = sum(is_fine for *_, is_fine in self._runs.values())
        self.failed = len(self._runs) - self.looks


def rules_of(seed: int, count: int) -> list[Rules]:
    """Draw rules; each rhythm is among them."""
    chance = random.Random(seed)
    return [_rules(number, chance) for number in range(count)]


def _rules(number: int, chance: random.Random) -> Rules:
    if number % _LIVE == 0:
        return Rules(Rhythm(is_live=True), notice=Notice.QUIET)
    kind = number % 3
    if kind == 0:
        hours = (time(_NIGHT.start), time(_NIGHT.stop)) if chance.random() < 1 / 4 else None
        rhythm = Rhythm(every=timedelta(hours=chance.choice(_HOURS)))
        return Rules(rhythm, hours=hours, notice=Notice.QUIET)
    if kind == 1:
        at = time(chance.randrange(24), chance.choice((0, 0, 30, chance.randrange(60))))
        return Rules(Rhythm(daily=at), notice=Notice.QUIET)
    return Rules(Rhythm(cron=_CRONS[number // 3 % len(_CRONS)]), notice=Notice.QUIET)


def diary_of(seed: int, watches: int, days: float) -> Diary:
    return played(seed, lambda folder: _lived(folder, seed, watches, days))


async def _lived(folder: Path, seed: int, watches: int, days: float) -> Diary:
    diary, rules = Diary(watches, days), rules_of(seed, watches)
    async with open_program(folder, seed, watches, brings=False) as program:
        herald = Herald(program.world, program.chats, program.chance)
        await program.sign_in(*_ACCOUNTS)
        await program.follow(rules)
        async with asyncio.TaskGroup() as tasks:
            posting = tasks.create_task(_post(herald))
            events = _events(program.chance, days * _DAY)
            while program.loop().time() < days * _DAY:
                await _live(program, diary, events, days * _DAY)
            posting.cancel()
        diary.note(_database(program))
        diary.wrong += damage(_database(program))
        _judge(program, herald, rules, diary)
        diary.wrong += [f"sandbox: {crash!r}" for crash in program.cluster.crashes]
    return diary


async def _post(herald: Herald) -> None:
    while True:
        herald.post()
        await asyncio.sleep(2 * _POST_EVERY * herald.chance.random())


def _events(chance: random.Random, end: float) -> Iterator[tuple[float, str, float]]:
    """Draw what happens when, and for how long; the last half day is left in peace."""
    at = 0.0
    while True:
        at += chance.uniform(0.2, 1.8) * _EVENT_EVERY
        if at > end - _HALF_A_DAY:
            return
        seconds = _SHORTEST * (_LONGEST / _SHORTEST) ** chance.random()
        yield at, chance.choice(_EVENTS), seconds
        at += seconds


async def _live(
    program: Program, diary: Diary, events: Iterator[tuple[float, str, float]], end: float
) -> None:
    """Live until something ends the program, or time is over."""
    loop, apart = program.loop(), 0.0
    loop.interfere = lambda _: None
    async with program.life():
        for at, what, seconds in events:
            await _until(program, diary, at)
            diary.events[what] += 1
            if what in {"stop", "kill"}:
                apart = seconds
                await _end(program, what)
                break
            await _spoil(program, diary, what, seconds)
        else:
            await _until(program, diary, end)
    stopped = program.now()
    diary.note(_database(program))
    await asyncio.sleep(apart)
    if apart:
        diary.spoilt.append((stopped, program.now()))


async def _until(program: Program, diary: Diary, at: float) -> None:
    while (left := at - program.loop().time()) > 0:
        await asyncio.sleep(min(left, _DAY))
        diary.note(_database(program))


async def _end(program: Program, how: str) -> None:
    if how == "stop":
        program.stop()
    else:
        program.kill_within(program.chance.randrange(_STEPS))
        await program.ended.wait()


async def _spoil(program: Program, diary: Diary, what: str, seconds: float) -> None:
    if what == "outage":
        begin, network = program.now(), program.loop().network
        network.is_down = True
        for line in network.lines:
            line.reset()
        await asyncio.sleep(seconds)
        network.is_down = False
        diary.spoilt.append((begin, program.now()))
        return
    accounts = list(program.world.users)
    method = program.chance.choice(("messages.search", "channels.getChannels"))
    for account in accounts if what == "flood of all" else accounts[:1]:
        error = (420, f"FLOOD_WAIT_{int(seconds)}")
        program.tape.add(Rule(method, error=error, account=account))


def _judge(program: Program, herald: Herald, rules: Sequence[Rules], diary: Diary) -> None:
    diary.count()
    diary.posts, diary.calls = len(herald.posted), len(program.tape.calls)
    diary.flooded = program.tape.broken_windows()
    floods = [
        [(_moment(one.begin), _moment(one.end)) for one in program.tape.windows
         if one.account == account]
        for account in program.world.users
    ]  # fmt: skip
    spoilt = diary.spoilt + both(*floods)
    span = (START, START + timedelta(days=diary.days))
    for number, one in enumerate(rules, start=1):
        found = judged(one, diary.looks_of(number), span, spoilt, ZONE)
        name = f"watch {number}, {one.rhythm}"
        diary.missed += [f"{name}: {line}" for line in found.missed]
        diary.double += [f"{name}: {line}" for line in found.double]
        diary.late += found.late
    diary.wrong += _orders(program, herald)


def _orders(program: Program, herald: Herald) -> Iterator[str]:
    """Tell which postings up to the last look were not ordered exactly once."""
    with closing(sqlite3.connect(_database(program))) as connection:
        jobs = [json.loads(row[0]) for row in connection.execute("select request from jobs")]
        seen = dict(connection.execute("select id, seen_id from watches").fetchall())
    ranges: dict[int, list[range]] = {number: [] for number in seen}
    for job in jobs:
        ranges[job["watch"]].append(range(job["first_id"], job["last_id"] + 1))
    numbers = {chat.marked_id: number for number, chat in enumerate(program.chats, start=1)}
    for chat_id, message in herald.posted:
        number = numbers[chat_id]
        times = sum(message in one for one in ranges[number])
        if times != (message <= seen[number]):
            yield f"watch {number}, message {message} of {seen[number]}: ordered {times} times"


def _moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _database(program: Program) -> Path:
    return program.folder / "data" / "tad.db"
