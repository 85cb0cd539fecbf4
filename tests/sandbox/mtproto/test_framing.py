from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

import pytest

from sandbox.mtproto.framing import Framing, Full
from sandbox.mtproto.violation import ProtocolViolationError

SMALL, LARGE = bytes(range(40)), bytes(range(256)) * 4  # around abridged's one-byte length


def abridged(packets: list[bytes]) -> bytes:
    def length(words: int) -> bytes:
        return bytes([words]) if words < 0x7F else b"\x7f" + words.to_bytes(3, "little")

    return b"\xef" + b"".join(length(len(packet) // 4) + packet for packet in packets)


def intermediate(packets: list[bytes]) -> bytes:
    framed = (len(packet).to_bytes(4, "little") + packet for packet in packets)
    return b"\xee\xee\xee\xee" + b"".join(framed)


def full(packets: list[bytes]) -> bytes:
    framed = []
    for number, packet in enumerate(packets):
        head = (len(packet) + 12).to_bytes(4, "little") + number.to_bytes(4, "little")
        framed.append(head + packet + crc32(head + packet).to_bytes(4, "little"))
    return b"".join(framed)


TRANSPORTS = [abridged, intermediate, full]
Transport = Callable[[list[bytes]], bytes]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_packets_come_out_whole(transport: Transport) -> None:
    assert [SMALL, LARGE, SMALL] == list(Framing().feed(transport([SMALL, LARGE, SMALL])))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_packets_come_out_whole_from_single_bytes(transport: Transport) -> None:
    framing = Framing()

    found = [
        packet
        for byte in transport([SMALL, LARGE, SMALL])
        for packet in framing.feed(bytes([byte]))
    ]

    assert [SMALL, LARGE, SMALL] == found


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("packet", [SMALL, LARGE])
def test_packets_go_out_as_the_client_frames_them(transport: Transport, packet: bytes) -> None:
    framing = Framing()
    assert [SMALL] == list(framing.feed(transport([SMALL])))

    framed = b"".join(framing.frame([packet[:4], memoryview(packet)[4:]]))

    tag = len(transport([]))
    assert transport([packet])[tag:] == framed


def test_full_numbers_its_packets() -> None:
    transport = Full()

    sent = [b"".join(transport.frame([SMALL])) for _ in range(3)]

    assert full([SMALL, SMALL, SMALL]) == b"".join(sent)


def test_an_unknown_transport_is_refused() -> None:
    with pytest.raises(ProtocolViolationError):
        list(Framing().feed(b"GET / HTTP/1.1\r\n"))


def test_a_damaged_packet_is_refused() -> None:
    text = bytearray(full([SMALL]))
    text[20] ^= 1

    with pytest.raises(ProtocolViolationError):
        list(Framing().feed(bytes(text)))


def test_a_packet_out_of_order_is_refused() -> None:
    framing = Framing()
    assert [SMALL] == list(framing.feed(full([SMALL])))

    with pytest.raises(ProtocolViolationError):
        list(framing.feed(full([SMALL])))


def test_an_endless_packet_is_refused() -> None:
    with pytest.raises(ProtocolViolationError):
        list(Framing().feed(b"\xee\xee\xee\xee" + (1 << 30).to_bytes(4, "little") + SMALL))
