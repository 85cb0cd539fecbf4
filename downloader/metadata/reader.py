"""Reads and writes tags by way of child processes: files of strangers may end whoever opens them.

They make the tag library loop for ever (https://github.com/quodlibet/mutagen/issues/433), fill the
memory or fail in ways of their own. Here that costs one file its tags: the child is ended, and the
next file has a new one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import structlog

from downloader.gain import Gain
from downloader.kinds import id3_length, recognised
from downloader.metadata.children import Answer, Children, End, Limits
from downloader.metadata.tags import Tags, TagsUnreadableError, TagsUnwritableError, understood
from storage.description import Description
from storage.errors import DiskFailure, DiskTrouble, disk_errors
from storage.formats import MP3, UNKNOWN, Kind, of_name
from storage.reading import regular_file

log = structlog.get_logger(__name__)

_HEAD = 4096
_GROWTH = 4 << 20  # bytes that tags may add to a file, its cover apart
_LONGEST_COMMENT = 500  # characters


@asynccontextmanager
async def open_reader(limits: Limits | None = None, most: int = 2) -> AsyncIterator[Reader]:
    """Have children at hand, one warm before the first file comes; raises `ReaderBrokenError`.

    `most` is how many files may be looked at at once.
    """
    reader = Reader(limits or Limits(), most)
    try:
        await reader.warm_up()
        yield reader
    finally:
        await reader.cool_down()


class Reader:
    """The children, and how they are asked.

    Its methods raise `DiskFailure` where there is no ordinary file, or none that may be opened, and
    `ReaderBrokenError` where it is not the file that is at fault.
    """

    def __init__(self, limits: Limits, most: int = 2) -> None:
        self._limits = limits
        self._children = Children(limits, most)

    async def read(self, path: Path) -> Tags:
        """Return what the file says about itself; raises `TagsUnreadableError`."""
        with ExitStack() as held:
            file = await asyncio.to_thread(_opened, held, path)
            answer = await self._asked(file, path, "read")
        return understood(answer[0], file.kind, file.size, is_sure=file.is_sure)

    async def picture(self, path: Path) -> bytes | None:
        """Return the front cover, a JPEG, PNG or WebP; raises `TagsUnreadableError`."""
        return (await self._enclosed(path, "picture")) or None

    async def lyrics(self, path: Path) -> str | None:
        """Return the words, as LRC where their times are known; raises `TagsUnreadableError`."""
        return (await self._enclosed(path, "lyrics")).decode(errors="replace") or None

    async def write(
        self,
        path: Path,
        kind: Kind,
        description: Description,
        *,
        cover: bytes | None = None,
        gain: Gain | None = None,
        album_gain: Gain | None = None,
        comment: str = "",
    ) -> bool:
        """Write what is known into a file of ours, and return whether its kind takes that.

        Raises `TagsUnwritableError`; then the file may be half written.
        """
        words = {
            "description": _plain(description),
            "gain": None if gain is None else asdict(gain),
            "album_gain": None if album_gain is None else asdict(album_gain),
            "comment": comment[:_LONGEST_COMMENT],
        }
        with ExitStack() as held:
            file = await asyncio.to_thread(_opened_to_write, held, path, kind)
            largest = file.size + len(cover or b"") * 2 + _GROWTH  # in a comment it takes 4/3
            limits = self._limits.with_time_to_move(file.size)
            question = _question(file, "write", limits) | {"largest": largest} | words
            answer = await self._children.ask(file.number, question, cover or b"", limits)
        written = None if isinstance(answer, End) else answer[0].get("written")
        if not isinstance(written, bool):
            why = answer if isinstance(answer, End) else "broken"
            log.warning("tags not written", file=path.name, kind=kind.extension, why=why)
            raise TagsUnwritableError(kind, why)
        return written

    async def warm_up(self) -> None:
        await self._children.warm_up()

    async def cool_down(self) -> None:
        await self._children.cool_down()

    async def _enclosed(self, path: Path, what: str) -> bytes:
        with ExitStack() as held:
            file = await asyncio.to_thread(_opened, held, path)
            words, enclosed = await self._asked(file, path, what)
        if words.get("broken") is True:
            raise TagsUnreadableError(file.kind if file.is_sure else None, "broken")
        return enclosed

    async def _asked(self, file: _File, path: Path, what: str) -> Answer:
        if file.kind is UNKNOWN:
            raise TagsUnreadableError(None, "no audio")
        question = _question(file, what, self._limits) | {"largest": 0}
        answer = await self._children.ask(file.number, question, b"", self._limits)
        if isinstance(answer, End):
            log.warning("tags unreadable", file=path.name, kind=file.kind.extension, why=answer)
            raise TagsUnreadableError(file.kind if file.is_sure else None, answer)
        return answer


def _question(file: _File, what: str, limits: Limits) -> dict[str, Any]:
    busy = max(1, round(limits.busy.total_seconds()))
    return {"do": what, "kind": file.kind.extension, "busy": busy}


def _plain(description: Description) -> Mapping[str, Any]:
    # Whose word a field is counts for one that says no: what nobody has said is left alone.
    return asdict(replace(description, provenance=dict(description.provenance)))


@dataclass(frozen=True, slots=True)
class _File:
    """An open file by its number, and what it is; `is_sure` where its bytes say so."""

    number: int
    size: int
    kind: Kind
    is_sure: bool


def _opened(held: ExitStack, path: Path) -> _File:
    file = held.enter_context(regular_file(path))
    if file is None:
        raise DiskFailure(DiskTrouble.MISSING, path)
    number = file.fileno()
    with disk_errors(path):
        kind = _recognised(number)
        size = os.fstat(number).st_size
    return _File(number, size, kind or of_name(path.name) or UNKNOWN, kind is not None)


def _opened_to_write(held: ExitStack, path: Path, kind: Kind) -> _File:
    with disk_errors(path):
        number = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        held.callback(os.close, number)
        return _File(number, os.fstat(number).st_size, kind, is_sure=True)


def kind_by_bytes(path: Path) -> Kind | None:
    """Tell what a file is; None where it is no audio. Blocking; raises `DiskFailure`."""
    with ExitStack() as held:
        file = _opened(held, path)
        return file.kind if file.is_sure else None


def _recognised(number: int) -> Kind | None:
    """Tell the kind by the bytes, also where a tag with a large cover stands before them."""
    head = os.pread(number, _HEAD, 0)
    length = id3_length(head)
    if not length:
        return recognised(head)
    behind = os.pread(number, _HEAD, length)
    return recognised(behind) if behind and not id3_length(behind) else MP3
