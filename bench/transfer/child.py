"""A child process that is told what to do, and answers, in lines of JSON."""

from __future__ import annotations

import asyncio
import json
import re
import selectors
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
_WORDS = 300  # letters of an error that are told
_ERROR = re.compile(r"[\w.]+(Error|Exception|Exit|Refused|Wait)\b.*:")

Words = dict[str, Any]


class Child:
    """The parent's end. `hello` is what the child said when it was ready."""

    def __init__(self, process: subprocess.Popen[str], errors: IO[str]) -> None:
        self._process = process
        self._errors = errors
        self.hello = self._answer(_START)

    def ask(self, order: Words, within: timedelta = _START) -> Words:
        """Tell it what to do and return its answer; one that takes too long is killed."""
        self.tell(order)
        return self._answer(within)

    def tell(self, order: Words) -> None:
        """Tell it what to do; the answer is still to be taken."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._ended() from error

    def has_answered(self, within: timedelta) -> bool:
        """Wait for the answer, or for its end, at most so long."""
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            return bool(selector.select(within.total_seconds()))

    def take_answer(self) -> Words:
        return self._answer(_START)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

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
        self._process.wait()
        self._errors.seek(0)
        return CannotMeasureError(last_words(self._errors.read()) or "it was too slow")


@contextmanager
def open_child(module: str, *arguments: str, python: str = sys.executable) -> Iterator[Child]:
    """Start `python -m MODULE`; at the end its input is closed, which it takes as good-bye."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
        subprocess.Popen(
            [python, "-m", module, *arguments],
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


def last_words(errors: str) -> str:
    """Return the line that names the innermost error of a traceback, else the last line."""
    lines = [line.strip(" |+-") for line in errors.splitlines()]
    named = [line for line in lines if _ERROR.match(line)]
    return ([line for line in lines if line] + named or [""])[-1][:_WORDS]


async def orders() -> AsyncIterator[Words]:
    """Yield what the parent says, until it closes the line."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield json.loads(line)


def say(words: Words) -> None:
    """Answer the parent."""
    print(json.dumps(words), flush=True)
