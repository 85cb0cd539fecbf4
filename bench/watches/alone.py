"""Plays one seed by itself: in virtual time, without threads, in a folder that goes with it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol, TypeVar

from bench.matrix.onlooker import overheard
from bench.scratch import scratch
from bench.virtual.loop import VirtualLoop
from bench.virtual.threads import without_threads


class Told(Protocol):
    """What came of it; `wrong` is what the log complained of, `seconds` are of the machine."""

    wrong: list[str]
    seconds: float


T = TypeVar("T", bound=Told)


def played(seed: int, lived: Callable[[Path], Coroutine[Any, Any, T]]) -> T:
    folder, begun = scratch("tad-watches-"), perf_counter()
    try:
        with (
            without_threads(),
            overheard() as errors,
            asyncio.Runner(loop_factory=lambda: VirtualLoop(seed)) as runner,
        ):
            told = runner.run(lived(folder))
        told.wrong += [f"log: {line}" for line in errors]
    finally:
        shutil.rmtree(folder)
    told.seconds = perf_counter() - begun
    return told
