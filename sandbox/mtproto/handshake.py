"""The key exchange (https://core.telegram.org/mtproto/auth_key), from the server's side."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from telethon.crypto import AES
from telethon.extensions import BinaryReader
from telethon.tl import functions, types

from sandbox.mtproto.primes import DH_PRIME, GENERATOR, PQ_FACTORS
from sandbox.mtproto.rsa_key import ServerKey
from sandbox.mtproto.tl import big_endian, sha1_of
from sandbox.mtproto.violation import ProtocolViolationError


@dataclass(slots=True)
class _Started:
    nonce: int
    server_nonce: int


@dataclass(slots=True)
class _Agreeing:
    nonce: int
    server_nonce: int
    new_nonce: bytes
    exponent: int
    cipher: tuple[bytes, bytes]


class Handshake:
    """One exchange; `take_keys` gives its result. A client may start again at any time."""

    def __init__(self, server_key: ServerKey) -> None:
        self._server_key = server_key
        self._state: _Started | _Agreeing | None = None
        self._keys: list[bytes] = []

    def take_keys(self) -> list[bytes]:
        """Return the key agreed on, once; two spellings of it where clients would differ."""
        keys, self._keys = self._keys, []
        return keys

    def answer(self, request: Any, now: int) -> Any:
        """Return the object that answers the client's next step."""
        match request, self._state:
            case functions.ReqPqMultiRequest() | functions.ReqPqRequest(), _:
                return self._begin(request)
            case functions.ReqDHParamsRequest(), _Started() as started:
                return self._offer(request, started, now)
            case functions.SetClientDHParamsRequest(), _Agreeing() as agreeing:
                return self._finish(request, agreeing)
            case _:
                raise ProtocolViolationError(f"unexpected {type(request).__name__}")

    def _begin(self, request: Any) -> Any:
        server_nonce = int.from_bytes(os.urandom(16), "little", signed=True)
        self._state = _Started(request.nonce, server_nonce)
        first, second = PQ_FACTORS
        fingerprints = [self._server_key.fingerprint]
        return types.ResPQ(request.nonce, server_nonce, big_endian(first * second), fingerprints)

    def _offer(self, request: Any, started: _Started, now: int) -> Any:
        block = self._server_key.decrypt(request.encrypted_data)
        inner = _read_hashed(block[1:])
        _same(inner.nonce, started.nonce)
        _same(inner.server_nonce, started.server_nonce)
        new_nonce = inner.new_nonce.to_bytes(32, "little", signed=True)
        cipher = temporary_cipher(started.server_nonce, new_nonce)
        exponent = int.from_bytes(os.urandom(32), "big") | 1 << 255  # short: nothing to protect
        self._state = _Agreeing(started.nonce, started.server_nonce, new_nonce, exponent, cipher)
        ours = pow(GENERATOR, exponent, DH_PRIME)
        inner_data = types.ServerDHInnerData(
            started.nonce,
            started.server_nonce,
            GENERATOR,
            big_endian(DH_PRIME),
            big_endian(ours),
            now,
        )
        sealed = AES.encrypt_ige(_hashed(bytes(inner_data)), *cipher)
        return types.ServerDHParamsOk(started.nonce, started.server_nonce, sealed)

    def _finish(self, request: Any, agreeing: _Agreeing) -> Any:
        inner = _read_hashed(AES.decrypt_ige(request.encrypted_data, *agreeing.cipher))
        _same(inner.nonce, agreeing.nonce)
        theirs = int.from_bytes(inner.g_b, "big")
        shared = pow(theirs, agreeing.exponent, DH_PRIME)
        # Telethon drops leading zero bytes of the key, others keep them: one in 256 differs.
        short, full = big_endian(shared), shared.to_bytes(256, "big")
        self._keys = [short] if short == full else [short, full]
        self._state = None
        proof = sha1_of(agreeing.new_nonce, b"\x01", sha1_of(short)[:8])[4:20]
        number = int.from_bytes(proof, "little", signed=True)
        return types.DhGenOk(agreeing.nonce, agreeing.server_nonce, number)


def temporary_cipher(server_nonce: int, new_nonce: bytes) -> tuple[bytes, bytes]:
    """Derive the AES key and vector that hide the exchange's second half."""
    server = server_nonce.to_bytes(16, "little", signed=True)
    first = sha1_of(new_nonce, server)
    second = sha1_of(server, new_nonce)
    third = sha1_of(new_nonce, new_nonce)
    return first + second[:12], second[12:] + third + new_nonce[:4]


def _hashed(data: bytes) -> bytes:
    text = sha1_of(data) + data
    return text + os.urandom(-len(text) % 16)


def _read_hashed(text: bytes) -> Any:
    reader = BinaryReader(text[20:])
    thing = reader.tgread_object()
    if sha1_of(text[20 : 20 + reader.tell_position()]) != text[:20]:
        raise ProtocolViolationError("hash mismatch in the key exchange")
    return thing


def _same(given: int, expected: int) -> None:
    if given != expected:
        raise ProtocolViolationError("nonce mismatch")
