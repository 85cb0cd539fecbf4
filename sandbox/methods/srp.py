"""The server's half of the two-step password check (https://core.telegram.org/api/srp)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import pbkdf2_hmac, sha256
from hmac import compare_digest

from sandbox.mtproto.primes import DH_PRIME, GENERATOR

_ROUNDS = 100_000


@dataclass(frozen=True, slots=True)
class Challenge:
    """One question: it is good for one answer."""

    id: int
    salt1: bytes
    salt2: bytes
    verifier: int
    secret: int

    @property
    def public(self) -> bytes:
        """The number B that the client is shown."""
        factor = int.from_bytes(_hash(wide(DH_PRIME), wide(GENERATOR)), "big")
        power = pow(GENERATOR, self.secret, DH_PRIME)
        return wide((factor * self.verifier + power) % DH_PRIME)

    def accepts(self, public: bytes, proof: bytes) -> bool:
        """Tell whether A and M1 come from someone who knows the password."""
        theirs = int.from_bytes(public, "big")
        if not 0 < theirs < DH_PRIME:
            return False
        mixed = int.from_bytes(_hash(wide(theirs), self.public), "big")
        base = theirs * pow(self.verifier, mixed, DH_PRIME)
        shared = _hash(wide(pow(base, self.secret, DH_PRIME)))
        expected = _hash(
            _both(_hash(wide(DH_PRIME)), _hash(wide(GENERATOR))),
            _hash(self.salt1),
            _hash(self.salt2),
            wide(theirs),
            self.public,
            shared,
        )
        return compare_digest(expected, proof)


def challenge(password: str) -> Challenge:
    salt1, salt2 = os.urandom(40), os.urandom(16)
    exponent = int.from_bytes(password_hash(password, salt1, salt2), "big")
    return Challenge(
        id=int.from_bytes(os.urandom(7), "big"),
        salt1=salt1,
        salt2=salt2,
        verifier=pow(GENERATOR, exponent, DH_PRIME),
        secret=int.from_bytes(os.urandom(256), "big"),
    )


def password_hash(password: str, salt1: bytes, salt2: bytes) -> bytes:
    first = _salted(_salted(password.encode(), salt1), salt2)
    slow = pbkdf2_hmac("sha512", first, salt1, _ROUNDS)
    return _salted(slow, salt2)


def wide(number: int) -> bytes:
    """Write a number as the 256 bytes in which it is hashed."""
    return number.to_bytes(256, "big")


def _salted(data: bytes, salt: bytes) -> bytes:
    return _hash(salt, data, salt)


def _hash(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def _both(first: bytes, second: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(first, second, strict=True))
