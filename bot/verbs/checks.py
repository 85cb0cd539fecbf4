"""What the doctor looks at on this machine: folders, disk, database, key, accounts."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.complaints import complaint
from bot.settings import Settings
from storage.errors import StorageError, VaultError
from storage.models import Account, AccountState, Person
from storage.store import KEY_NAME, Store, open_store

_MEGABYTE = 1_000_000
_PARTS = ".tad"
DATABASE = "database"


class Mark(StrEnum):
    """How a line of the doctor begins. A warning needs attention, but nothing fails by it."""

    FINE = "✓"
    WARNING = "!"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at; `hint` says what was found, or what to do where it is not well."""

    what: str
    hint: str
    mark: Mark

    @property
    def well(self) -> bool:
        return self.mark is not Mark.WRONG


def fine(what: str, hint: str = "") -> Finding:
    return Finding(what, hint, Mark.FINE)


def warning(what: str, hint: str) -> Finding:
    return Finding(what, hint, Mark.WARNING)


def wrong(what: str, hint: str) -> Finding:
    return Finding(what, hint, Mark.WRONG)


async def here(settings: Settings, *, login_needed: bool = True) -> AsyncIterator[Finding]:
    """Look at everything that needs no network, and at nothing that rests on what is not well."""
    data = await asyncio.to_thread(writable, "data folder", settings.data_dir, "DATA_DIR")
    yield data
    music = await asyncio.to_thread(writable, "music folder", settings.music_dir, "MUSIC_DIR")
    yield music
    if music.well:
        yield await asyncio.to_thread(space, settings.music_dir, settings.disk_reserve_mb)
        yield await asyncio.to_thread(one_file_system, settings.music_dir)
    if settings.listens_for:
        yield await asyncio.to_thread(ffmpeg)
    if not (data.well and music.well):
        yield warning(DATABASE, "looked at once the folders are right")
        return
    async for finding in _stored(settings, login_needed=login_needed):
        yield finding


async def _stored(settings: Settings, *, login_needed: bool) -> AsyncIterator[Finding]:
    try:
        async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
            accounts = [await _as_found(store, one) for one in await store.accounts.all()]
            stored = await store.people.owner()
    except StorageError as error:
        yield wrong(DATABASE, complaint(error))
        return
    yield fine(DATABASE, str(settings.data_dir))
    yield await asyncio.to_thread(key, settings.key_file or settings.data_dir / KEY_NAME)
    yield owner(settings.owner_id, stored)
    yield signed_in(accounts, needed=login_needed)


async def _as_found(store: Store, account: Account) -> Account:
    """Return an account as one that needs a login if its session cannot be opened."""
    try:
        await store.accounts.session(account.id)
    except VaultError:
        return replace(account, state=AccountState.NEEDS_LOGIN)
    return account


def writable(what: str, folder: Path, setting: str) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return fine(what, str(folder))
    except OSError as error:
        advice = f"set {setting} to a folder that user {os.getuid()} may write to"
        return wrong(what, f"{folder}: {error.strerror}; {advice}")


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
    return fine(what) if same else wrong(what, f"{parts} must not be a mount of its own")


def ffmpeg() -> Finding:
    """Look for what listens to tracks; it is only needed for that."""
    path = shutil.which("ffmpeg")
    if path is None:
        wanted = "REPLAYGAIN, CHECK_SOUND and FINGERPRINTS do nothing without it"
        return warning("ffmpeg", f"not installed, and {wanted}: install it, or switch them off")
    return fine("ffmpeg", path)


def key(path: Path) -> Finding:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        return wrong("key file", f"{path}: {error.strerror}")
    if mode & 0o077:
        return wrong("key file", f"others may read it; run: chmod 400 {path}")
    return fine("key file", str(path))


def owner(owner_id: int | None, stored: Person | None) -> Finding:
    """Until somebody has used the code that is shown at the start, the bot answers nobody."""
    if owner_id is not None:
        return fine("owner", f"{owner_id}, by OWNER_ID")
    if stored is not None:
        return fine("owner", f"{stored.name} ({stored.id})")
    return warning("owner", "nobody yet: open the link that `tad run` shows, or run: tad claim")


def signed_in(accounts: list[Account], *, needed: bool = True) -> Finding:
    """Before the first login the bot is up and waits, which is well where it is not `needed`."""
    ready = [account.name for account in accounts if account.state is AccountState.READY]
    lost = [account.name for account in accounts if account.state is not AccountState.READY]
    missing = wrong if needed else warning
    if lost:
        return missing("accounts", f"{', '.join(lost)}: no longer signed in; run: tad login")
    if not ready:
        return missing("accounts", "nobody is signed in; run: tad login")
    return fine("accounts", ", ".join(ready))
