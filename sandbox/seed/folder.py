"""@library: every audio file of a folder of the user's own, as posts."""

from __future__ import annotations

import asyncio
import json
import math
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from sandbox.world import Chat, World

_MIMES = {
    ".mp3": "audio/mpeg", ".mp2": "audio/mpeg", ".flac": "audio/flac", ".m4a": "audio/mp4",
    ".m4b": "audio/mp4", ".aac": "audio/aac", ".ogg": "audio/ogg", ".oga": "audio/ogg",
    ".opus": "audio/opus", ".wav": "audio/x-wav", ".aif": "audio/aiff", ".aiff": "audio/aiff",
    ".wma": "audio/x-ms-wma", ".ape": "audio/x-ape", ".wv": "audio/x-wavpack",
    ".mpc": "audio/x-musepack", ".tta": "audio/x-tta", ".dsf": "audio/x-dsf", ".spx": "audio/ogg",
    ".mka": "audio/x-matroska", ".ac3": "audio/ac3", ".amr": "audio/amr", ".mid": "audio/midi",
}  # fmt: skip
_NOT_AUDIO = {".mp4", ".m4v", ".mkv", ".webm", ".avi", ".mov", ".wmv", ".ogv", ".3gp"}
# (offset, bytes) -> type, for files whose ending tells nothing.
_MAGIC = (
    (0, b"ID3", "audio/mpeg"), (0, b"fLaC", "audio/flac"), (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/x-wav"), (8, b"AIFF", "audio/aiff"), (8, b"M4A ", "audio/mp4"),
    (0, b"\xff\xfb", "audio/mpeg"), (0, b"\xff\xf3", "audio/mpeg"), (0, b"wvPk", "audio/x-wavpack"),
    (0, b"MAC ", "audio/x-ape"), (0, b"MPCK", "audio/x-musepack"), (0, b"#!AMR", "audio/amr"),
)  # fmt: skip
_PATIENCE = timedelta(seconds=5)  # for one file
_START = 30.0  # seconds for the child to start
_LONGEST_TEXT = 256
_LONGEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says about itself."""

    mime: str = ""
    title: str = ""
    performer: str = ""
    duration: timedelta | None = None


async def add_library(world: World, folder: Path, *, patience: timedelta = _PATIENCE) -> Chat:
    """Publish the audio files below `folder` as posts of `@library`, in the order of their paths.

    A file that cannot be understood is posted as a document, by its name alone. Ids come from the
    paths and files: a product that keeps its data from show to show must never see one id stand
    for two files.
    """
    chat = world.add_chat("Library", username="library", given_id=_chat_identity(folder))
    async for path, said in _read(_files(folder), patience):
        mime = _mime(path, said)
        if mime is None:
            continue
        document = world.add_document(
            body=path,
            name=_text(path.name),
            mime=mime,
            title=_text(said.title) or None,
            performer=_text(said.performer) or None,
            duration=said.duration,
            given_id=_file_identity(path),
        )
        world.post(chat, "", document, quiet=True)
    return chat


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        paths = (Path(root, name) for name in sorted(names))
        yield from (path for path in paths if path.is_file() and os.access(path, os.R_OK))


def _chat_identity(folder: Path) -> int:
    return _identity(str(folder.resolve())) % 10**9 + 2 * 10**9


def _file_identity(path: Path) -> int:
    about = path.stat()
    return _identity(f"{path.resolve()}\0{about.st_size}\0{about.st_mtime_ns}")


def _identity(text: str) -> int:
    """Return the same large number for the same text, always."""
    return int.from_bytes(sha256(os.fsencode(text)).digest()[:7], "big") | 1


def _mime(path: Path, said: Said) -> str | None:
    ending = path.suffix.lower()
    if ending in _NOT_AUDIO:
        return None
    return _MIMES.get(ending) or _by_magic(path) or said.mime or None


def _by_magic(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(16)
    return next((mime for at, magic, mime in _MAGIC if head[at:].startswith(magic)), None)


def _text(text: str) -> str:
    """Make what was read fit to be sent: no lone surrogates (undecodable names), no novels."""
    return text.encode("utf-8", "replace").decode()[:_LONGEST_TEXT]


async def _read(paths: Iterable[Path], patience: timedelta) -> AsyncIterator[tuple[Path, Said]]:
    """Read each file in a child; one that kills or stalls it says nothing."""
    left = deque(paths)
    while left:
        async with _reader() as child:
            async for answer in _read_with(child, left, patience):
                yield answer


async def _read_with(
    child: Process, left: deque[Path], patience: timedelta
) -> AsyncIterator[tuple[Path, Said]]:
    """Take from `left` for as long as the child is of use."""
    while left:
        path = left.popleft()
        said = await _ask(child, path, patience)
        yield path, said or Said()
        if said is None:
            return


async def _ask(child: Process, path: Path, patience: timedelta) -> Said | None:
    """Return None when the child is of no more use."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(str(path)).encode() + b"\n")
    try:
        async with asyncio.timeout(patience.total_seconds()):
            line = await child.stdout.readline()
    except TimeoutError:
        return None
    if not line:
        return None
    answer = json.loads(line)
    if answer is None:
        return Said()
    return Said(answer["mime"], answer["title"], answer["performer"], _duration(answer["seconds"]))


def _duration(seconds: float) -> timedelta | None:
    """Return None for what cannot be: nothing, not a number, longer than a week."""
    if not math.isfinite(seconds) or not 0 < seconds < _LONGEST.total_seconds():
        return None
    return timedelta(seconds=max(1, round(seconds)))


@asynccontextmanager
async def _reader() -> AsyncIterator[Process]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.seed.tag_reader",
        stdin=PIPE, stdout=PIPE, limit=1 << 24, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    try:
        assert child.stdout is not None
        async with asyncio.timeout(_START):
            await child.stdout.readline()
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
        assert child.stdin is not None
        child.stdin.close()
