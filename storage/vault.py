"""Secrets at rest: sealed with AES-256-GCM under the one key of this installation."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import KeyWrongError, SealBrokenError
from storage.segments import SegmentKey

# A sealed record: version (1 byte), key id (8), nonce (12), ciphertext, tag (16). The nonce is
# random: at 96 bits one key is good for 2^32 records, which no installation reaches
# (NIST SP 800-38D, 8.3).
_VERSION = b"\x01"
KEY_SIZE = 32
_ID_SIZE = 8
_NONCE_SIZE = 12
HEAD_SIZE = len(_VERSION) + _ID_SIZE
_SHORTEST = HEAD_SIZE + _NONCE_SIZE + 16


class Vault:
    """Seals with the key of today, and opens what that one or an old one has sealed."""

    def __init__(self, key: bytes, key_file: Path, old: Sequence[bytes] = ()) -> None:
        self._key_file = key_file
        self._key = _Key(key)
        self._old = [one for one in map(_Key, old) if one.head != self._key.head]
        self._known = {one.head: one for one in (*self._old, self._key)}

    @property
    def key_id(self) -> bytes:
        return self._key.head[len(_VERSION) :]

    def encrypt(self, plain: bytes, context: str) -> bytes:
        """Seal `plain` so that it opens only under the same context."""
        nonce = secrets.token_bytes(_NONCE_SIZE)
        return (
            self._key.head + nonce + self._key.cipher.encrypt(nonce, plain, self._key.to(context))
        )

    def decrypt(self, sealed: bytes, context: str) -> bytes:
        """Open a seal; `KeyWrongError` means that no key that is here made it."""
        if len(sealed) < _SHORTEST or not sealed.startswith(_VERSION):
            raise SealBrokenError(context)
        key = self._maker(sealed)
        nonce = sealed[HEAD_SIZE : HEAD_SIZE + _NONCE_SIZE]
        hidden = sealed[HEAD_SIZE + _NONCE_SIZE :]
        try:
            return key.cipher.decrypt(nonce, hidden, key.to(context))
        except InvalidTag as error:
            raise SealBrokenError(context) from error

    def check(self, sealed: bytes) -> None:
        """Raise `KeyWrongError` unless a key that is here made the seal."""
        self._maker(sealed)

    def knows(self, key_id: bytes) -> bool:
        return _VERSION + key_id in self._known

    def is_of_today(self, sealed: bytes) -> bool:
        """Tell whether the key of today made the seal."""
        return sealed.startswith(self._key.head)

    def sign(self, data: bytes) -> bytes:
        """Return the HMAC-SHA256 of `data` under a key derived for signing alone."""
        return self._key.sign(data)

    def signed_before(self, data: bytes) -> list[bytes]:
        """Return what each of the old keys would have signed it with."""
        return [key.sign(data) for key in self._old]

    def segment_key(self, purpose: str, key_id: bytes | None = None) -> SegmentKey:
        """Return what whole files of one purpose are sealed with, or were with a known old key."""
        key = self._known.get(_VERSION + (key_id or b""), self._key)
        return key.segment_key(purpose)

    def _maker(self, sealed: bytes) -> _Key:
        key = self._known.get(sealed[:HEAD_SIZE])
        if key is None:
            raise KeyWrongError(self._key_file)
        return key


class _Key:
    def __init__(self, key: bytes) -> None:
        self.head = _VERSION + key_id_of(key)
        self._key = key
        self.cipher = AESGCM(_derived(key, "seal", KEY_SIZE))
        self._signing_key = _derived(key, "sign", KEY_SIZE)

    def sign(self, data: bytes) -> bytes:
        return hmac.digest(self._signing_key, data, "sha256")

    def to(self, context: str) -> bytes:
        """Return what is bound into a seal."""
        return self.head + context.encode()

    def segment_key(self, purpose: str) -> SegmentKey:
        key = _derived(self._key, f"files {purpose}", KEY_SIZE)
        return SegmentKey(self.head[len(_VERSION) :], key, purpose)


def key_id_of(key: bytes) -> bytes:
    """Return the 8 bytes by which a key is known, from which nothing of it can be told."""
    return _derived(key, "key id", _ID_SIZE)


def key_id_in(sealed: bytes) -> bytes:
    """Return which key a seal says that it was made with."""
    return sealed[len(_VERSION) : HEAD_SIZE]


def _derived(key: bytes, purpose: str, length: int) -> bytes:
    info = f"telegram-audio-downloader 1 {purpose}".encode()
    return HKDF(SHA256(), length, salt=None, info=info).derive(key)
