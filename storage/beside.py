"""Writes small files into the library in one step; never over a file of somebody else's."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path, PurePosixPath
from secrets import token_hex
from threading import Lock

from storage.errors import DiskFailure, DiskTrouble, NameTaken, disk_errors
from storage.folders import FolderNames, make_folders
from storage.keyring import Keyring
from storage.placing import place, sync_folder
from storage.reading import is_file


class Beside:
    """Works under `root`; what is not whole yet lies in the `workshop`."""

    def __init__(
        self, root: Path, workshop: Path, names: FolderNames, placing: Lock, keyring: Keyring
    ) -> None:
        self._root = root
        self._workshop = workshop
        self._names = names
        self._placing = placing
        self._keyring = keyring

    async def put(self, path: PurePosixPath, body: bytes, instead_of: str | None) -> None:
        """Write a file, or let it be instead of one that has this SHA-256.

        Raises `NameTaken` where there is another.
        """
        await asyncio.to_thread(self._put, path, body, instead_of)

    async def drop(self, path: PurePosixPath, sha256: str) -> None:
        """Remove the file if it has this SHA-256."""
        await asyncio.to_thread(self._drop, self._root / path, sha256)

    def _put(self, path: PurePosixPath, body: bytes, instead_of: str | None) -> None:
        if not self._workshop.is_dir():
            raise DiskFailure(DiskTrouble.MISSING, self._root)
        target = self._root / path
        draft = self._workshop / f"beside-{token_hex(8)}"
        with self._placing, disk_errors(target):
            try:
                _write(draft, body)
                with self._keyring.ready(draft) as ready:
                    self._place(ready, target, path, instead_of)
            finally:
                draft.unlink(missing_ok=True)

    def _place(
        self, draft: Path, target: Path, path: PurePosixPath, instead_of: str | None
    ) -> None:
        if (
            is_file(target)
            and instead_of is not None
            and self._keyring.sha256_of(target) == instead_of
        ):
            draft.replace(target)
            sync_folder(target.parent)
            return
        if target.exists() or target.is_symlink():
            raise NameTaken(path)
        make_folders(self._root, path.parent)
        with self._names.adding(target):
            place(draft, target)

    def _drop(self, target: Path, sha256: str) -> None:
        with self._placing, disk_errors(target):
            if self._keyring.sha256_of(target) == sha256:
                target.unlink(missing_ok=True)
                sync_folder(target.parent)


def _write(draft: Path, body: bytes) -> None:
    with draft.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
