from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bench.figure import CannotMeasureError, Figure
from bench.figures import transfer
from bench.transfer import cases
from bench.transfer.arena import Arena, Files, Progress, Run, open_arena
from bench.transfer.cases import BARE, OURS, QUICK, TDL, TELETHON, TELETHON_512
from bench.transfer.model import MB, MIB, Line

PATIENCE = timedelta(seconds=60)


class Canned:
    """An arena in which each client always reaches the same speed."""

    def __init__(self, rates: dict[str, float], broken: frozenset[str] = frozenset()) -> None:
        self.rates = rates
        self.broken = broken
        self.asked: list[tuple[str, int, int]] = []

    def files(self, size: int, count: int = 1) -> Files:
        return Files(size, tuple(range(count)), ("",) * count)

    def wire(self, line: Line) -> None: ...

    def trouble(self, kind: str, skip: int, files: Files) -> None: ...

    def dismiss(self, name: str) -> None: ...

    def fetch(self, name: str, files: Files, *, at_once: int, keep: bool, within: timedelta) -> Run:
        self.asked.append((name, len(files.messages), at_once))
        seconds = files.bytes / self.rates.get(name, 3.0 * MB)
        client = {
            "seconds": seconds, "cpu": 3.0 * files.bytes / (1000 * MB), "finishes": [1.0, 1.2],
            "idle": 100.0, "peak": 110.0, "part KiB": 256, "window": "4",
        }  # fmt: skip
        server = {
            "cpu": 0.1, "sent": files.bytes, "requests": 1, "refused": 0, "connections": 1,
            "most in flight": 4,
        }  # fmt: skip
        return Run(files.bytes, client, server, "refused" if name in self.broken else None)


def told(canned: Canned) -> dict[str, Figure]:
    arena: Any = canned
    scale = replace(QUICK, huge=MIB)
    figures = [figure for case in transfer.CASES for figure in transfer.figures(case, arena, scale)]
    return {figure.figure.removeprefix("transfer."): figure for figure in figures}


def test_each_goal_is_judged() -> None:
    arena = Canned({OURS: 32.0 * MB, BARE: 47.0 * MB, TELETHON: 1.0 * MB, TDL: 17.0 * MB})

    figures = told(arena)
    met = {name: not figure.is_missed for name, figure in figures.items()}

    assert met == {
        "small": True, "small.server": True,
        "small.over telethon": True, "small.over tdl-like": False,
        "large": False, "large.server": True,
        "many.1": True, "many.4": False, "many.32": False, "many.slowest over fastest": True,
        "rtt.20": False, "rtt.20.server": True, "rtt.50": False, "rtt.50.server": True,
        "rtt.100": False, "rtt.100.server": True, "rtt.150": False, "rtt.150.server": True,
        "cpu": True, "cpu.over the floor": True,
        "premium flood": True, "premium flood.twice": True,
        "dropped connection": True, "dropped connection.twice": True,
        "expired reference": False, "expired reference.twice": True,
        "memory": True,
    }  # fmt: skip
    assert 35.13 == figures["small"].detail["limit MB/s"]
    assert ">= 93" == str(figures["large"].goal)
    assert "<= 3.3" == str(figures["cpu"].goal)
    assert "<= 48" == str(figures["memory"].goal)


def test_clients_take_turns_and_are_warm_before() -> None:
    arena: Any = Canned({})
    case = cases.Case("pair", cases.FAR, MIB, 85, (OURS, TELETHON_512), 3, 2, 2)

    transfer.race(arena, case, cases.Scale(2, MIB, MIB, 1, MIB, MIB, 10.0))

    ours, theirs = (OURS, 3, 2), (TELETHON_512, 2, 2)
    warm = [(OURS, 1, 1), (TELETHON_512, 1, 1)]
    assert [*warm, ours, theirs, ours, theirs] == arena.asked


def test_who_failed_is_not_asked_again() -> None:
    arena: Any = Canned({}, frozenset({TELETHON_512}))
    case = cases.Case("pair", cases.FAR, MIB, 85, (OURS, TELETHON_512))

    runs = transfer.race(arena, case, cases.Scale(3, MIB, MIB, 1, MIB, MIB, 10.0))

    assert {OURS: 3, TELETHON_512: 1} == {name: len(each) for name, each in runs.items()}


def test_a_peer_that_fails_is_told() -> None:
    figures = told(Canned({}, frozenset({cases.KURIGRAM})))

    assert {"failed": 1, "error": "refused", "refused": 0} == figures["small"].detail["kurigram"]


def test_nothing_can_be_measured_if_ours_fails() -> None:
    with pytest.raises(CannotMeasureError, match="ours: refused"):
        told(Canned({}, frozenset({OURS})))


@pytest.mark.parametrize(
    ("looks", "stuck"),
    [
        ([(0, 9.0)], False),
        ([(0, 11.0)], True),
        ([(1, 9.0), (1, 18.0)], False),
        ([(1, 9.0), (2, 18.0), (2, 29.0)], True),
        ([(1, 11.0)], False),
    ],
)
def test_who_asks_for_nothing_for_long_is_stuck(
    looks: list[tuple[int, float]], stuck: bool
) -> None:
    progress = Progress(timedelta(seconds=10), since=0.0)

    assert stuck == [progress.is_stuck(requests, now) for requests, now in looks][-1]


def test_a_client_that_is_stuck_is_told() -> None:
    with open_arena(stuck=timedelta(seconds=1)) as arena:
        arena.wire(cases.NEAR)
        files = arena.files(MIB)
        fetched(arena, files)
        arena.wire(Line(0.0, 1000.0, 1))

        assert "stuck: it asked for nothing in 0:00:01" == fetched(arena, files).error


@pytest.fixture
def arena() -> Iterator[Arena]:
    with open_arena() as arena:
        yield arena


def test_a_client_races_in_a_process_of_its_own(arena: Arena) -> None:
    arena.wire(cases.NEAR)
    files = arena.files(MIB, 2)

    run = arena.fetch(OURS, files, at_once=2, keep=True, within=PATIENCE)
    of_one = arena.fetch(OURS, files.first(1), at_once=1, keep=False, within=PATIENCE)

    assert (None, None) == (run.error, of_one.error)
    assert list(files.digests) == run.client["digests"]
    assert (1, 0) == (run.server["connections"], run.server["refused"])
    assert run.twice < MIB / 100


def test_other_bytes_and_missing_files_are_failures(arena: Arena) -> None:
    arena.wire(cases.NEAR)
    files = arena.files(MIB)
    forged = Files(files.size, files.messages, ("0" * 64,))
    unknown = Files(files.size, (999,), files.digests)

    assert "1 files came with other bytes" == fetched(arena, forged).error
    assert fetched(arena, unknown).error is not None
    assert fetched(arena, files).error is None


def fetched(arena: Arena, files: Files) -> Run:
    return arena.fetch(OURS, files, at_once=1, keep=True, within=PATIENCE)
