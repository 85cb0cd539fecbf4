"""What the doctor looks at on this machine: folders, disk, database, key, accounts."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot.complaints import complaint
from bot.settings import Settings
from storage.errors import StorageError
from storage.models import Account, AccountState
from storage.store import KEY_NAME, open_store

_MEGABYTE = 1_000_000
_PARTS = ".tad"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at; `hint` says what was found, or what to do where it is not `well`."""

    what: str
    hint: str
    well: bool


def fine(what: str, hint: str = "") -> Finding:
    return Finding(what, hint, well=True)


def wrong(what: str, hint: str) -> Finding:
    return Finding(what, hint, well=False)


async def here(settings: Settings) -> AsyncIterator[Finding]:
    """Look at everything that needs no network."""
    for name, folder in (("data folder", settings.data_dir), ("music folder", settings.music_dir)):
        yield await asyncio.to_thread(writable, name, folder)
    yield await asyncio.to_thread(space, settings.music_dir, settings.disk_reserve_mb)
    yield await asyncio.to_thread(one_file_system, settings.music_dir)
    try:
        async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
            accounts = await store.accounts.all()
    except StorageError as error:
        yield wrong("database", complaint(error))
        return
    yield fine("database", str(settings.data_dir))
    yield await asyncio.to_thread(key, settings.key_file or settings.data_dir / KEY_NAME)
    yield signed_in(accounts)


def writable(what: str, folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return fine(what, str(folder))
    except OSError as error:
        user = f"user {os.getuid()} must be able to write there"
        return wrong(what, f"{folder}: {error.strerror}; {user}")


def space(folder: Path, reserve_mb: int) -> Finding:
    try:
        free = shutil.disk_usage(folder).free // _MEGABYTE
    except OSError as error:
        return wrong("free space", f"{folder}: {error.strerror}")
    if free > reserve_mb:
        return fine("free space", f"{free} MB")
    hint = f"{free} MB, and DISK_RESERVE_MB keeps {reserve_mb} MB free: make room, or lower it"
    return wrong("free space", hint)


def one_file_system(music: Path) -> Finding:
    """Finished files are moved into place in one step, which works inside one file system only."""
    what, parts = "one file system", music / _PARTS
    try:
        same = not parts.exists() or parts.stat().st_dev == music.stat().st_dev
    except OSError as error:
        return wrong(what, f"{parts}: {error.strerror}")
    hint = "" if same else f"{parts} must not be a mount of its own"
    return Finding(what, hint, well=same)


def key(path: Path) -> Finding:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        return wrong("key file", f"{path}: {error.strerror}")
    if mode & 0o077:
        return wrong("key file", f"others may read it; run: chmod 400 {path}")
    return fine("key file", str(path))


def signed_in(accounts: list[Account]) -> Finding:
    ready = [account.name for account in accounts if account.state is AccountState.READY]
    lost = [account.name for account in accounts if account.state is not AccountState.READY]
    if lost:
        hint = f"{', '.join(lost)}: no longer signed in; run: tad login"
        return wrong("accounts", hint)
    if not ready:
        return wrong("accounts", "nobody is signed in; run: tad login")
    return fine("accounts", ", ".join(ready))
