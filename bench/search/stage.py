"""One catalogue, taken up by all who are compared, and what they made of the questions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.search.catalogue import Row, rows
from bench.search.contender import Built, Contender
from bench.search.contenders import Opener, opened
from bench.search.queries import Kind, questions, sample
from bench.search.race import LIMIT, Timing, race
from bench.transfer.child import open_child

_KNOWN = 4000  # tracks that questions are about
_WARMING, _ASKED = 1, 2  # seeds
_WARM = 3  # questions of each kind
_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Taken:
    """What it took to take up all tracks: `cpu` for everything, in seconds, and the index."""

    cpu: float
    index: Built


@dataclass(frozen=True, slots=True)
class Stage:
    """The first of the contenders is the one that the figures are about."""

    count: int
    folder: Path
    known: Sequence[Row]
    contenders: Sequence[Contender]
    taken: Mapping[str, Taken]

    @property
    def ours(self) -> Contender:
        return self.contenders[0]

    def race(self, each: int, rounds: int) -> dict[str, list[Timing]]:
        """Ask so many questions of each kind, after a few that warm everybody up."""
        race(self.contenders, questions(self.known, Kind, _WARM, _WARMING), 1)
        return race(self.contenders, questions(self.known, Kind, each, _ASKED), rounds)

    def memory(self, each: int) -> float:
        """Return the peak, in MiB, of a fresh process that only searches."""
        kind = type(self.ours)
        texts = [one.text for one in questions(self.known, Kind, each, _ASKED)]
        name = f"{kind.__module__}:{kind.__qualname__}"
        with open_child("bench.search.child", name, str(self.folder)) as child:
            told = child.ask({"find": texts, "limit": LIMIT}, _PATIENCE)
        return float(told["MiB"])


@contextmanager
def open_stage(openers: Sequence[Opener], count: int, folder: Path) -> Iterator[Stage]:
    folder.mkdir()
    begin = time.process_time()
    known = sample(rows(count), count, _KNOWN)
    making = time.process_time() - begin
    with opened(openers, folder) as contenders:
        taken = {one.name: _taken(one, count, making) for one in contenders}
        yield Stage(count, folder, known, contenders, taken)


def _taken(contender: Contender, count: int, making: float) -> Taken:
    begin = time.process_time()
    index = contender.build(rows(count))
    # The tracks are made up while they are taken, and that is nobody's merit or fault.
    return Taken(max(0.001, time.process_time() - begin - making), index)
