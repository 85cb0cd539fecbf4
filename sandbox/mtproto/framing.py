"""The three TCP transports as pure framing: bytes in, packets out, and back.

Which transport a client speaks shows in its first bytes
(https://core.telegram.org/mtproto/mtproto-transports).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Protocol
from zlib import crc32

from sandbox.mtproto.tl import Buffer, total
from sandbox.mtproto.violation import ProtocolViolationError

# Transport errors, https://core.telegram.org/mtproto/mtproto-transports#transport-errors
KEY_UNKNOWN = -404
TRANSPORT_FLOOD = -429

MAX_PACKET = 2 << 20  # no request is longer; a wrong length must not make us wait for ever


class Transport(Protocol):
    def take(self, buffer: bytearray) -> bytes | None:
        """Cut the first packet off the buffer, or return None while it is not all there."""
        ...

    def frame(self, parts: Sequence[Buffer]) -> list[Buffer]:
        """Return the parts of one packet with what the transport puts around them."""
        ...


class Framing:
    """One connection's transport, found out from the first bytes."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._transport: Transport | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the packets that these bytes complete."""
        self._buffer += data
        if self._transport is None:
            self._transport = recognise(self._buffer)
        while self._transport and (packet := self._transport.take(self._buffer)) is not None:
            yield packet

    def frame(self, parts: Sequence[Buffer]) -> list[Buffer]:
        assert self._transport is not None
        return self._transport.frame(parts)

    def frame_error(self, code: int) -> list[Buffer]:
        """Frame a transport error: a packet of four bytes, with one exception.

        Over the full transport a flood was seen as bare numbers, without any checksum:
        https://github.com/LonamiWebs/Telethon/issues/4042.
        """
        if code == TRANSPORT_FLOOD and isinstance(self._transport, Full):
            return [struct.pack("<iii", code, code, code)]
        return self.frame([struct.pack("<i", code)])


def recognise(buffer: bytearray) -> Transport | None:
    """Tell the transport and cut off its tag; None while too few bytes have come."""
    if buffer[:1] == b"\xef":
        del buffer[:1]
        return Abridged()
    if len(buffer) < 8:
        return None
    if buffer[:4] == b"\xee\xee\xee\xee":
        del buffer[:4]
        return Intermediate()
    if buffer[4:8] == bytes(4):  # the first packet's sequence number
        return Full()
    raise ProtocolViolationError("unknown transport")


class Abridged:
    def take(self, buffer: bytearray) -> bytes | None:
        if len(buffer) < 4:
            return None
        if buffer[0] == 0x7F:
            return _cut(buffer, 4, int.from_bytes(buffer[1:4], "little") * 4)
        return _cut(buffer, 1, buffer[0] * 4)

    def frame(self, parts: Sequence[Buffer]) -> list[Buffer]:
        words = total(parts) // 4
        head = bytes([words]) if words < 0x7F else b"\x7f" + words.to_bytes(3, "little")
        return [head, *parts]


class Intermediate:
    def take(self, buffer: bytearray) -> bytes | None:
        if len(buffer) < 4:
            return None
        return _cut(buffer, 4, int.from_bytes(buffer[:4], "little"))

    def frame(self, parts: Sequence[Buffer]) -> list[Buffer]:
        return [struct.pack("<i", total(parts)), *parts]


class Full:
    """Numbers its packets and guards them with a CRC32."""

    def __init__(self) -> None:
        self._received = 0
        self._sent = 0

    def take(self, buffer: bytearray) -> bytes | None:
        if len(buffer) < 4:
            return None
        packet = _cut(buffer, 0, int.from_bytes(buffer[:4], "little"))
        if packet is None:
            return None
        number, checksum = int.from_bytes(packet[4:8], "little"), packet[-4:]
        if number != self._received or crc32(packet[:-4]).to_bytes(4, "little") != checksum:
            raise ProtocolViolationError(f"packet {self._received} is damaged or out of order")
        self._received += 1
        return packet[8:-4]

    def frame(self, parts: Sequence[Buffer]) -> list[Buffer]:
        head = struct.pack("<ii", total(parts) + 12, self._sent)
        self._sent += 1
        checksum = 0
        for part in (head, *parts):
            checksum = crc32(part, checksum)
        return [head, *parts, checksum.to_bytes(4, "little")]


def _cut(buffer: bytearray, head: int, count: int) -> bytes | None:
    if count > MAX_PACKET:
        raise ProtocolViolationError(f"packet of {count} bytes")
    if len(buffer) < head + count:
        return None
    packet = bytes(buffer[head : head + count])
    del buffer[: head + count]
    return packet
