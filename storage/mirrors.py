"""A folder of elsewhere, such as that of a phone, and what we have put there.

A list in the folder tells that, so that nothing is made twice, and nothing of others is touched.
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from secrets import token_hex

from storage.errors import NameTaken, disk_errors
from storage.names import folded, numbered
from storage.reading import size_of

_LIST = ".tad-mirror.jsonl"
_DRAFT = ".tad-mirror-"


@dataclass(frozen=True, slots=True)
class Mirrored:
    """Of one track: the name that was wanted, and the one it has; of what it was made; its size.

    A file that lay beside tracks is told by its path in the place of the id of a track.
    """

    track: int | str
    wanted: str
    path: str
    mark: str
    size: int


class Mirror:
    """`read` it first. A `mark` is the same as long as the same would come of it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[int | str, Mirrored] = {}
        self._taken: dict[str, int | str] = {}  # names, folded: file systems of phones ignore case

    async def read(self) -> None:
        """Learn what we have put there. Raises `DiskFailure`."""
        await asyncio.to_thread(self._read)

    def draft(self) -> Path:
        """Return where a file can be made that is to be put there."""
        return self._root / f"{_DRAFT}{token_hex(8)}.part"

    async def begin(self) -> None:
        """Make the folder, and remove what a run that was killed has left."""
        await asyncio.to_thread(self._begin)

    async def has(self, track: int | str, wanted: PurePosixPath, mark: str) -> bool:
        """Tell whether it is there, as it would be made again."""
        known = self._known.get(track)
        if known is None or (known.wanted, known.mark) != (str(wanted), mark):
            return False
        return await asyncio.to_thread(self._is_ours, known)

    async def put(self, draft: Path, track: int | str, wanted: PurePosixPath, mark: str) -> None:
        """Give a draft its name, in place of what we have made of the same track before.

        Raises `NameTaken` where there is a file that is not ours, and `DiskFailure`.
        """
        await asyncio.to_thread(self._put, draft, track, wanted, mark)

    def _read(self) -> None:
        self._known, self._taken = {}, {}
        with disk_errors(self._root), suppress(FileNotFoundError):
            for line in (self._root / _LIST).read_text("utf-8", "replace").splitlines():
                if one := _entry(line):
                    self._note(one)

    def _begin(self) -> None:
        with disk_errors(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            for path in list(self._root.glob(f"{_DRAFT}*.part")):
                path.unlink(missing_ok=True)

    def _put(self, draft: Path, track: int | str, wanted: PurePosixPath, mark: str) -> None:
        before = self._known.get(track)
        path = self._free(track, wanted)
        target = self._root / path
        with disk_errors(target):
            is_own = before is not None and before.path == str(path) and self._is_ours(before)
            if not is_own and os.path.lexists(target):
                raise NameTaken(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            size = _synced(draft)
            draft.replace(target)
            if before is not None and before.path != str(path) and self._is_ours(before):
                (self._root / before.path).unlink(missing_ok=True)
            self._note(Mirrored(track, str(wanted), str(path), mark, size))
            with (self._root / _LIST).open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(asdict(self._known[track]), ensure_ascii=False)}\n")

    def _free(self, track: int | str, wanted: PurePosixPath) -> PurePosixPath:
        """Return the first name that no other track has: `x.flac` and `x.mp3` may become one."""
        names = (wanted.with_name(numbered(wanted.name, number)) for number in count(1))
        return next(one for one in names if self._taken.get(folded(str(one)), track) == track)

    def _note(self, one: Mirrored) -> None:
        before = self._known.get(one.track)
        if before is not None:
            self._taken.pop(folded(before.path), None)
        self._known[one.track] = one
        self._taken[folded(one.path)] = one.track

    def _is_ours(self, known: Mirrored) -> bool:
        return size_of(self._root / known.path) == known.size


def _synced(draft: Path) -> int:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size


def _entry(line: str) -> Mirrored | None:
    """Read a line; one that was cut off, or that somebody has changed, says nothing."""
    try:
        said = json.loads(line)
        one = Mirrored(**said)
    except (ValueError, TypeError):
        return None
    path = PurePosixPath(str(one.path))
    is_inside = path.name and not path.is_absolute() and ".." not in path.parts
    return one if is_inside and isinstance(one.track, int | str) else None
