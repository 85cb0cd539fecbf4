"""How soon the bot answers a person while ten downloads are running."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

from bench import child
from bench.figure import CannotMeasureError, Figure, Goal
from bench.stand import CHAT, MB, Stand, open_stand
from bench.statistics import quantile, spread_of
from sandbox.faults import Wire

SOAK = False

_DOWNLOADS = 10
# So large and so slow that not one of them ends while the questions are asked.
_SIZE = 128 * MB
_WIRE = Wire(bandwidth=2 * MB)
_PAUSE = 1.2  # seconds between two questions: a bot may send about one message a second to a chat
_PATIENCE = timedelta(seconds=60)
# `{}` makes each request another one, because the same one twice is one job.
_QUESTIONS = ("/help", "/status", "/download nonsense", f"/download @{CHAT} {{}}")


def measure(*, quick: bool) -> Iterator[Figure]:
    asked = asyncio.run(_asked(12 if quick else 60))
    times = [seconds * 1000 for _, seconds in asked]
    detail: dict[str, object] = {
        command: spread_of([seconds * 1000 for name, seconds in asked if name == command])
        for command in dict.fromkeys(name for name, _ in asked)
    }
    detail |= {"commands": len(times), "downloads": _DOWNLOADS, "load": child.load()}
    yield Figure("reply.median", quantile(times, 0.5), "ms", Goal(at_most=100), detail)
    yield Figure("reply.p95", quantile(times, 0.95), "ms")


async def _asked(count: int) -> list[tuple[str, float]]:
    """Return each question with the seconds until its first answer."""
    settings = {"WORKERS": str(_DOWNLOADS)}
    with tempfile.TemporaryDirectory(prefix="tad-bench-") as name:
        sizes = [_SIZE] * _DOWNLOADS
        async with open_stand(Path(name), sizes, wire=_WIRE, settings=settings) as stand:
            await stand.product.start()
            await _answer_time(stand, f"/download @{CHAT} {_DOWNLOADS}")
            await stand.until(lambda: len(stand.parts()) == _DOWNLOADS, within=_PATIENCE)
            asked = []
            for number, question in enumerate(islice(cycle(_QUESTIONS), count), start=1):
                await asyncio.sleep(_PAUSE)
                text = question.format(_DOWNLOADS + number)
                asked.append((question, await _answer_time(stand, text)))
            if len(stand.parts()) != _DOWNLOADS or stand.published():
                raise CannotMeasureError("a download ended before the last question")
            return asked


async def _answer_time(stand: Stand, text: str) -> float:
    person = stand.stage.botapi.person(stand.person.user, stand.person.bot)
    try:
        begin = time.perf_counter()
        person.send(text)
        await person.reply()
        return time.perf_counter() - begin
    finally:
        person.leave()
