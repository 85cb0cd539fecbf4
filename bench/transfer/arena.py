"""Server and clients together, seen from the process that measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from time import monotonic

from bench.figure import CannotMeasureError
from bench.transfer.child import Child, Words, open_child
from bench.transfer.model import MB, Line

_GRACE = timedelta(seconds=30)  # beyond what a client is given itself
_LOOK = timedelta(seconds=1)
_STUCK = timedelta(seconds=30)  # without a part asked for


@dataclass(frozen=True, slots=True)
class Files:
    """Some files of one size; what they should come to is their digests."""

    size: int
    messages: tuple[int, ...]
    digests: tuple[str, ...]

    def first(self, count: int) -> Files:
        return Files(self.size, self.messages[:count], self.digests[:count])

    @property
    def bytes(self) -> int:
        return self.size * len(self.messages)


class Fate(StrEnum):
    """How a file ended: with its bytes, with others that were called success, or not at all."""

    WHOLE = "whole"
    CORRUPT = "corrupt"
    LOST = "lost"
    HUNG = "hung"


@dataclass(frozen=True, slots=True)
class Run:
    """One client's fetching of some files, or why there was none.

    `client` is what it told of itself, `server` what the server counted meanwhile.
    """

    bytes: int
    client: Words
    server: Words
    error: str | None = None

    @property
    def rate(self) -> float:
        """Bytes per second, 0 of a client that failed."""
        return 0.0 if self.error else self.bytes / float(self.client["seconds"])

    @property
    def cpu_per_gb(self) -> float:
        return float(self.client["cpu"]) / self.bytes * 1000 * MB

    @property
    def twice(self) -> float:
        """Bytes that the server sent beyond those of the files."""
        return float(self.server["sent"] - self.bytes)

    @property
    def growth(self) -> float:
        """MiB of memory at the peak, above what the client took before it fetched."""
        return float(self.client["peak"] - self.client["idle"]) if self.client else 0.0

    @property
    def spread(self) -> float:
        """How much longer the last file took than the first."""
        finishes = self.client["finishes"]
        return float(max(finishes) / min(finishes))


@dataclass(slots=True)
class Progress:
    """Tells whether a client still gets on, by the parts that it has asked the server for."""

    patience: timedelta
    since: float
    requests: int = 0

    def is_stuck(self, requests: int, now: float) -> bool:
        if requests != self.requests:
            self.requests, self.since = requests, now
        return now - self.since > self.patience.total_seconds()


class Arena:
    """Starts clients when they are first needed; one that failed is started anew."""

    def __init__(self, server: Child, stuck: timedelta) -> None:
        self._server = server
        self._stuck = stuck
        self._clients: dict[str, tuple[Child, ExitStack]] = {}

    def close(self) -> None:
        for name in list(self._clients):
            self.dismiss(name)

    def files(self, size: int, count: int = 1) -> Files:
        """Let the server have new files."""
        words = self._server.ask({"do": "files", "size": size, "count": count})
        return Files(size, tuple(words["messages"]), tuple(words["digests"]))

    def wire(self, line: Line) -> None:
        order = {"rtt": line.rtt, "rate": line.rate, "connections": line.connections}
        self._server.ask({"do": "wire", **order})

    def trouble(self, kind: str, skip: int, files: Files) -> None:
        """Let something happen once to the next file, after so many parts."""
        order = {"kind": kind, "skip": skip, "message": files.messages[0]}
        self._server.ask({"do": "trouble", **order})

    def script(self, files: Files, seed: int) -> None:
        """Let things go wrong with these files, as `bench.transfer.script` says."""
        self._server.ask({"do": "script", "messages": files.messages, "seed": seed})

    def brave(self, name: str, files: Files, *, at_once: int, each: timedelta) -> list[Fate]:
        """Let one client fetch files to which something happens, and say how each ended."""
        client = self._client(name)
        self._server.ask({"do": "begin", "name": name})
        order = {"messages": files.messages, "at_once": at_once, "each": each.total_seconds()}
        words = client.ask(order, each * len(files.messages))
        self.dismiss(name)
        ends = zip(words["ends"], files.digests, strict=True)
        return [_fate(end, digest) for end, digest in ends]

    def fetch(self, name: str, files: Files, *, at_once: int, keep: bool, within: timedelta) -> Run:
        """Let one client fetch; bytes that are kept are compared with what the server has."""
        try:
            client = self._client(name)
            self._server.ask({"do": "begin", "name": name})
            order = {
                "messages": files.messages,
                "size": files.size,
                "at_once": at_once,
                "keep": keep,
                "within": within.total_seconds(),
            }
            words = self._watched(client, order, within + _GRACE)
            error = _difference(files, words["digests"])
        except CannotMeasureError as ended:
            words, error = {}, str(ended)  # peers fail as they like: their process ends
        server = self._server.ask({"do": "tell"})
        if server["crashes"]:
            raise CannotMeasureError(f"the server crashed: {server['crashes']}")
        if error:
            self.dismiss(name)
        return Run(files.bytes, words, server, error)

    def dismiss(self, name: str) -> None:
        """End a client's process, if there is one."""
        if name in self._clients:
            _, stack = self._clients.pop(name)
            stack.close()

    def _watched(self, client: Child, order: Words, within: timedelta) -> Words:
        """Return its answer; one that takes too long, or asks the server for nothing, is killed."""
        client.tell(order)
        begin = monotonic()
        progress = Progress(self._stuck, begin)
        while not client.has_answered(_LOOK):
            requests = self._server.ask({"do": "tell"})["requests"]
            if progress.is_stuck(requests, now := monotonic()):
                client.kill()
                raise CannotMeasureError(f"stuck: it asked for nothing in {self._stuck}")
            if now - begin > within.total_seconds():
                client.kill()
                raise CannotMeasureError("it was too slow")
        return client.take_answer()

    def _client(self, name: str) -> Child:
        if name not in self._clients:
            account = self._server.ask({"do": "account", "name": name})
            stack = ExitStack()
            child = stack.enter_context(open_child("bench.transfer.client", name))
            self._clients[name] = child, stack
            child.ask(self._server.hello | account)
        return self._clients[name][0]


def _fate(end: str, digest: str) -> Fate:
    match end:
        case "hung":
            return Fate.HUNG
        case "nothing":
            return Fate.LOST
        case _ if end.startswith("failed"):
            return Fate.LOST
    return Fate.WHOLE if end == digest else Fate.CORRUPT


@contextmanager
def open_arena(stuck: timedelta = _STUCK) -> Iterator[Arena]:
    with open_child("bench.transfer.server") as server:
        arena = Arena(server, stuck)
        try:
            yield arena
        finally:
            arena.close()


def _difference(files: Files, digests: Sequence[str | None]) -> str | None:
    """Say what is wrong with the bytes; a client that keeps none tells None."""
    wrong = sum(
        got is not None and got != wanted
        for got, wanted in zip(digests, files.digests, strict=False)
    )
    return f"{wrong} files came with other bytes" if wrong else None
