"""The files that hold keys: the one of today, and beside it the old ones; all blocking.

`tad.key` seals. `tad.key.old-<id>` opens what it has sealed before it was replaced.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from storage.errors import (
    KeyMissingError,
    KeyWrongError,
    NameTaken,
    StorageError,
    disk_errors,
)
from storage.exclusive import in_turn
from storage.folders import make_way
from storage.placing import drop_reservation, place, sync_folder
from storage.vault import KEY_SIZE, Vault, key_id_of

log = structlog.get_logger(__name__)

_OLD = "old"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One key: its id as it is written, and since when its file is there."""

    id: str
    path: Path
    since: datetime
    is_of_today: bool


def open_vault(key_file: Path, *, may_create: bool = True) -> Vault:
    """Read the keys, or make one on the first run.

    An existing file is never replaced. With `may_create` off, a missing file is `KeyMissingError`:
    a new key could not open what the lost one sealed.
    """
    _tidy(key_file)
    key = _read(key_file)
    if key is None and not may_create:
        raise KeyMissingError(key_file)
    if key is None:
        _create(key_file)
        key = _read(key_file)
    if key is None:
        raise KeyMissingError(key_file)
    return Vault(key, key_file, list(_old_keys(key_file).values()))


def renew(key_file: Path) -> Vault:
    """Put a new key in the place of today's, which is kept under its id.

    Killed at any moment, every key is there that has ever sealed anything. Raises
    `KeyMissingError` where there is none to replace.
    """
    _tidy(key_file)
    with disk_errors(key_file), in_turn(key_file.parent):
        key = _read(key_file)
        if key is None:
            raise KeyMissingError(key_file)
        _keep(key, key_file)
        _write(secrets.token_bytes(KEY_SIZE), _aside(key_file))
        _aside(key_file).rename(key_file)
        sync_folder(key_file.parent)
    return open_vault(key_file, may_create=False)


def known_keys(key_file: Path) -> list[KeyFile]:
    """Return all keys, today's first, then the old ones, the newest of them first."""
    today = _read(key_file)
    files = [] if today is None else [_told(key_file, today, is_of_today=True)]
    ids = {one.id for one in files}
    old = [_told(path, key) for path, key in _old_keys(key_file).items()]
    later = sorted(old, key=lambda one: one.since, reverse=True)
    return [*files, *(one for one in later if one.id not in ids)]


def drop_old(key_file: Path, key_id: str) -> None:
    """Delete an old key for good. What it has sealed opens nowhere any more."""
    path = _old_file(key_file, key_id)
    with disk_errors(path), in_turn(key_file.parent):
        path.unlink()
        sync_folder(key_file.parent)


def _old_keys(key_file: Path) -> dict[Path, bytes]:
    """Return those that can be read. That one cannot is no reason not to start."""
    found = {}
    with disk_errors(key_file.parent):
        paths = sorted(key_file.parent.glob(f"{key_file.name}.{_OLD}-*"))
    for path in paths:
        try:
            key = _read(path)
        except StorageError as error:
            log.warning("old key cannot be read", path=str(path), error=type(error).__name__)
            continue
        if key is not None:
            found[path] = key
    return found


def _told(path: Path, key: bytes, *, is_of_today: bool = False) -> KeyFile:
    with disk_errors(path):
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return KeyFile(key_id_of(key).hex(), path, since, is_of_today)


def _read(key_file: Path) -> bytes | None:
    with disk_errors(key_file):
        try:
            descriptor = os.open(key_file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            text = file.read(4096)
            if not text:  # its name was held, and then the power went
                return None
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    if mode & 0o077:
        # Not refused: container secrets are often mounted like this, and nobody can change it.
        log.warning("key file readable by others", path=str(key_file), mode=f"{mode:o}")
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        raise KeyWrongError(key_file) from None  # the error holds what was read
    if len(key) != KEY_SIZE:
        raise KeyWrongError(key_file)
    return key


def _tidy(key_file: Path) -> None:
    """Remove the secret that is left when a process is killed while it makes the key."""
    aside = _aside(key_file)
    with disk_errors(aside):
        if aside.exists():
            with in_turn(key_file.parent):
                aside.unlink(missing_ok=True)


def _create(key_file: Path) -> None:
    with disk_errors(key_file):
        make_way(key_file.parent, 0o700)
        with in_turn(key_file.parent):
            if key_file.exists():
                drop_reservation(key_file)
            _put(secrets.token_bytes(KEY_SIZE), key_file)
        sync_folder(key_file.parent)


def _keep(key: bytes, key_file: Path) -> None:
    """Lay today's key down as an old one, if a rotation that was killed has not done so."""
    old = _old_file(key_file, key_id_of(key).hex())
    if old.exists():
        drop_reservation(old)
    _put(key, old, _aside(key_file))
    sync_folder(key_file.parent)


def _put(key: bytes, path: Path, aside: Path | None = None) -> None:
    # Written aside and put in place whole: a kill never leaves half a key under the real name.
    aside = aside or _aside(path)
    _write(key, aside)
    try:
        place(aside, path)
    except NameTaken:
        log.info("key file made by another process", path=str(path))
    finally:
        aside.unlink(missing_ok=True)


def _write(key: bytes, path: Path) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _old_file(key_file: Path, key_id: str) -> Path:
    return key_file.with_name(f"{key_file.name}.{_OLD}-{key_id}")


def _aside(key_file: Path) -> Path:
    return key_file.with_name(f".{key_file.name}.new")
