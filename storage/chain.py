"""The chain that the journal is: each record bears the digest of the one before. Pure.

A digest is HMAC-SHA256 under a key that the database holds only sealed. Whoever can write there but
has not the key file can destroy records, but put none in their place.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.record import Head, Wrong

ROOT = "0" * 64  # what the first record bears
_PURPOSE = b"journal 1"
_END = b"journal end 1"
_VALUE = b"journal value 1"
_LONGEST_SEARCH = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A record as the bytes that its digest is of, whatever they are."""

    number: int
    at: bytes
    who: bytes
    what: bytes
    about: bytes
    before: bytes
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Key:
    """Counts from the record `first` on; `secret` is None where it does not open."""

    first: int
    secret: bytes | None


def sealed(line: Line, key: bytes) -> Line:
    """Return the line with its digest."""
    number = str(line.number).encode()
    said = (_PURPOSE, number, line.at, line.who, line.what, line.about, line.before)
    return replace(line, digest=_digest(key, said))


def mark(head: Head, key: bytes) -> str:
    """Return what proves that we have written this end, and no record can tell."""
    return _digest(key, (_END, str(head.number).encode(), head.digest.encode())).decode()


def mark_of(name: str, value: str, key: bytes) -> str:
    """Return what differs when a value does, and from which nobody can guess it."""
    return _digest(key, (_VALUE, name.encode(), value.encode())).decode()


class Chain:
    """Goes along lines in the order of their numbers, as far as they hold together."""

    def __init__(self, keys: Sequence[Key], begin: Head | None = None) -> None:
        """Take the keys in their order, and where to begin if not before the first line."""
        self._keys = keys
        self.head = begin or Head(0, ROOT)

    @property
    def is_unwritten(self) -> bool:
        """Tell whether there was never a record: the first makes a key."""
        return not self._keys

    def key(self) -> bytes | None:
        """Return the key for the next line, None where it does not open."""
        found = None
        for key in self._keys:
            if key.first <= self.head.number + 1:
                found = key.secret
        return found

    def take(self, line: Line) -> tuple[int, Wrong] | None:
        """Go on to this line; else tell which is wrong, and how."""
        expected, key = self.head.number + 1, self.key()
        if line.number > expected:
            return expected, Wrong.MISSING
        if key is None:
            return line.number, Wrong.UNREADABLE
        if line.digest != sealed(line, key).digest:
            return line.number, Wrong.CHANGED
        if line.before != self.head.digest.encode():
            return line.number, Wrong.ORDER
        self.head = Head(line.number, line.digest.decode())
        return None

    def stood_elsewhere(self, line: Line, last: int) -> bool:
        """Tell whether a line that is wrong here is right under another number up to the last."""
        key = self.key()
        numbers = range(1, min(last, _LONGEST_SEARCH) + 1)
        return key is not None and any(
            sealed(replace(line, number=number), key).digest == line.digest for number in numbers
        )


def _digest(key: bytes, parts: Sequence[bytes]) -> bytes:
    # With their lengths before them, so that no two lists of parts read the same.
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.digest(key, framed, "sha256").hex().encode()
