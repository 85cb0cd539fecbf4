"""The servers' RSA keys, which everybody knows."""

from __future__ import annotations

from dataclasses import dataclass

import rsa

from sandbox.mtproto.primes import CDN_RSA_PRIMES, RSA_EXPONENT, RSA_PRIMES
from sandbox.mtproto.tl import big_endian, joined_bytes, sha1_of


@dataclass(frozen=True, slots=True)
class ServerKey:
    modulus: int
    exponent: int
    private_exponent: int

    @property
    def fingerprint(self) -> int:
        numbers = (joined_bytes(big_endian(one)) for one in (self.modulus, self.exponent))
        return int.from_bytes(sha1_of(*numbers)[-8:], "little", signed=True)

    @property
    def pem(self) -> str:
        """The public half, as clients load it (PKCS #1)."""
        pem: bytes = rsa.PublicKey(self.modulus, self.exponent).save_pkcs1()
        return pem.decode()

    def decrypt(self, block: bytes) -> bytes:
        number = pow(int.from_bytes(block, "big"), self.private_exponent, self.modulus)
        return number.to_bytes(256, "big")


def published_key() -> ServerKey:
    return _key(*RSA_PRIMES)


def cdn_key() -> ServerKey:
    """Return the CDN's own key, which clients learn from `help.getCdnConfig`."""
    return _key(*CDN_RSA_PRIMES)


def _key(first: int, second: int) -> ServerKey:
    private = pow(RSA_EXPONENT, -1, (first - 1) * (second - 1))
    return ServerKey(first * second, RSA_EXPONENT, private)
