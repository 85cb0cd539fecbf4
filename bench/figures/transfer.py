"""How fast files come beside other clients, and at what cost, on one imitated Telegram."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from statistics import median
from time import process_time

import cryptg

from bench import child
from bench.figure import Figure, Goal
from bench.transfer import cases, telling
from bench.transfer.arena import Arena, Files, Run, open_arena
from bench.transfer.cases import BARE, CONNECTIONS, OURS, TDL, TELETHON, TELETHON_512, Case, Scale
from bench.transfer.model import KIB, MB, MIB, Line, limit
from bench.transfer.server import Trouble
from downloader.window import Limits

SOAK = False
CASES = ("small", "large", "many", "rtt", "cpu", "troubles", "memory")

_WARM, _ONE_PART = 8 * MIB, 64 * KIB
_OURS_WARM = 64 * MIB  # it opens its connections one by one, while they bring something
_OVER_TELETHON, _OVER_TDL = 20, 2
_LONGEST = 1.5  # of all that are fetched at once, the last over the first
_SERVER = 97  # percent of the limit that the server must be able to give
_CPU, _STRETCH = 1.1, 1.3
_ALLOWED = 90  # percent of what the server allows in spite of a trouble
_WAITS = {Trouble.FLOOD: 1.0, Trouble.DROP: 3 * cases.FAR.rtt, Trouble.EXPIRED: cases.FAR.rtt}
_OTHER_CALLS = 0.05  # MiB, for hashes and for looking up
_AROUND = 256  # bytes of the protocol around those of one answer
_MEMORY_LINE = Line(0.020, 20 * MB, CONNECTIONS)
# As wide as our window may get.
_FULL_WINDOW = CONNECTIONS * Limits().most / MIB
_OVER_THE_WINDOW = 16  # MiB
_GIB = 1 << 30


def measure(*, quick: bool) -> Iterator[Figure]:
    for case in CASES:
        yield from measure_case(case, quick=quick)


def measure_case(case: str, *, quick: bool) -> Iterator[Figure]:
    with open_arena() as arena:
        yield from figures(case, arena, cases.QUICK if quick else cases.WHOLE)


def figures(case: str, arena: Arena, scale: Scale) -> Iterator[Figure]:
    """Race one of the cases."""
    races: dict[str, Callable[[Arena, Scale], Iterator[Figure]]] = {
        "small": _small,
        "large": _large,
        "many": _many,
        "rtt": _round_trips,
        "cpu": _cpu,
        "troubles": _troubles,
        "memory": _memory,
    }
    yield from races[case](arena, scale)


def race(arena: Arena, case: Case, scale: Scale, *, keep: bool = True) -> dict[str, list[Run]]:
    """Let all of them fetch in turn, so that noise hits all alike; each is warm before.

    One that failed is not asked again: a client that is refused may try for as long as it is let.
    """
    arena.wire(case.line)
    files = {
        name: arena.files(case.share(name)[1], case.share(name)[0]) for name in case.contenders
    }
    patience = timedelta(seconds=scale.patience)
    for name in case.contenders:
        _warm(arena, name, _OURS_WARM if name == OURS else _WARM, patience)
    runs: dict[str, list[Run]] = {name: [] for name in case.contenders}
    for _ in range(scale.repeats):
        for name, each in runs.items():
            if each and each[-1].error:
                continue
            run = arena.fetch(name, files[name], at_once=case.at_once, keep=keep, within=patience)
            each.append(run)
    return runs


def _warm(arena: Arena, name: str, size: int, patience: timedelta) -> None:
    arena.fetch(name, arena.files(size), at_once=1, keep=True, within=patience)


def _small(arena: Arena, scale: Scale) -> Iterator[Figure]:
    case = cases.small(scale)
    runs = race(arena, case, scale)
    yield from _shares(case, runs)
    for peer, least in ((TELETHON, _OVER_TELETHON), (TDL, _OVER_TDL)):
        times = telling.rate(runs, OURS) / telling.rate(runs, peer)
        yield Figure(f"transfer.small.over {peer}", times, "times", Goal(at_least=least))


def _large(arena: Arena, scale: Scale) -> Iterator[Figure]:
    case = cases.large(scale)
    yield from _shares(case, race(arena, case, scale))


def _round_trips(arena: Arena, scale: Scale) -> Iterator[Figure]:
    for case in cases.round_trips(scale):
        yield from _shares(case, race(arena, case, scale))


def _many(arena: Arena, scale: Scale) -> Iterator[Figure]:
    for case in cases.many(scale):
        runs = race(arena, case, scale)
        yield from _shares(case, runs)
    spread = median(run.spread for run in telling.good(runs, OURS))
    detail: dict[str, object] = {"files": case.count, "at once": case.at_once}
    yield Figure(
        "transfer.many.slowest over fastest", spread, "times", Goal(at_most=_LONGEST), detail
    )


def _shares(case: Case, runs: telling.Runs) -> Iterator[Figure]:
    """Yield the share of the model limit that ours reached, and what the server can give."""
    best = limit(case.line, case.size, case.count, case.at_once)
    detail = _about(case) | {"limit MB/s": round(best / MB, 2)} | telling.told(runs)
    share = 100 * telling.rate(runs, OURS) / best
    yield Figure(f"transfer.{case.name}", share, "% of limit", Goal(at_least=case.least), detail)
    if BARE in runs:
        share = 100 * telling.rate(runs, BARE) / best
        cpu = median(run.server["cpu"] / run.client["seconds"] for run in telling.good(runs, BARE))
        yield Figure(
            f"transfer.{case.name}.server", share, "% of limit", Goal(at_least=_SERVER),
            {"server CPU": f"{cpu:.0%} of a core", "load": child.load()},
        )  # fmt: skip


def _cpu(arena: Arena, scale: Scale) -> Iterator[Figure]:
    contenders = (OURS, TELETHON, TELETHON_512, cases.KURIGRAM)
    case = Case("cpu", cases.NEAR, scale.huge, 0, contenders)
    runs = race(arena, case, scale, keep=False)
    ours, theirs = _cost(runs, OURS), _cost(runs, TELETHON_512)
    floor = _floor(scale.huge)
    detail = _about(case) | {"floor s/GB": round(floor, 2)} | telling.told(runs)
    goal = Goal(at_most=round(_CPU * theirs, 2))
    yield Figure("transfer.cpu", ours, "s/GB", goal, detail)
    stretch: dict[str, object] = {"stretch": f"<= {_STRETCH}"}
    yield Figure("transfer.cpu.over the floor", ours / floor, "times", detail=stretch)


def _cost(runs: telling.Runs, name: str) -> float:
    return median(run.cpu_per_gb for run in telling.good(runs, name))


def _floor(size: int) -> float:
    """Return the seconds per GB that the cipher and the hash take alone, in parts of 512 KiB."""
    part, key = bytes(512 * KIB), bytes(32)
    begin = process_time()
    for _ in range(size // len(part)):
        cryptg.decrypt_ige(part, key, key)
        sha256(part).digest()
    return (process_time() - begin) / size * 1000 * MB


def _troubles(arena: Arena, scale: Scale) -> Iterator[Figure]:
    """Strike once in the middle of a large file, and see what that costs."""
    line = cases.FAR
    arena.wire(line)
    for trouble, wait in _WAITS.items():
        arena.dismiss(OURS)  # it remembers a trouble, and a line without delay, for a minute
        _warm(arena, OURS, _OURS_WARM, timedelta(seconds=scale.patience))
        runs = [_struck(arena, scale, trouble) for _ in range(scale.repeats)]
        whole = telling.good({OURS: runs}, OURS)
        best = scale.large / (scale.large / limit(line, scale.large) + wait)
        share = 100 * median(run.rate for run in whole) / best
        detail = {"limit MB/s": round(best / MB, 2)} | telling.told({OURS: runs})
        name = f"transfer.{trouble}"
        yield Figure(name, share, "% of allowed", Goal(at_least=_ALLOWED), detail)
        twice = max(run.twice for run in whole) / MIB
        yield Figure(f"{name}.twice", twice, "MiB", Goal(at_most=_excused(trouble, whole[-1])))


def _excused(trouble: Trouble, run: Run) -> float:
    """Return the MiB that may be sent twice: what was in flight on a line that broke."""
    protocol = float(run.server["requests"] * _AROUND / MIB) + _OTHER_CALLS
    if trouble is not Trouble.DROP:
        return protocol
    return float(run.server["most in flight"] * run.client["part KiB"] / 1024) + protocol


def _struck(arena: Arena, scale: Scale, trouble: Trouble) -> Run:
    files = arena.files(scale.large)
    arena.trouble(trouble, scale.large // MIB // 2, files)
    patience = timedelta(seconds=scale.patience)
    return arena.fetch(OURS, files, at_once=1, keep=True, within=patience)


def _memory(arena: Arena, scale: Scale) -> Iterator[Figure]:
    """Ask each client for one file and, started anew, for many at once."""
    arena.wire(_MEMORY_LINE)
    steps = [(1, scale.each), (scale.count, scale.each)]
    if scale is cases.WHOLE:
        steps.append((1, 2 * _GIB))
    grown: dict[str, dict[str, object]] = {}
    peak, patience = 0.0, timedelta(seconds=scale.patience)
    for name in (OURS, TELETHON, cases.KURIGRAM):
        grown[name] = {}
        for count, size in steps[: None if name == OURS else 2]:
            run = _cold(arena, name, arena.files(size, count), patience)
            grown[name][f"{count} x {size // MIB} MiB"] = run.error or round(run.growth, 1)
            peak = max(peak, run.growth) if name == OURS else peak
    detail = {"window": _FULL_WINDOW, "load": child.load(), **grown}
    goal = Goal(at_most=_FULL_WINDOW + _OVER_THE_WINDOW)
    yield Figure("transfer.memory", peak, "MiB", goal, detail)


def _cold(arena: Arena, name: str, files: Files, patience: timedelta) -> Run:
    arena.dismiss(name)
    # Kurigram opens a connection for each of its first downloads, and is refused.
    _warm(arena, name, _ONE_PART, patience)
    count = len(files.messages)
    run = arena.fetch(name, files, at_once=count, keep=True, within=patience)
    return run if name != OURS else telling.good({name: [run]}, name)[0]


def _about(case: Case) -> dict[str, object]:
    return {
        "size MiB": case.size // MIB,
        "files": case.count,
        "at once": case.at_once,
        "rtt ms": round(case.line.rtt * 1000),
        "MB/s of a connection": case.line.rate and case.line.rate / MB,
        "allowed connections": case.line.connections,
        "load": child.load(),
    }
