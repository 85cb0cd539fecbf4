from __future__ import annotations

import pytest
import rsa
from telethon.crypto.rsa import _compute_fingerprint

from sandbox.mtproto.primes import CDN_RSA_PRIMES, RSA_PRIMES
from sandbox.mtproto.rsa_key import ServerKey, cdn_key, published_key

KEYS = pytest.mark.parametrize("key", [published_key(), cdn_key()], ids=["master", "cdn"])


@KEYS
def test_clients_read_the_public_key(key: ServerKey) -> None:
    public = rsa.PublicKey.load_pkcs1(key.pem.encode())

    assert (public.n, public.e) == (key.modulus, key.exponent)
    assert key.fingerprint == _compute_fingerprint(public)
    assert key.modulus.bit_length() == 2048


@KEYS
def test_the_private_half_undoes_the_public(key: ServerKey) -> None:
    secret = 0x1234567890

    block = pow(secret, key.exponent, key.modulus).to_bytes(256, "big")

    assert int.from_bytes(key.decrypt(block), "big") == secret


def test_the_published_numbers_are_primes() -> None:
    for prime in {*RSA_PRIMES, *CDN_RSA_PRIMES}:
        assert pow(2, prime - 1, prime) == 1
        assert rsa.prime.is_prime(prime)
