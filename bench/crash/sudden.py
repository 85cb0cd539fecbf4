"""One job of many files, and a light program with all its threads that is killed now and then."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from dataclasses import dataclass, field

from bench.crash.life import Order
from bench.crash.shapes import CROWD
from bench.crash.verdict import Verdict, judge
from bench.crash.ward import Ward

_PART_TAKES = 0.003  # seconds: a job outlasts some lives
_LONGEST = 0.5  # seconds from the birth to the kill; a third of that is the start
_MOST = 20  # kills of one job; the next one begins in empty folders


@dataclass(slots=True)
class Tale:
    """What happened to some jobs. `in_flight` counts the kills that met unfinished files."""

    kills: int = 0
    in_flight: int = 0
    before_the_order: int = 0
    crashes: list[str] = field(default_factory=list)
    verdicts: list[tuple[str, Verdict]] = field(default_factory=list)


def killed(ward: Ward, seed: int, kills: int) -> Tale:
    """Kill so many lives, of as many jobs as it takes."""
    chance = random.Random(seed)
    tale = Tale()
    while tale.kills < kills:
        _job(ward, chance, tale, min(_MOST, kills - tale.kills))
    return tale


def _job(ward: Ward, chance: random.Random, tale: Tale, kills: int) -> None:
    folder = ward.folder(CROWD)
    order = Order(CROWD.name, str(folder), in_line=False, delay=_PART_TAKES)
    for _ in range(kills):
        process = ward.nursery.bear(order)
        time.sleep(chance.uniform(0, _LONGEST))
        os.kill(process, signal.SIGKILL)
        code = ward.nursery.end()
        if code == -signal.SIGKILL:
            tale.kills += 1
            tale.in_flight += any((folder / "music" / ".tad").glob("*.part"))
            tale.before_the_order += not (folder / "music" / ".tad").exists()
            continue
        if code != 0:
            tale.crashes.append(f"{folder}: exit code {code}")
        break  # it had come to its end
    verdict = judge(CROWD, folder, ward.nursery.lived(order))
    tale.verdicts.append((f"job {len(tale.verdicts) + 1} in {folder}", verdict))
    if verdict.is_sound:
        shutil.rmtree(folder)
