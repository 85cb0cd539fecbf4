"""Our own copies of parts, for tags to be written into them: the files themselves stay whole.

What is made of a track to be sent away is beside them.

They lie in the workshop of the library, on its file system. What a kill leaves of them is replaced
by the next copy of the same file, or swept away.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from secrets import token_hex
from threading import Event

from storage.errors import DiskFailure, DiskTrouble, disk_errors
from storage.reading import regular_file, sha256_of

_PIECE = 1 << 20
_ENDING = ".tagged"
_OUTGOING = "outgoing-"


class Copies:
    def __init__(self, workshop: Path) -> None:
        self.folder = workshop

    def of_document(self, document_id: int) -> Path:
        """Return where the copy of a part is, or would be."""
        return self.folder / f"{document_id}{_ENDING}"

    def outgoing(self, suffix: str = "") -> Path:
        """Return where something can be made that is sent away, or only looked at, and not kept."""
        return self.folder / f"{_OUTGOING}{token_hex(8)}{suffix}"

    async def drop_outgoing(self) -> None:
        """Remove what was to be sent away by a run that is over."""
        await asyncio.to_thread(_drop_outgoing, self.folder)

    async def make(self, source: Path, copy: Path) -> None:
        """Copy a file whole. Raises `DiskFailure`, also where there is none."""
        given_up = Event()
        try:
            await asyncio.to_thread(_make, source, copy, given_up)
        finally:
            given_up.set()

    async def finish(self, copy: Path) -> tuple[str, int]:
        """Make a copy durable as it is now; return its SHA-256 (hex) and its bytes."""
        found = await asyncio.to_thread(settled, copy)
        if found is None:
            raise DiskFailure(DiskTrouble.MISSING, copy)
        return found

    async def drop(self, copy: Path) -> None:
        await asyncio.to_thread(_drop, copy)


def _make(source: Path, copy: Path, given_up: Event) -> None:
    _drop(copy)
    with regular_file(source) as file, disk_errors(copy):
        if file is None:
            raise DiskFailure(DiskTrouble.MISSING, source)
        with copy.open("xb") as written:
            while (piece := file.read(_PIECE)) and not given_up.is_set():
                written.write(piece)


def settled(path: Path) -> tuple[str, int] | None:
    """Make a file durable; return its SHA-256 and its bytes, None where there is none; blocking."""
    with regular_file(path) as file, disk_errors(path):
        if file is None:
            return None
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    digest = sha256_of(path)
    return None if digest is None else (digest, size)


def _drop_outgoing(folder: Path) -> None:
    with disk_errors(folder):
        for path in list(folder.glob(f"{_OUTGOING}*")):
            path.unlink(missing_ok=True)


def _drop(copy: Path) -> None:
    with disk_errors(copy):
        copy.unlink(missing_ok=True)
