"""How many files of 3 MB come in a second, from the job to the catalogue, and what each costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bench import child
from bench.figure import CannotMeasureError, Figure, Goal
from bench.transfer.child import Words, open_child
from bench.transfer.model import MB

SOAK = False

FILES, FILES_QUICK = 1000, 60
WORKERS = 16
_SIZE = 3 * MB
_CONNECTIONS = 8
_WARM = 8
_LAG = 20  # ms
_PATIENCE = timedelta(minutes=20)


def measure(*, quick: bool) -> Iterator[Figure]:
    count = FILES_QUICK if quick else FILES
    yield from figures_of(told(count), count)


def figures_of(words: Words, count: int) -> Iterator[Figure]:
    cpu, seconds, lag = words["cpu"], words["seconds"], words["lag"]
    about: dict[str, object] = {
        "files": count,
        "workers": WORKERS,
        "seconds": round(seconds, 1),
        "MB/s": round(count * _SIZE / MB / seconds, 1),
        "load": child.load(),
    }
    yield Figure("files.rate", count / seconds, "files/s", detail=about)
    yield Figure("files.cpu", 1000 * cpu / count, "ms/file", detail=stages(words, count))
    yield Figure(
        "files.lag", 1000 * lag["p99"], "ms", Goal(at_most=_LAG),
        {"p50": round(1000 * lag["p50"], 1), "max": round(1000 * lag["max"], 1)},
    )  # fmt: skip
    yield Figure("files.wrong", words["wrong"], "files", Goal(at_most=0), {"compared": count})


def told(count: int) -> Words:
    """Carry out one job of so many files, after a small one that opens the connections.

    Return what the process of the product told of it, and how many files have other bytes.
    """
    with (
        open_child("bench.transfer.server") as server,
        open_child("bench.files.client", str(WORKERS)) as client,
    ):
        server.ask({"do": "wire", "rtt": 0.0, "rate": None, "connections": _CONNECTIONS})
        client.ask(server.hello | server.ask({"do": "account", "name": "files"}))
        server.ask({"do": "begin", "name": "files"})
        for number in (_WARM, count):
            files = server.ask({"do": "files", "size": _SIZE, "count": number})
            words = client.ask({"messages": files["messages"]}, _PATIENCE)
            wanted = dict(zip(files["messages"], files["digests"], strict=True))
        if crashes := server.ask({"do": "tell"})["crashes"]:
            raise CannotMeasureError(f"the server crashed: {crashes}")
    got = words["digests"]
    wrong = sum(got.get(f"{message}.mp3") != digest for message, digest in wanted.items())
    return words | {"wrong": wrong}


def stages(words: Words, count: int) -> dict[str, object]:
    """Return the milliseconds of each stage for one file, and what the rest of the CPU took.

    Waited for a stage is by all workers together; that adds up to more than has passed.
    """
    table: dict[str, object] = {}
    rest = words["cpu"]
    for stage, taken in words["stages"].items():
        rest -= taken["cpu"]
        table[stage] = {"cpu": _each(taken["cpu"], count), "waited": _each(taken["wall"], count)}
    return table | {"the rest": {"cpu": _each(rest, count)}}


def _each(seconds: float, count: int) -> float:
    return round(1000 * seconds / count, 1)
