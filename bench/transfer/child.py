"""A child process that is told what to do, and answers, in lines of JSON."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, Any

from bench.child import ROOT
from bench.figure import CannotMeasureError

_START = timedelta(seconds=60)
_END = 10.0  # seconds

Words = dict[str, Any]


class Child:
    """The parent's end. `hello` is what the child said when it was ready."""

    def __init__(self, process: subprocess.Popen[str], errors: IO[str]) -> None:
        self._process = process
        self._errors = errors
        self.hello = self._answer(_START)

    def ask(self, order: Words, within: timedelta = _START) -> Words:
        """Tell it what to do and return its answer; one that takes too long is killed."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._ended() from error
        return self._answer(within)

    def _answer(self, within: timedelta) -> Words:
        assert self._process.stdout is not None
        watch = threading.Timer(within.total_seconds(), self._process.kill)
        watch.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            raise self._ended()
        words: Words = json.loads(line)
        return words

    def _ended(self) -> CannotMeasureError:
        self._errors.seek(0)
        return CannotMeasureError(f"a child ended: {self._errors.read()[-500:]}")


@contextmanager
def open_child(module: str, *arguments: str) -> Iterator[Child]:
    """Start `python -m MODULE`; at the end its input is closed, which it takes as good-bye."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
        subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield Child(process, errors)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(_END)
            except subprocess.TimeoutExpired:
                process.kill()


async def orders() -> AsyncIterator[Words]:
    """Yield what the parent says, until it closes the line."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield json.loads(line)


def say(words: Words) -> None:
    """Answer the parent."""
    print(json.dumps(words), flush=True)
