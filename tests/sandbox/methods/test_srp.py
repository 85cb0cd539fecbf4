from __future__ import annotations

import pytest
from telethon import types
from telethon.password import compute_check

from sandbox.methods.srp import challenge, wide
from sandbox.mtproto.primes import DH_PRIME, GENERATOR


def answer(asked_salts: tuple[bytes, bytes], public: bytes, password: str) -> tuple[bytes, bytes]:
    kind = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow
    question = types.account.Password(
        types.PasswordKdfAlgoUnknown(),
        types.SecurePasswordKdfAlgoUnknown(),
        b"",
        has_password=True,
        current_algo=kind(*asked_salts, GENERATOR, wide(DH_PRIME)),
        srp_B=public,
        srp_id=1,
    )
    check = compute_check(question, password)
    return check.A, check.M1


@pytest.mark.parametrize(("given", "is_right"), [("sésame", True), ("Sésame", False), ("", False)])
def test_only_the_right_password_is_accepted(given: str, is_right: bool) -> None:
    asked = challenge("sésame")

    public, proof = answer((asked.salt1, asked.salt2), asked.public, given)

    assert asked.accepts(public, proof) is is_right


@pytest.mark.parametrize("public", [b"", bytes(256), wide(DH_PRIME)])
def test_a_number_outside_the_group_is_refused(public: bytes) -> None:
    assert not challenge("sesame").accepts(public, bytes(32))


def test_no_two_challenges_are_alike() -> None:
    first, second = challenge("sesame"), challenge("sesame")

    assert (first.id, first.salt1, first.public) != (second.id, second.salt1, second.public)
