"""Starts the child processes, asks them, and ends them.

There are as many as files are looked at at once. Whatever ends one, or makes it wait too long,
costs the file in hand; the next one has a new child.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog

from downloader.metadata.wire import HEADER, TooLargeError, lengths, packed, words_in

log = structlog.get_logger(__name__)

Answer = tuple[Mapping[str, Any], bytes]

_ROOT = Path(__file__).parents[2]
# Isolated, the child sees neither our environment, with its secrets, nor our working folder.
_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from downloader.metadata.child import main; main()"
)
_IDLE = timedelta(minutes=5)  # until the memory of a child is worth more than its start
_START = timedelta(seconds=60)  # to load the library on a machine that has much else to do
_PIECE = 1 << 18
_LARGEST_FILE = 8 << 30  # twice what Telegram takes: what is written never becomes larger
# Bytes in a second that the slowest machine moves where a tag grows.
_BUSY_PACE, _WALL_PACE = 50 << 20, 5 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: bytes of memory (the child's own 60 MiB included) and time."""

    memory: int = 512 << 20
    busy: timedelta = timedelta(seconds=5)
    wall: timedelta = timedelta(seconds=15)

    def with_time_to_move(self, size: int) -> Limits:
        return replace(
            self,
            busy=self.busy + timedelta(seconds=size / _BUSY_PACE),
            wall=self.wall + timedelta(seconds=size / _WALL_PACE),
        )


class ReaderBrokenError(Exception):
    """No child can be started: something is wrong with this installation, or this machine."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class End(StrEnum):
    """Why a child has no answer; it is ended, if it has not ended itself."""

    BUSY = "too busy"
    SLOW = "too slow"
    GONE = "gone"  # for want of memory, or in a way that nobody thought of
    CONFUSED = "confused"  # what it said was no answer


class Children:
    """At most so many, of which each has one file at a time."""

    def __init__(self, limits: Limits, most: int, idle: timedelta = _IDLE) -> None:
        self._limits = limits
        self._room = asyncio.Semaphore(most)
        self._idle: dict[_Child, asyncio.TimerHandle] = {}  # the one last asked at the end
        self._longest_idle = idle.total_seconds()

    async def warm_up(self) -> None:
        """Have one at hand; raises `ReaderBrokenError`."""
        async with self._room:
            self._rest(await self._taken())

    async def cool_down(self) -> None:
        while child := self._rested():
            await child.end()

    async def ask(
        self, number: int, question: Mapping[str, Any], enclosed: bytes, limits: Limits
    ) -> Answer | End:
        """Return its answer, or why there is none."""
        async with self._room:
            child = await self._taken()  # where that fails, it is no fault of the file
            answer: Answer | End = End.GONE
            try:
                async with asyncio.timeout(limits.wall.total_seconds()):
                    answer = await child.ask(number, question, enclosed)
            except TimeoutError:
                return End.SLOW
            finally:
                # Whoever gives up a question must not find its answer in place of the next one.
                if isinstance(answer, End):
                    await child.end()
                else:
                    self._rest(child)
            is_busy = answer is End.GONE and child.process.returncode == -signal.SIGXCPU
            return End.BUSY if is_busy else answer

    def _rest(self, child: _Child) -> None:
        loop = asyncio.get_running_loop()
        self._idle[child] = loop.call_later(self._longest_idle, self._let_go, child)

    def _let_go(self, child: _Child) -> None:
        """End a child that nobody has asked for long; it does so when its line is closed."""
        del self._idle[child]
        child.line.close()

    def _rested(self) -> _Child | None:
        if not self._idle:
            return None
        child, timer = self._idle.popitem()
        timer.cancel()
        return child

    async def _taken(self) -> _Child:
        while child := self._rested():
            if child.process.returncode is None:
                return child
            await child.end()
        return await _born(self._limits)


@dataclass(frozen=True, slots=True)
class _Child:
    process: Process
    line: socket.socket

    async def ask(self, number: int, question: Mapping[str, Any], enclosed: bytes) -> Answer | End:
        answer = await self._asked(number, question, enclosed)
        if answer is End.GONE:  # killed while it ends, nobody would know what it ended of
            await self.process.wait()
        return answer

    async def _asked(
        self, number: int, question: Mapping[str, Any], enclosed: bytes
    ) -> Answer | End:
        header, body = packed(question, enclosed)
        try:
            # At most one question is on its way, so there is always room for its beginning.
            sent = socket.send_fds(self.line, [header, body[:_PIECE]], [number])
            await asyncio.get_running_loop().sock_sendall(self.line, body[sent - len(header) :])
            return await self.hear()
        except OSError:  # it has ended amid it
            return End.GONE

    async def hear(self) -> Answer | End:
        """Return an answer, unless it ends before it is whole, or is too large."""
        begun = await self._heard(b"", HEADER.size)
        if begun is None:
            return End.GONE
        try:
            words, enclosed = lengths(begun[: HEADER.size])
        except TooLargeError:
            return End.CONFUSED
        body = await self._heard(begun[HEADER.size :], words + enclosed)
        if body is None:
            return End.GONE
        said = words_in(body[:words])
        return End.CONFUSED if said is None else (said, body[words : words + enclosed])

    async def _heard(self, begun: bytes, count: int) -> bytes | None:
        """Return at least so many bytes, the first of which were heard before."""
        heard = bytearray(begun)
        loop = asyncio.get_running_loop()
        while len(heard) < count:
            piece = await loop.sock_recv(self.line, _PIECE)
            if not piece:
                return None
            heard += piece
        return bytes(heard)

    async def end(self) -> None:
        self.line.close()
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


async def _born(limits: Limits) -> _Child:
    """Start a child; raises `ReaderBrokenError` where that does not work."""
    try:
        child = await _spawned(limits)
    except OSError as error:  # no memory, no descriptors, no more processes
        log.warning("the reader of tags does not start", error=str(error))
        raise ReaderBrokenError(None) from error
    if not await _is_ready(child):
        log.error("the reader of tags does not start", code=child.process.returncode)
        raise ReaderBrokenError(child.process.returncode)
    return child


async def _spawned(limits: Limits) -> _Child:
    with ExitStack() as undo:
        ours, its = socket.socketpair()
        undo.callback(ours.close)
        ours.settimeout(0)  # as asyncio wants it
        with its:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-c", _PROGRAM,
                str(_ROOT), str(limits.memory), str(_LARGEST_FILE),
                stdin=its.fileno(), stdout=DEVNULL, stderr=DEVNULL, env={}, cwd="/",
                start_new_session=True,  # Ctrl-C is for us, and the file in hand is read to its end
            )  # fmt: skip
        undo.pop_all()
    return _Child(process, ours)


async def _is_ready(child: _Child) -> bool:
    """Wait for what a child sends once it has loaded all it needs, or end it."""
    heard: Answer | End = End.GONE
    try:
        async with asyncio.timeout(_START.total_seconds()):
            heard = await child.hear()
    except (TimeoutError, OSError):
        return False
    finally:
        if isinstance(heard, End):
            await child.end()
    return not isinstance(heard, End)
