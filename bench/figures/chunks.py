"""What gets into the library when Telegram's answers are wrong in nine ways."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import structlog

from bench import child
from bench.chunks.faults import SHOW_BY_LENGTH, Fault
from bench.chunks.gauntlet import Gauntlet
from bench.chunks.passage import Passage
from bench.chunks.wire import Road
from bench.figure import Figure, Goal
from downloader.proof import CheckBytes

SOAK = True

_SEEDS, _SEEDS_QUICK = 500, 12
_TOLD, _TOLD_QUICK = 60, 6  # seeds where the figure is only told, or goes over a wire
_SHOWN = 10
_NONE = Goal(at_most=0)


def measure(*, quick: bool) -> Iterator[Figure]:
    seeds, told = (_SEEDS_QUICK, _TOLD_QUICK) if quick else (_SEEDS, _TOLD)
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), fresh) as pool:
        checked = [(fault, pool.submit(straight, fault, seeds, CheckBytes.ALL)) for fault in Fault]
        wired = [
            (fault, pool.submit(over_a_wire, fault, told))
            for fault in Fault
            if fault is not Fault.LYING  # the sandbox never lies about a size
        ]
        others = [
            (fault, check, pool.submit(straight, fault, told, check))
            for fault in Fault
            for check in (CheckBytes.RISKY, CheckBytes.OFF)
        ]
        for fault, passage in checked:
            yield from figures_of(f"chunks.{fault}", passage.result(), seeds)
        for fault, passage in wired:
            yield from figures_of(f"chunks.wire.{fault}", passage.result(), told)
        for fault, check, passage in others:
            yield unchecked(fault, check, passage.result())


def straight(fault: Fault, seeds: int, check: CheckBytes) -> Passage:
    """Let the engine ask a source that is struck."""
    _be_quiet()
    with tempfile.TemporaryDirectory(prefix="tad-chunks-") as name:
        return asyncio.run(Gauntlet(fault, range(seeds), check).run(Path(name)))


def over_a_wire(fault: Fault, seeds: int) -> Passage:
    """Let the engine ask through its own adapter and MTProto."""
    _be_quiet()
    with tempfile.TemporaryDirectory(prefix="tad-chunks-") as name:
        return asyncio.run(Road(fault, range(seeds), CheckBytes.ALL).run(Path(name)))


def figures_of(name: str, passage: Passage, seeds: int) -> Iterator[Figure]:
    detail: dict[str, object] = {
        "seeds": seeds,
        "files": passage.files,
        "wrong answers": passage.struck,
        **passage.ends,
        "found": passage.wrong[:_SHOWN],
        "load": child.load(),
    }
    yield Figure(f"{name}.wrong", len(passage.wrong), "files", _NONE, detail)
    lost: dict[str, object] = {"found": passage.lost[:_SHOWN]}
    yield Figure(f"{name}.lost", len(passage.lost), "files", _NONE, lost)


def unchecked(fault: Fault, check: CheckBytes, passage: Passage) -> Figure:
    """Tell what would get in; what shows by its length never does."""
    goal = _NONE if fault in SHOW_BY_LENGTH else None
    detail: dict[str, object] = {"files": passage.files, **passage.ends}
    return Figure(f"chunks.{fault}.{check}", len(passage.wrong), "files", goal, detail)


def _be_quiet() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
