from __future__ import annotations

import os
from hashlib import sha1
from typing import Any

import pytest
from telethon import functions, types
from telethon.crypto import AES
from telethon.extensions import BinaryReader

from sandbox.mtproto.handshake import Handshake, temporary_cipher
from sandbox.mtproto.primes import DH_PRIME, GENERATOR, PQ_FACTORS
from sandbox.mtproto.rsa_key import published_key
from sandbox.mtproto.tl import big_endian
from sandbox.mtproto.violation import ProtocolViolationError

KEY = published_key()
NOW = 1_800_000_000
NONCE = 5
NEW_NONCE = bytes(range(32))


class Client:
    """A client that goes through the exchange step by step."""

    def __init__(self) -> None:
        self.server = Handshake(KEY)
        begun = self.server.answer(functions.ReqPqMultiRequest(NONCE), NOW)
        self.server_nonce: int = begun.server_nonce
        self.pq: bytes = begun.pq

    def offer(self, nonce: int = NONCE, *, is_damaged: bool = False) -> Any:
        first, second = map(big_endian, PQ_FACTORS)
        number = int.from_bytes(NEW_NONCE, "little", signed=True)
        inner = bytes(types.PQInnerData(self.pq, first, second, nonce, self.server_nonce, number))
        digest = bytes(20) if is_damaged else sha1(inner).digest()
        text = digest + inner + os.urandom(235 - len(inner))
        block = pow(int.from_bytes(text, "big"), KEY.exponent, KEY.modulus).to_bytes(256, "big")
        request = functions.ReqDHParamsRequest(
            nonce, self.server_nonce, first, second, KEY.fingerprint, block
        )
        return self.server.answer(request, NOW)

    def read(self, offered: Any) -> int:
        """Return the server's number g_a."""
        cipher = temporary_cipher(self.server_nonce, NEW_NONCE)
        text = AES.decrypt_ige(offered.encrypted_answer, *cipher)
        data = BinaryReader(text[20:]).tgread_object()
        assert (data.server_time, data.g) == (NOW, GENERATOR)
        assert data.dh_prime == big_endian(DH_PRIME)
        return int.from_bytes(data.g_a, "big")

    def finish(self, exponent: int) -> Any:
        cipher = temporary_cipher(self.server_nonce, NEW_NONCE)
        ours = big_endian(pow(GENERATOR, exponent, DH_PRIME))
        inner = bytes(types.ClientDHInnerData(NONCE, self.server_nonce, 0, ours))
        text = sha1(inner).digest() + inner
        text += os.urandom(-len(text) % 16)
        request = functions.SetClientDHParamsRequest(
            NONCE, self.server_nonce, AES.encrypt_ige(text, *cipher)
        )
        return self.server.answer(request, NOW)


def test_both_sides_agree_on_a_key() -> None:
    client = Client()
    theirs = client.read(client.offer())
    exponent = 7
    while (shared := pow(theirs, exponent, DH_PRIME)) < 1 << 2040:  # a zero at the front
        exponent += 1

    done = client.finish(exponent)

    key = big_endian(shared)
    proof = sha1(NEW_NONCE + b"\x01" + sha1(key).digest()[:8]).digest()[4:]
    assert [key] == client.server.take_keys()
    assert [] == client.server.take_keys()
    assert done.new_nonce_hash1 == int.from_bytes(proof, "little", signed=True)


def test_a_key_that_begins_with_a_zero_is_known_in_both_spellings() -> None:
    client = Client()
    theirs = client.read(client.offer())
    exponent, shared = 1, theirs
    while shared >= 1 << 2040:  # about one exponent in 256 gives such a key
        exponent, shared = exponent + 1, shared * theirs % DH_PRIME

    client.finish(exponent)

    assert [big_endian(shared), shared.to_bytes(256, "big")] == client.server.take_keys()


def test_steps_out_of_order_are_refused() -> None:
    fresh = Handshake(KEY)

    for request in (
        functions.SetClientDHParamsRequest(1, 2, b""),
        functions.ReqDHParamsRequest(1, 2, b"", b"", 3, b""),
        functions.PingRequest(1),
    ):
        with pytest.raises(ProtocolViolationError):
            fresh.answer(request, NOW)


def test_a_foreign_nonce_is_refused() -> None:
    with pytest.raises(ProtocolViolationError, match="nonce"):
        Client().offer(nonce=6)


def test_a_damaged_step_is_refused() -> None:
    with pytest.raises(ProtocolViolationError, match="hash"):
        Client().offer(is_damaged=True)


def test_a_client_may_begin_again() -> None:
    client = Client()
    client.offer()

    again = client.server.answer(functions.ReqPqRequest(9), NOW)

    assert (again.nonce, again.server_nonce != client.server_nonce) == (9, True)
