from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_socks import ProxyError

from downloader.telegram.access import proxy_options
from downloader.telegram.packets import Packets
from tests.downloader.telegram.proxies import Proxy, open_proxy

GREETING = b"\xee\xee\xee\xee"
MIB = 1 << 20


class Line(asyncio.Transport):
    """Keeps what is written; is fed by hand, as the system would feed it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.closing = False

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closing

    def abort(self) -> None:
        self.closing = True


@dataclass
class Fed:
    """Packets over a line, and what came of them."""

    line: Line = field(default_factory=Line)
    got: list[bytes] = field(default_factory=list)
    ends: list[Exception | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.packets = Packets(lambda packet, _: self.got.append(bytes(packet)), self.ends.append)
        self.packets.connection_made(self.line)

    def feed(self, piece: bytes) -> None:
        """Let some bytes arrive together; there is room for one packet at a time."""
        while piece and not self.line.closing:
            room = self.packets.get_buffer(-1)
            assert len(room) > 0  # else asyncio takes the connection for broken
            count = min(len(room), len(piece))
            room[:count] = piece[:count]
            self.packets.buffer_updated(count)
            piece = piece[count:]


def framed(*packets: bytes) -> bytes:
    return b"".join(struct.pack("<i", len(packet)) + packet for packet in packets)


def pieces(data: bytes, sizes: list[int]) -> list[bytes]:
    found = []
    for size in sizes:
        found.append(data[:size])
        data = data[size:]
    return [*found, data]


@given(
    packets=st.lists(st.binary(min_size=4, max_size=300), max_size=8),
    sizes=st.lists(st.integers(1, 400), max_size=30),
)
async def test_any_split_of_the_bytes_gives_the_same_packets(
    packets: list[bytes], sizes: list[int]
) -> None:
    fed = Fed()
    for piece in pieces(framed(*packets), sizes):
        fed.feed(piece)

    assert packets == fed.got
    assert not fed.line.closing


@given(noise=st.binary(max_size=200), sizes=st.lists(st.integers(1, 50), max_size=10))
async def test_whatever_comes_it_is_packets_or_the_end_of_the_line(
    noise: bytes, sizes: list[int]
) -> None:
    fed = Fed()
    for piece in pieces(noise, sizes):
        fed.feed(piece)

    assert noise.startswith(framed(*fed.got))


@pytest.mark.parametrize("length", [-(1 << 31), -4, -1, 0, 3, (4 << 20) + 1, (1 << 31) - 1])
async def test_a_length_that_cannot_be_ends_the_line(length: int) -> None:
    fed = Fed()
    fed.feed(framed(b"good") + struct.pack("<i", length) + b"more")

    assert fed.got == [b"good"]
    assert fed.line.closing


async def test_a_packet_larger_than_a_part_finds_room() -> None:
    large = bytes(range(256)) * (3 * MIB // 256)
    fed = Fed()
    fed.feed(framed(b"before", large, b"after"))

    assert fed.got == [b"before", large, b"after"]


async def test_half_a_packet_is_no_packet() -> None:
    fed = Fed()
    fed.feed(framed(b"whole", b"half")[:-1])
    fed.packets.connection_lost(None)

    assert fed.got == [b"whole"]
    assert fed.ends == [None]


async def test_it_tells_since_when_a_packet_is_half_read() -> None:
    fed = Fed()
    told = []
    for byte in framed(b"good") + b"\x04":
        told.append(fed.packets.begun_at)
        fed.feed(bytes([byte]))
    told.append(fed.packets.begun_at)

    never = float("inf")
    assert [one == never for one in told] == [True, *[False] * 7, True, False]
    assert len({*told[1:8]}) == 1


async def test_a_dead_line_keeps_no_buffer() -> None:
    fed = Fed()
    fed.feed(framed(b"something"))
    fed.packets.connection_lost(None)

    assert len(fed.packets._view) == 0


async def test_what_is_sent_is_framed_and_after_the_end_nothing_is_sent() -> None:
    fed = Fed()
    fed.packets.send(b"question")
    fed.packets.abort()
    fed.packets.send(b"too late")

    assert bytes(fed.line.written) == GREETING + framed(b"question")


@dataclass
class Listener:
    """Hears one line to its end, then answers with `says`."""

    says: bytes = b""
    address: tuple[str, int] = ("", 0)
    heard: bytes = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard = await reader.readexactly(len(GREETING))
        writer.write(self.says)
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def open_listener(host: str, says: bytes) -> AsyncIterator[Listener]:
    listener = Listener(says)
    server = await asyncio.start_server(listener.serve, host, 0)
    async with server:
        listener.address = server.sockets[0].getsockname()[:2]
        yield listener


async def read_all(address: tuple[str, int], proxy: dict[str, Any] | None = None) -> list[bytes]:
    """Connect, and return the packets that come until the line is closed."""
    over, got = asyncio.Event(), list[bytes]()
    packets = Packets(lambda packet, _: got.append(bytes(packet)), lambda _: over.set())
    await packets.connect(*address, proxy)
    await over.wait()
    return got


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_it_connects_by_either_kind_of_address(host: str) -> None:
    async with open_listener(host, framed(b"hello")) as listener:
        assert await read_all(listener.address) == [b"hello"]

    assert listener.heard == GREETING


@pytest.mark.parametrize("kind", ["socks5", "socks4", "http"])
async def test_it_connects_through_a_proxy(kind: str) -> None:
    async with (
        open_listener("127.0.0.1", framed(b"hello")) as listener,
        open_proxy(Proxy(kind)) as proxy,
    ):
        assert await read_all(listener.address, proxy_options(proxy.url())) == [b"hello"]

    assert proxy.asked == [listener.address]


@pytest.mark.parametrize("kind", ["socks5", "http"])
async def test_it_connects_through_a_proxy_to_the_newer_kind_of_address(kind: str) -> None:
    async with (
        open_listener("::1", framed(b"hello")) as listener,
        open_proxy(Proxy(kind)) as proxy,
    ):
        assert await read_all(listener.address, proxy_options(proxy.url())) == [b"hello"]

    assert proxy.asked == [listener.address]


@pytest.mark.parametrize("kind", ["socks5", "http"])
async def test_it_tells_a_proxy_who_it_is(kind: str) -> None:
    async with (
        open_listener("127.0.0.1", framed(b"hello")) as listener,
        open_proxy(Proxy(kind, password="open sesame")) as proxy,
    ):
        options = proxy_options(proxy.url("ann", "open%20sesame"))
        assert await read_all(listener.address, options) == [b"hello"]


FAILING: list[tuple[Proxy, Callable[[Proxy], str]]] = [
    (Proxy("socks5", password="right"), lambda proxy: proxy.url("ann", "wrong")),
    (Proxy("http", password="right"), lambda proxy: proxy.url("ann", "wrong")),
    (Proxy("socks5", password="right"), Proxy.url),
    (Proxy("socks5", refuses=True), Proxy.url),
    (Proxy("socks4", refuses=True), Proxy.url),
    (Proxy("http", refuses=True), Proxy.url),
    (Proxy("socks5", garbage=b"\x00" * 40), Proxy.url),
    (Proxy("socks4", garbage=b"\xff" * 40), Proxy.url),
    (Proxy("http", garbage=b"SSH-2.0-OpenSSH\r\n\r\n"), Proxy.url),
    (Proxy("socks5", garbage=b""), Proxy.url),
    (Proxy("http", garbage=b""), Proxy.url),
]


@pytest.mark.parametrize(("proxy", "url"), FAILING)
async def test_f30_a_proxy_that_will_not_is_an_error_of_the_network(
    proxy: Proxy, url: Callable[[Proxy], str]
) -> None:
    async with open_listener("127.0.0.1", b"") as listener, open_proxy(proxy):
        with pytest.raises((ProxyError, OSError)):
            await read_all(listener.address, proxy_options(url(proxy)))

    assert listener.heard == b""


async def test_f30_a_proxy_that_is_down_is_an_error_of_the_network() -> None:
    async with open_proxy(Proxy("socks5")) as proxy:
        url = proxy.url()
    with pytest.raises(OSError, match="Could not connect to proxy"):
        await read_all(("127.0.0.1", 9), proxy_options(url))
