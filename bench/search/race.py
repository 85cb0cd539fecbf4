"""Asks all contenders the same, and takes the time of each answer."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bench.search.contender import Contender
from bench.search.queries import Kind, Question
from bench.statistics import quantile

LIMIT = 20  # answers that are asked for


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one question took, in milliseconds."""

    kind: Kind
    wall: float
    cpu: float


def race(
    contenders: Sequence[Contender], questions: Sequence[Question], rounds: int
) -> dict[str, list[Timing]]:
    """Ask each question of all, one right after the other, and all questions so many times.

    Returns the median of the rounds for each question. Who begins changes with every question:
    what else the machine does meanwhile hits all alike.
    """
    looks: dict[str, list[list[Timing]]] = {one.name: [[] for _ in questions] for one in contenders}
    for turn in range(rounds):
        for number, question in enumerate(questions):
            first = (turn + number) % len(contenders)
            for contender in (*contenders[first:], *contenders[:first]):
                looks[contender.name][number].append(timed(contender, question))
    return {name: [_median(same) for same in all_] for name, all_ in looks.items()}


def timed(contender: Contender, question: Question) -> Timing:
    begin, cpu = time.perf_counter(), time.process_time()
    contender.find(question.text, LIMIT)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - begin
    return Timing(question.kind, 1000 * wall, 1000 * cpu)


def hits(contender: Contender, questions: Sequence[Question]) -> float:
    """Return the percentage for which the track in mind is among the first ten."""
    found = sum(one.id in contender.find(one.text, LIMIT)[:10] for one in questions)
    return 100 * found / max(1, len(questions))


def p95(timings: Sequence[Timing], kinds: Collection[Kind]) -> float:
    return quantile([one.wall for one in timings if one.kind in kinds], 0.95)


def told(timings: Mapping[str, Sequence[Timing]], kinds: Collection[Kind]) -> dict[str, object]:
    """Tell median and p95 of each contender, on the clock and of CPU."""
    table: dict[str, object] = {}
    for name, all_ in timings.items():
        those = [one for one in all_ if one.kind in kinds]
        walls, cpus = [one.wall for one in those], [one.cpu for one in those]
        table[name] = {"ms": _ends(walls), "CPU ms": _ends(cpus), "questions": len(those)}
    return table


def _ends(values: Sequence[float]) -> list[float]:
    return [round(quantile(values, share), 2) for share in (0.5, 0.95)]


def _median(same: Sequence[Timing]) -> Timing:
    wall, cpu = [one.wall for one in same], [one.cpu for one in same]
    return Timing(same[0].kind, quantile(wall, 0.5), quantile(cpu, 0.5))
