"""One job of many files, and a light program with all its threads that is killed now and then."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.crash.life import Order
from bench.crash.shapes import CROWD
from bench.crash.verdict import Verdict, judge
from bench.crash.ward import Ward

_PART_TAKES = 0.003  # seconds
_MOST = 20  # kills of one job; the next one begins in empty folders


@dataclass(slots=True)
class Tale:
    """What happened to some jobs. `in_flight` counts the kills that met unfinished files."""

    kills: int = 0
    in_flight: int = 0
    before_the_library: int = 0
    crashes: list[str] = field(default_factory=list)
    verdicts: list[tuple[str, Verdict]] = field(default_factory=list)


def killed(ward: Ward, seed: int, kills: int) -> Tale:
    """Kill so many lives, of as many jobs as it takes."""
    chance = random.Random(seed)
    tale = Tale()
    longest = _undisturbed(ward, tale)
    while tale.kills < kills:
        moments = [chance.uniform(0, longest) for _ in range(min(_MOST, kills - tale.kills))]
        _job(ward, moments, tale)
    return tale


def _undisturbed(ward: Ward, tale: Tale) -> float:
    """Return the seconds that a whole job takes."""
    begin = time.monotonic()
    _job(ward, [], tale)
    return time.monotonic() - begin


def _job(ward: Ward, moments: Sequence[float], tale: Tale) -> None:
    folder = ward.folder(CROWD)
    order = Order(CROWD.name, str(folder), in_line=False, delay=_PART_TAKES)
    for moment in moments:
        process = ward.nursery.bear(order)
        time.sleep(moment)
        os.kill(process, signal.SIGKILL)
        code = ward.nursery.end()
        if code != -signal.SIGKILL:  # it had come to its end
            tale.crashes += [f"{folder}: exit code {code}"] if code else []
            break
        tale.kills += 1
        tale.in_flight += any((folder / "music" / ".tad").glob("*.part"))
        tale.before_the_library += not (folder / "music" / ".tad").exists()
    verdict = judge(CROWD, folder, ward.nursery.lived(order))
    tale.verdicts.append((f"job {len(tale.verdicts) + 1} in {folder}", verdict))
    if verdict.is_sound:
        shutil.rmtree(folder)
