"""Seals files of the library where they are, or opens them, so that each is always the old or new.

Whatever a kill leaves lies in the workshop, and is swept away from there; what was done stays done.
"""

from __future__ import annotations

import asyncio
import os
from enum import StrEnum
from io import BufferedReader
from pathlib import Path, PurePosixPath
from secrets import token_hex
from threading import Event, Lock

from storage.errors import DiskFailure, DiskTrouble, disk_errors
from storage.keyring import Keyring, unseal
from storage.placing import sync_folder
from storage.trash import TRASH


class Resealed(StrEnum):
    """What became of a file; of the last two, nothing was touched."""

    DONE = "done"
    AS_WANTED = "as wanted"
    GONE = "gone"
    CHANGED = "changed"  # meanwhile, by somebody else


class Resealer:
    """Works under `root`; what is not whole yet lies in the `workshop`."""

    def __init__(self, root: Path, workshop: Path, placing: Lock, keyring: Keyring) -> None:
        self._root = root
        self._workshop = workshop
        self._placing = placing
        self._keyring = keyring

    async def reseal(self, path: PurePosixPath) -> Resealed:
        """Seal a file if what comes in is sealed, else open it; what it holds stays the same.

        Raises `DiskFailure`, then it is as it was.
        """
        given_up = Event()
        try:
            return await asyncio.to_thread(self._reseal, self._root / path, given_up)
        finally:
            given_up.set()

    async def rubbish(self) -> list[PurePosixPath]:
        """Return what lies in the trash, to be sealed or opened as well."""
        return await asyncio.to_thread(self._rubbish)

    def _reseal(self, path: Path, given_up: Event) -> Resealed:
        if not self._workshop.is_dir():
            raise DiskFailure(DiskTrouble.MISSING, self._root)
        copy = self._workshop / f"resealed-{token_hex(8)}"
        try:
            with self._keyring.opened(path) as file:
                if file is None:
                    return Resealed.GONE
                if self._keyring.is_sealed(path) == self._keyring.seals:
                    return Resealed.AS_WANTED
                before = _state(os.fstat(file.fileno()))
                if not self._is_copied(file, copy, given_up):
                    return Resealed.CHANGED
            return self._replaced(path, copy, before)
        finally:
            with disk_errors(copy):
                copy.unlink(missing_ok=True)

    def _is_copied(self, file: BufferedReader, copy: Path, given_up: Event) -> bool:
        """Copy the file, and read the copy again: the original is about to go."""
        write = self._keyring.seal if self._keyring.seals else unseal
        wanted = write(file, copy, given_up)
        if wanted is None:
            return False
        if self._keyring.sha256_of(copy) != wanted:
            raise DiskFailure(DiskTrouble.BROKEN, copy)
        return True

    def _replaced(self, path: Path, copy: Path, before: tuple[int, int, int]) -> Resealed:
        with self._placing, disk_errors(path):
            if _state(path.lstat()) != before:
                return Resealed.CHANGED
            copy.replace(path)
            sync_folder(path.parent)
        return Resealed.DONE

    def _rubbish(self) -> list[PurePosixPath]:
        trash = self._workshop / TRASH
        if not trash.is_dir():
            return []
        with disk_errors(trash):
            found = [path for path in sorted(trash.iterdir()) if path.is_file()]
        return [PurePosixPath(path.relative_to(self._root)) for path in found]


def _state(about: os.stat_result) -> tuple[int, int, int]:
    return about.st_ino, about.st_size, about.st_mtime_ns
