"""Tries states of the disk one after the other, each drawn from a seed and a number."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import structlog

from bench.power.disk import Tree, Way, fingerprint, left
from bench.power.effects import Record
from bench.power.replay import Finding, findings, lay_out

# What is sure to come or not to come differs little from one moment to the next.
_WEIGHTS = {Way.ANYTHING: 5, Way.JOURNAL: 3, Way.DROPPED: 1, Way.KEPT: 1}
_DRAWS = 5  # for each state that is wanted; many are the same


@dataclass(frozen=True, slots=True)
class State:
    """One disk: what it holds, and what had been promised when the power went."""

    way: Way
    tree: Tree
    promises: frozenset[str]

    def fingerprint(self) -> tuple[bytes, frozenset[str]]:
        return fingerprint(self.tree), self.promises


@dataclass(slots=True)
class Trial:
    """What came of many states; each line of `found` tells how to draw the state again."""

    moments: int
    tried: Counter[Way] = field(default_factory=Counter)
    found: list[tuple[Finding, str]] = field(default_factory=list)

    def of(self, kind: Finding) -> list[str]:
        return [line for found, line in self.found if found is kind]


def drawn(record: Record, cuts: Sequence[int], seed: int, number: int) -> State:
    """Draw a state; the same numbers draw the same."""
    chance = Random(f"{seed} {number}")
    cut = chance.choice(cuts)
    way = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    tree = left(record, cut, way, chance)
    return State(way, tree, frozenset(told for moment, told in record.marks if moment < cut))


def tried(
    name: str, record: Record, cuts: Sequence[int], seed: int, wanted: int, place: Path
) -> Trial:
    """Try so many states that are all different, with the power cut at one of these moments."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    trial, seen = Trial(len(cuts)), set()
    for number in range(wanted * _DRAWS):
        state = drawn(record, cuts, seed, number)
        if (mark := state.fingerprint()) in seen:
            continue
        seen.add(mark)
        trial.tried[state.way] += 1
        lay_out(state.tree, place)
        for kind, line in asyncio.run(findings(place, state.promises)):
            trial.found.append((kind, f"{name}, state {number}, {state.way}: {line}"))
        if len(seen) == wanted:
            break
    return trial
