"""Reads tags by way of a child process, because files of strangers may end whoever opens them.

They make the tag library loop for ever (https://github.com/quodlibet/mutagen/issues/433), fill the
memory or fail in ways of their own. Here that costs one file its tags: the child is ended, and the
next file has a new one.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from downloader.kinds import id3_length, recognised
from downloader.metadata.tags import Tags, TagsUnreadableError, understood
from storage.errors import DiskFailure, DiskTrouble, disk_errors
from storage.formats import MP3, UNKNOWN, Kind, of_name
from storage.reading import regular_file

log = structlog.get_logger(__name__)

_ROOT = Path(__file__).parents[2]
# Isolated, the child sees neither our environment, with its secrets, nor our working folder.
_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from downloader.metadata.child import main; main()"
)
_START = timedelta(seconds=60)  # to load the library on a machine that has much else to do
_HEAD = 4096
_LONGEST_ANSWER = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: bytes of memory (the child's own 60 MiB included) and time."""

    memory: int = 512 << 20
    busy: timedelta = timedelta(seconds=5)
    wall: timedelta = timedelta(seconds=15)


class ReaderBrokenError(Exception):
    """No child can be started: something is wrong with this installation, or this machine."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


@asynccontextmanager
async def open_reader(limits: Limits | None = None) -> AsyncIterator[Reader]:
    """Have a child at hand, warm before the first file comes; raises `ReaderBrokenError`."""
    reader = Reader(limits or Limits())
    try:
        await reader.warm_up()
        yield reader
    finally:
        await reader.cool_down()


class Reader:
    """One child and the line to it; it reads one file at a time, in the order they were asked."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._turn = asyncio.Lock()
        self._child: _Child | None = None

    async def read(self, path: Path) -> Tags:
        """Return what the file says about itself; raises `TagsUnreadableError`.

        Raises `DiskFailure` where there is no ordinary file, or none that may be read, and
        `ReaderBrokenError` where it is not the file that is at fault.
        """
        with ExitStack() as held:
            file = await asyncio.to_thread(_opened, held, path)
            kind = file.kind or of_name(path.name) or UNKNOWN
            if kind is UNKNOWN:
                raise TagsUnreadableError(None, "no audio")
            async with self._turn:
                line = await self._answer(file.number, kind)
        if line is None:
            log.warning("tags unreadable", file=path.name, kind=kind.extension)
            raise TagsUnreadableError(file.kind, "too much for the reader")
        return understood(line, kind, file.size, is_sure=file.kind is not None)

    async def warm_up(self) -> None:
        if self._child is None or self._child.process.returncode is not None:
            await self.cool_down()
            self._child = await _born(self._limits)

    async def cool_down(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.end()

    async def _answer(self, number: int, kind: Kind) -> bytes | None:
        """Return None where the file has ended the child, or has to be taken from it."""
        await self.warm_up()  # where that fails, it is no fault of the file
        assert self._child is not None
        line = None
        try:
            async with asyncio.timeout(self._limits.wall.total_seconds()):
                line = await self._child.ask(number, kind)
        except (TimeoutError, OSError):
            return None
        finally:
            # Whoever gives up a question must not find its answer in place of the next one.
            if line is None:
                await self.cool_down()
        return line


@dataclass(frozen=True, slots=True)
class _Child:
    process: Process
    line: socket.socket

    async def ask(self, number: int, kind: Kind) -> bytes | None:
        # At most one question is on its way, so there is always room for it.
        socket.send_fds(self.line, [kind.extension.encode()], [number])
        return await self.hear()

    async def hear(self) -> bytes | None:
        """Return one line, None where it ends before it is whole, or does not end."""
        loop = asyncio.get_running_loop()
        heard = b""
        while not heard.endswith(b"\n"):
            piece = await loop.sock_recv(self.line, _LONGEST_ANSWER)
            heard += piece
            if not piece or len(heard) > _LONGEST_ANSWER:
                return None
        return heard

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
    busy = max(1, round(limits.busy.total_seconds()))
    with ExitStack() as undo:
        ours, its = socket.socketpair()
        undo.callback(ours.close)
        ours.settimeout(0)  # as asyncio wants it
        with its:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-c", _PROGRAM, str(_ROOT), str(limits.memory), str(busy),
                stdin=its.fileno(), stdout=DEVNULL, stderr=DEVNULL, env={}, cwd="/",
                start_new_session=True,  # Ctrl-C is for us, and the file in hand is read to its end
            )  # fmt: skip
        undo.pop_all()
    return _Child(process, ours)


async def _is_ready(child: _Child) -> bool:
    """Wait for the line that a child sends once it has loaded all it needs, or end it."""
    heard = None
    try:
        async with asyncio.timeout(_START.total_seconds()):
            heard = await child.hear()
    except (TimeoutError, OSError):
        return False
    finally:
        if heard is None:
            await child.end()
    return heard is not None


@dataclass(frozen=True, slots=True)
class _File:
    """An open file by its number, and what its bytes say it is, if they do."""

    number: int
    size: int
    kind: Kind | None


def _opened(held: ExitStack, path: Path) -> _File:
    file = held.enter_context(regular_file(path))
    if file is None:
        raise DiskFailure(DiskTrouble.MISSING, path)
    number = file.fileno()
    with disk_errors(path):
        return _File(number, os.fstat(number).st_size, _recognised(number))


def kind_by_bytes(path: Path) -> Kind | None:
    """Tell what a file is; None where it is no audio. Blocking; raises `DiskFailure`."""
    with ExitStack() as held:
        return _opened(held, path).kind


def _recognised(number: int) -> Kind | None:
    """Tell the kind by the bytes, also where a tag with a large cover stands before them."""
    head = os.pread(number, _HEAD, 0)
    length = id3_length(head)
    if not length:
        return recognised(head)
    behind = os.pread(number, _HEAD, length)
    return recognised(behind) if behind and not id3_length(behind) else MP3
