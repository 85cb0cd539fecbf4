"""Secrets at rest: sealed with AES-256-GCM under the one key of this installation."""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import (
    KeyMissingError,
    KeyWrongError,
    NameTaken,
    SealBrokenError,
    disk_errors,
)
from storage.exclusive import in_turn
from storage.folders import make_way
from storage.placing import drop_reservation, place, sync_folder
from storage.segments import SegmentKey

log = structlog.get_logger(__name__)

# A sealed record: version (1 byte), key id (8), nonce (12), ciphertext, tag (16). The nonce is
# random: at 96 bits one key is good for 2^32 records, which no installation reaches
# (NIST SP 800-38D, 8.3).
_VERSION = b"\x01"
_KEY_SIZE = 32
_ID_SIZE = 8
_NONCE_SIZE = 12
_HEAD_SIZE = len(_VERSION) + _ID_SIZE
_SHORTEST = _HEAD_SIZE + _NONCE_SIZE + 16


class Vault:
    def __init__(self, key: bytes, key_file: Path) -> None:
        self._key_file = key_file
        self._key = key
        self._head = _VERSION + _derived(key, "key id", _ID_SIZE)
        self._cipher = AESGCM(_derived(key, "seal", _KEY_SIZE))
        self._signing_key = _derived(key, "sign", _KEY_SIZE)

    def encrypt(self, plain: bytes, context: str) -> bytes:
        """Seal `plain` so that it opens only under the same context."""
        nonce = secrets.token_bytes(_NONCE_SIZE)
        return self._head + nonce + self._cipher.encrypt(nonce, plain, self._bound(context))

    def decrypt(self, sealed: bytes, context: str) -> bytes:
        """Open a seal; `KeyWrongError` means another key made it."""
        if len(sealed) < _SHORTEST or not sealed.startswith(_VERSION):
            raise SealBrokenError(context)
        self.check(sealed)
        nonce = sealed[_HEAD_SIZE : _HEAD_SIZE + _NONCE_SIZE]
        hidden = sealed[_HEAD_SIZE + _NONCE_SIZE :]
        try:
            return self._cipher.decrypt(nonce, hidden, self._bound(context))
        except InvalidTag as error:
            raise SealBrokenError(context) from error

    def check(self, sealed: bytes) -> None:
        """Raise `KeyWrongError` unless this key made the seal."""
        if not sealed.startswith(self._head):
            raise KeyWrongError(self._key_file)

    def sign(self, data: bytes) -> bytes:
        """Return the HMAC-SHA256 of `data` under a key derived for signing alone."""
        return hmac.digest(self._signing_key, data, "sha256")

    def segment_key(self, purpose: str) -> SegmentKey:
        """Return what whole files of one purpose are sealed with."""
        key = _derived(self._key, f"files {purpose}", _KEY_SIZE)
        return SegmentKey(self._head[len(_VERSION) :], key, purpose)

    def _bound(self, context: str) -> bytes:
        return self._head + context.encode()


def open_vault(key_file: Path, *, may_create: bool = True) -> Vault:
    """Read the key, or make it on the first run.

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
    return Vault(key, key_file)


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
    except ValueError as error:
        raise KeyWrongError(key_file) from error
    if len(key) != _KEY_SIZE:
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
            _write(key_file)
        sync_folder(key_file.parent)


def _write(key_file: Path) -> None:
    # Written aside and put in place whole: a kill never leaves half a key under the real name.
    aside = _aside(key_file)
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_KEY_SIZE).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        place(aside, key_file)
    except NameTaken:
        log.info("key file made by another process", path=str(key_file))
    finally:
        aside.unlink(missing_ok=True)


def _aside(key_file: Path) -> Path:
    return key_file.with_name(f".{key_file.name}.new")


def _derived(key: bytes, purpose: str, length: int) -> bytes:
    info = f"telegram-audio-downloader 1 {purpose}".encode()
    return HKDF(SHA256(), length, salt=None, info=info).derive(key)
