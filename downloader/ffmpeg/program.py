"""Runs ffmpeg on the files of strangers: the one way, with bounds on all that it may take.

The file is opened by us and handed over by its number, and how it is to be read is told by its
bytes, so that a playlist in it cannot have other files read, nor the network asked.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from downloader.ffmpeg.readers import reader_of
from storage.errors import DiskFailure, DiskTrouble, disk_errors
from storage.reading import regular_file

log = structlog.get_logger(__name__)

_NAME = "ffmpeg"
_START = timedelta(seconds=60)  # on a machine that has much else to do
_LONGEST = timedelta(minutes=30)
_MEMORY = 1 << 30
_BEHIND, _LAST = 10, 19  # on the scale on which who is nicest comes last
_MOST = 16 << 20  # bytes that it may say: of loudness, those of 8 hours
_TAIL = 300  # characters of its last words
_FULL, _NOTHING = "No space left on device", "Output file is empty"
_QUIET = ("-nostdin", "-hide_banner", "-nostats", "-threads", "1")
_SOUND_ALONE = ("-vn", "-sn", "-dn")
# It looks into its surroundings for colours and devices; there are none.
_SURROUNDINGS = {"AV_LOG_FORCE_NOCOLOR": "1", "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a track."""

    start: timedelta
    length: timedelta

    @property
    def told(self) -> tuple[str, ...]:
        start, length = self.start.total_seconds(), self.length.total_seconds()
        return "-ss", f"{start:.3f}", "-t", f"{length:.3f}"


@dataclass(frozen=True, slots=True)
class Said:
    out: bytes
    log: str


class FfmpegFailedError(Exception):
    """It could not read the file, or took too much; `code` is None where it was ended by us."""

    def __init__(self, code: int | None, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    @property
    def was_too_large(self) -> bool:
        """Tell whether it had more to write than it might."""
        return self.code == -signal.SIGXFSZ


def found(at_once: int = 1) -> Ffmpeg | None:
    """Look for the program, to be asked once; without it nothing is heard, and all else works."""
    path = shutil.which(_NAME)
    if path is None:
        log.info("ffmpeg is not installed, so nothing is listened to or converted")
        return None
    return Ffmpeg(Path(path), at_once)


def patience_for(length: timedelta | None) -> timedelta:
    """Return how long a track of that length may take, which is to be heard as fast as played."""
    return min(_LONGEST, _START + (length or _LONGEST))


class Ffmpeg:
    """The program; so many at once read a file each, and none keeps others from working."""

    def __init__(self, path: Path, at_once: int = 1) -> None:
        self._path = path
        self._turns = asyncio.Semaphore(at_once)

    async def hear(
        self, path: Path, output: Sequence[str], patience: timedelta, cuts: Sequence[Cut] = ()
    ) -> Said:
        """Have it read the file, or cuts of it, each an input; it writes to its output alone.

        Raises `FfmpegFailedError`, and `DiskFailure` where there is no ordinary file.
        """
        return await self._run(path, output, patience, cuts, None)

    async def make(
        self,
        path: Path,
        made: Path,
        output: Sequence[str],
        patience: timedelta,
        largest: int,
        cut: Cut | None = None,
    ) -> None:
        """Have it make a new file of the file, or of a cut of it, of at most so many bytes.

        Raises `FfmpegFailedError`, then nothing is left of it, and `DiskFailure`.
        """
        with _new_file(made) as number:
            words = (*output, "-y", f"file:/dev/fd/{number}")
            cuts = () if cut is None else (cut,)
            try:
                said = await self._run(path, words, patience, cuts, _Outlet(number, largest))
            except FfmpegFailedError as failure:
                if _FULL in failure.detail:
                    raise DiskFailure(DiskTrouble.FULL, made) from failure
                raise
            if _NOTHING in said.log:
                raise FfmpegFailedError(0, "no sound")

    async def _run(
        self,
        path: Path,
        output: Sequence[str],
        patience: timedelta,
        cuts: Sequence[Cut],
        outlet: _Outlet | None,
    ) -> Said:
        async with self._turns:
            with regular_file(path) as file:
                if file is None:
                    raise DiskFailure(DiskTrouble.MISSING, path)
                number = file.fileno()
                arguments = [*_QUIET, *_inputs(number, cuts), *output]
                process = await self._spawned(arguments, number, outlet)
                return await _answer(process, patience)

    async def _spawned(
        self, arguments: Sequence[str], number: int, outlet: _Outlet | None
    ) -> Process:
        numbers = (number,) if outlet is None else (number, outlet.number)
        process = await asyncio.create_subprocess_exec(
            str(self._path), *arguments,
            stdin=DEVNULL, stdout=PIPE, stderr=PIPE, pass_fds=numbers, env=_SURROUNDINGS,
            cwd="/", start_new_session=True,  # Ctrl-C is for us
        )  # fmt: skip
        _bound(process.pid, 0 if outlet is None else outlet.largest)
        return process


@dataclass(frozen=True, slots=True)
class _Outlet:
    """An open file for it to write, and how many bytes that may become."""

    number: int
    largest: int


@contextmanager
def _new_file(path: Path) -> Iterator[int]:
    """Give the number of a new file, which is gone again where the block fails."""
    with disk_errors(path):
        file = path.open("x+b")
    with file:
        try:
            yield file.fileno()
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _inputs(number: int, cuts: Sequence[Cut]) -> list[str]:
    """Name the file once for each cut; raises `FfmpegFailedError` for what is no audio."""
    reader = reader_of(number)
    if reader is None:
        raise FfmpegFailedError(None, "no audio")
    # A reader for lists of files must not be reached, nor one for what is on other machines.
    told = ("-protocol_whitelist", "file", "-format_whitelist", reader, "-f", reader)
    source = (*told, *_SOUND_ALONE, "-i", f"file:/dev/fd/{number}")
    if not cuts:
        return [*source]
    return [word for cut in cuts for word in (*cut.told, *source)]


def _bound(pid: int, largest: int) -> None:
    with suppress(ProcessLookupError):  # it has come to its end already
        ours = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, pid, min(ours + _BEHIND, _LAST))
        if sys.platform == "linux":  # others cannot limit a process from outside
            for what, most in (
                (resource.RLIMIT_AS, _MEMORY),
                (resource.RLIMIT_CPU, round(_LONGEST.total_seconds())),
                (resource.RLIMIT_FSIZE, largest),
                (resource.RLIMIT_CORE, 0),
            ):
                resource.prlimit(pid, what, (most, most))


async def _answer(process: Process, patience: timedelta) -> Said:
    try:
        async with asyncio.timeout(patience.total_seconds()), asyncio.TaskGroup() as reading:
            out = reading.create_task(_read(process, process.stdout))
            said = reading.create_task(_read(process, process.stderr))
        code = await process.wait()
    except TimeoutError as error:
        raise FfmpegFailedError(None, "too slow") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    words = said.result().decode(errors="replace")
    if code:
        raise FfmpegFailedError(code, words.strip()[-_TAIL:])
    return Said(out.result(), words)


async def _read(process: Process, stream: asyncio.StreamReader | None) -> bytes:
    """Read to the end; who says too much is ended."""
    assert stream is not None
    heard = bytearray()
    while piece := await stream.read(1 << 16):
        heard += piece
        if len(heard) > _MOST:
            process.kill()
            break
    return bytes(heard)
