"""How fast and how well tracks are found among a million, beside others who search in SQLite."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench import child
from bench.figure import Figure, Goal
from bench.scratch import scratch
from bench.search.catalogue import rows
from bench.search.contender import Contender
from bench.search.contenders import PEERS, Opener
from bench.search.ours import Ours
from bench.search.queries import MIXED, Kind, pairs, questions, sample
from bench.search.race import Timing, hits, p95, race, told
from bench.search.stage import Stage, open_stage
from bench.search.with_beets import open_beets

SOAK = False

_LATENCY = Goal(at_most=10)  # ms
_TYPO_HITS = Goal(at_least=85)  # %
_FEW = 100_000  # tracks by which an index is told
_JUDGED, _BEETS = 3, 4  # seeds
_NAVIDROME, _RANKED = "navidrome", "bm25"


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured; the last of the `sizes` is the one that counts.

    What depends on the size is told only, unless it `is_judged`.
    """

    sizes: Sequence[int]
    each: int  # questions of each kind
    rounds: int
    judged: int  # questions for the hits
    items: int  # of beets
    fuzzy: int  # questions for its plugin, which takes seconds for one
    is_judged: bool

    def goal(self, *, at_most: float | None = None, at_least: float | None = None) -> Goal | None:
        return Goal(at_most=at_most, at_least=at_least) if self.is_judged else None


FULL = Scale(
    (10_000, 100_000, 1_000_000), each=40, rounds=2, judged=400, items=50_000, fuzzy=5,
    is_judged=True,
)  # fmt: skip
QUICK = Scale((2_000, 20_000), each=10, rounds=2, judged=100, items=1_000, fuzzy=2, is_judged=False)


def measure(*, quick: bool) -> Iterator[Figure]:
    scale = QUICK if quick else FULL
    folder = scratch("tad-search-")
    try:
        yield from of_sizes([Ours, *PEERS], scale, folder)
        with open_beets(folder) as both:
            yield from beside_beets(Ours, both, scale, folder / "beside-beets")
    finally:
        shutil.rmtree(folder)


def of_sizes(openers: Sequence[Opener], scale: Scale, folder: Path) -> Iterator[Figure]:
    """Measure the first of them, and the others beside it."""
    grown: dict[int, dict[str, list[Timing]]] = {}
    for size in scale.sizes:
        with open_stage(openers, size, folder / str(size)) as stage:
            grown[size] = stage.race(scale.each, scale.rounds)
            if size == scale.sizes[-1]:
                yield from _of_times(stage.ours.name, grown[size], scale)
                yield from _of_hits(stage, scale)
                yield from _of_index(stage, scale)
                yield from _of_memory(stage, scale)
        shutil.rmtree(folder / str(size))
    yield _of_growth(grown, scale)


def beside_beets(
    opener: Opener, both: tuple[Contender, Contender], scale: Scale, folder: Path
) -> Iterator[Figure]:
    """Ask beets' own library of the same items: words as substrings, and its fuzzy plugin."""
    folder.mkdir()
    exact, fuzzy = both
    known = sample(rows(scale.items), scale.items, 1000)
    with closing(opener(folder)) as first:
        for one in (first, exact):
            one.build(rows(scale.items))
        detail: dict[str, object] = {"items": scale.items, "load": child.load()}
        for peer, kind, name, each, goal in (
            (exact, Kind.TWO, "substring", scale.each, scale.goal(at_least=20)),
            (fuzzy, Kind.TYPOS, "fuzzy", scale.fuzzy, scale.goal(at_least=1000)),
        ):
            race([first, peer], questions(known, [kind], 1, _JUDGED), 1)
            timings = race([first, peer], questions(known, [kind], each, _BEETS), 1)
            table = detail | told(timings, {kind})
            ratio = p95(timings[peer.name], {kind}) / p95(timings[first.name], {kind})
            yield Figure(f"search.beets.{name}", ratio, "times slower", goal, table)


def _of_times(name: str, timings: Mapping[str, Sequence[Timing]], scale: Scale) -> Iterator[Figure]:
    about: dict[str, object] = {"tracks": scale.sizes[-1], "load": child.load()}
    mine = timings[name]
    mixed = p95(mine, MIXED)
    yield Figure("search.mixed", mixed, "ms", _LATENCY, about | told(timings, MIXED))
    for kind in Kind:
        yield Figure(f"search.{kind}", p95(mine, {kind}), "ms", _LATENCY, told(timings, {kind}))
    for peer in [peer for peer in timings if peer != name]:
        goal = scale.goal(at_least=8) if peer == _NAVIDROME else None
        yield Figure(f"search.{peer}", p95(timings[peer], MIXED) / mixed, "times slower", goal)


def _of_hits(stage: Stage, scale: Scale) -> Iterator[Figure]:
    typed, wrong = pairs(stage.known, scale.judged, _JUDGED)
    ranked = next(one for one in stage.contenders if one.name == _RANKED)
    right, theirs = hits(stage.ours, typed), hits(ranked, typed)
    detail: dict[str, object] = {"questions": len(typed)}
    yield Figure("search.hits", right, "%", Goal(at_least=theirs), detail | {_RANKED: theirs})
    detail[_RANKED] = hits(ranked, wrong)
    yield Figure("search.hits with typos", hits(stage.ours, wrong), "%", _TYPO_HITS, detail)


def _of_index(stage: Stage, scale: Scale) -> Iterator[Figure]:
    part = stage.count / _FEW
    sizes = {name: taken.index.bytes / 1e6 / part for name, taken in stage.taken.items()}
    cpus = {name: taken.index.cpu / part for name, taken in stage.taken.items()}
    rates = {name: stage.count / taken.cpu for name, taken in stage.taken.items()}
    for name, values, unit, goal in (
        ("index", sizes, "MB/100k tracks", scale.goal(at_most=25)),
        ("index CPU", cpus, "s/100k tracks", scale.goal(at_most=2)),
        ("ingest", rates, "tracks/CPU-s", scale.goal(at_least=20_000)),
    ):
        peers: dict[str, object] = {peer: round(value, 2) for peer, value in values.items()}
        yield Figure(f"search.{name}", values[stage.ours.name], unit, goal, peers)


def _of_memory(stage: Stage, scale: Scale) -> Iterator[Figure]:
    peak = stage.memory(scale.each)
    yield Figure("search.memory", peak, "MiB", Goal(at_most=300), {"tracks": stage.count})


def _of_growth(grown: Mapping[int, Mapping[str, Sequence[Timing]]], scale: Scale) -> Figure:
    """Compare the largest catalogue with the smallest."""
    names = list(grown[scale.sizes[0]])
    walls = {name: [p95(grown[size][name], MIXED) for size in scale.sizes] for name in names}
    detail: dict[str, object] = {
        "tracks": list(scale.sizes),
        **{name: [round(wall, 2) for wall in all_] for name, all_ in walls.items()},
    }
    mine = walls[names[0]]
    return Figure("search.growth", mine[-1] / mine[0], "times", scale.goal(at_most=10), detail)
