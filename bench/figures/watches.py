"""What becomes of followed chats: lost updates and kills, a month, long histories, quick looks."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from statistics import median

from bench import child
from bench.crash.telling import proof
from bench.figure import Figure, Goal
from bench.statistics import quantile, spread_of
from bench.watches.days import Diary, diary_of
from bench.watches.killed import Tale, told_of
from bench.watches.reaction import Reactions, reactions
from bench.watches.scan import Scan, scanned

SOAK = True
CASES = ("updates", "days", "history", "reaction")

_SIDES = 2  # programs side by side, one for each core
_TALES, _TALES_QUICK = 10, 2
_POSTS, _POSTS_QUICK = 1000, 200  # of each
_KILLS, _KILLS_QUICK = 10, 3
_WATCHES, _WATCHES_QUICK = 200, 60
_DAYS, _DAYS_QUICK = 30.0, 5.0
_HISTORY, _HISTORY_QUICK = 100_000, 10_000
_ROUNDS, _ROUNDS_QUICK = 2, 1
_LIVE, _LIVE_QUICK = 200, 20
_REACTIONS, _REACTIONS_QUICK = 60, 10
# Seconds from one posting to the next. Each takes a call, an account makes two a second, and every
# three seconds a look that comes anyway takes one or three.
_PAUSE = 3.0
_WARM = 0.5  # of a reading, until what is kept for good has been met once
_GROWTH = 24  # MiB


def measure(*, quick: bool) -> Iterator[Figure]:
    for case in CASES:
        yield from measure_case(case, quick=quick)


def measure_case(case: str, *, quick: bool) -> Iterator[Figure]:
    match case:
        case "updates":
            yield from of_updates(_tales(quick=quick))
        case "days":
            size = (_WATCHES_QUICK, _DAYS_QUICK) if quick else (_WATCHES, _DAYS)
            yield from of_days(diary_of(1, *size))
        case "history":
            size = (_HISTORY_QUICK, _ROUNDS_QUICK) if quick else (_HISTORY, _ROUNDS)
            with tempfile.TemporaryDirectory(prefix="tad-watches-") as place:
                yield from of_history(asyncio.run(scanned(Path(place), *size)))
        case _:
            many = (_LIVE_QUICK, _REACTIONS_QUICK) if quick else (_LIVE, _REACTIONS)
            with tempfile.TemporaryDirectory(prefix="tad-watches-") as place:
                found = asyncio.run(reactions(Path(place), *many, _PAUSE))
            yield from of_reactions(found, many[0])


def _tales(*, quick: bool) -> list[Tale]:
    count = _TALES_QUICK if quick else _TALES
    posts, kills = (_POSTS_QUICK, _KILLS_QUICK) if quick else (_POSTS, _KILLS)
    with ProcessPoolExecutor(_SIDES) as processes:
        return list(processes.map(told_of, range(1, count + 1), repeat(posts), repeat(kills)))


def of_updates(tales: Sequence[Tale]) -> Iterator[Figure]:
    told = sum((tale.told for tale in tales), Counter())
    detail: dict[str, object] = {
        "posts": sum(tale.posts for tale in tales),
        "kills": sum(tale.kills for tale in tales),
        "updates": dict(told),
        "days of virtual time": round(sum(tale.days for tale in tales), 2),
        "minutes of work": round(sum(tale.seconds for tale in tales) / 60, 1),
        "load": child.load(),
    }
    yield proof("watches.updates.lost", [line for tale in tales for line in tale.lost], detail)
    yield proof("watches.updates.double", [line for tale in tales for line in tale.double])
    yield proof("watches.updates.wrong", [line for tale in tales for line in tale.wrong])


def of_days(diary: Diary) -> Iterator[Figure]:
    detail: dict[str, object] = {
        "watches": diary.watches,
        "days": diary.days,
        "looks": diary.looks,
        "looks in vain": diary.failed,
        "posts": diary.posts,
        "calls": diary.calls,
        "events": dict(diary.events),
        "late by seconds": spread_of(diary.late) if diary.late else {},
        "minutes": round(diary.seconds / 60, 1),
        "load": child.load(),
    }
    yield proof("watches.days.missed", diary.missed, detail)
    yield proof("watches.days.double", diary.double)
    yield proof("watches.days.flooded", diary.flooded)
    yield proof("watches.days.wrong", diary.wrong)


def of_history(scan: Scan) -> Iterator[Figure]:
    ours, bare = median(scan.ours), median(scan.bare)
    detail: dict[str, object] = {
        "postings": scan.posts,
        "ours, postings/s": round(scan.posts / ours),
        "bare Telethon, postings/s": round(scan.posts / bare),
        "load": child.load(),
    }
    yield Figure("watches.history.speed", bare / ours, "of Telethon", Goal(at_least=0.9), detail)
    halves = [of_one[int(len(of_one) * _WARM) :] for of_one in scan.memory]
    half = max(halves, key=_grown)
    seen: dict[str, object] = {"first": half[0], "peak": max(half)}
    yield Figure("watches.history.memory", _grown(half), "MiB", Goal(at_most=_GROWTH), seen)
    again = (scan.pages_with_kill - scan.pages) / scan.pages
    pages: dict[str, object] = {"pages": scan.pages, "items at the kill": scan.killed_at}
    yield Figure("watches.history.read again", again, "share", Goal(at_most=0.05), pages)
    wrong = abs(scan.lost) + abs(scan.double)
    yield Figure("watches.history.wrong", wrong, "items", Goal(at_most=0))


def _grown(looks: list[float]) -> float:
    return max(looks) - looks[0]


def of_reactions(found: Reactions, chats: int) -> Iterator[Figure]:
    detail: dict[str, object] = {
        **spread_of(found.seconds),
        "chats": chats,
        "until all were caught up with": round(found.catching_up, 1),
        "load": child.load(),
    }
    p95 = quantile(found.seconds, 0.95)
    yield Figure("watches.reaction.p95", p95, "s", Goal(at_most=1.0), detail)
    yield Figure("watches.reaction.unheard", found.late, "postings", Goal(at_most=0))
