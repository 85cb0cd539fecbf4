"""How soon the bot answers an inline query among a million tracks while downloads are running."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path, PurePosixPath

from bench import child
from bench.figure import CannotMeasureError, Figure, Goal
from bench.search.catalogue import MILLION, Row, rows
from bench.search.queries import MIXED, Question, questions, sample
from bench.stand import CHAT, MB, Stand, open_stand
from bench.statistics import quantile, spread_of
from sandbox.faults import Wire
from storage.description import Description
from storage.entry import Entry
from storage.models import LocalFile
from storage.sound import Sound
from storage.store import open_store

SOAK = False

_DOWNLOADS = 8
# So large and so slow that not one of them ends while the questions are asked.
_SIZE = 512 * MB
_WIRE = Wire(bandwidth=MB // 2)
_PAUSE = 0.15  # seconds: of somebody who types fast
_PATIENCE = timedelta(seconds=60)
_KNOWN = 2000  # tracks that questions are about
_BATCH = 10_000
_DIGEST = "0" * 64


def measure(*, quick: bool) -> Iterator[Figure]:
    tracks, each = (20_000, 5) if quick else (MILLION, 25)
    asked, memory = asyncio.run(_asked(tracks, each))
    times = [seconds * 1000 for _, seconds in asked]
    detail: dict[str, object] = {
        kind: spread_of([seconds * 1000 for one, seconds in asked if one.kind is kind])
        for kind in sorted(MIXED)
    }
    detail |= {"tracks": tracks, "downloads": _DOWNLOADS, "load": child.load()}
    yield Figure("inline.p95", quantile(times, 0.95), "ms", Goal(at_most=25), detail)
    yield Figure("inline.median", quantile(times, 0.5), "ms")
    yield Figure("inline.memory", memory, "MiB", Goal(at_most=300), {"tracks": tracks})


async def _asked(tracks: int, each: int) -> tuple[list[tuple[Question, float]], float]:
    """Return each question with the seconds until its answer, and the memory after all of them."""
    settings = {"WORKERS": str(_DOWNLOADS)}
    with tempfile.TemporaryDirectory(prefix="tad-bench-") as name:
        folder = Path(name)
        sizes = [_SIZE] * _DOWNLOADS
        async with open_stand(folder, sizes, wire=_WIRE, settings=settings) as stand:
            await _fill(folder, tracks)
            await stand.product.start()
            stand.person.send(f"/download @{CHAT} {_DOWNLOADS}")
            await stand.until(lambda: len(stand.parts()) == _DOWNLOADS, within=_PATIENCE)
            known = sample(rows(tracks), tracks, _KNOWN)
            await _ask(stand, questions(known, MIXED, 2, seed=1))  # to warm up
            asked = await _ask(stand, questions(known, MIXED, each, seed=2))
            if len(stand.parts()) != _DOWNLOADS or stand.published():
                raise CannotMeasureError("a download ended before the last question")
            return asked, child.status_mib(stand.product.pid, "VmRSS")


async def _fill(folder: Path, count: int) -> None:
    made = rows(count)
    async with open_store(folder / "data", folder / "music") as store:
        while some := list(islice(made, _BATCH)):
            await store.imports.add([_file(row) for row in some], datetime.now(UTC))


def _file(row: Row) -> LocalFile:
    return LocalFile(
        PurePosixPath(f"{row.id // 1000}/{row.id}.{row.format}"),
        Entry(
            _DIGEST,
            row.size,
            Description(row.title, row.artist, row.album, date=f"{row.year:04}"),
            Sound(duration=timedelta(seconds=row.duration)),
        ),
    )


async def _ask(stand: Stand, asked: Sequence[Question]) -> list[tuple[Question, float]]:
    times = []
    for question in asked:
        await asyncio.sleep(_PAUSE)
        begin = time.perf_counter()
        await stand.person.inline(question.text)
        times.append((question, time.perf_counter() - begin))
    return times
