"""Packets over TCP, as MTProto's intermediate transport frames them; read without a spare copy."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import Any

from python_socks import ProxyType
from python_socks.async_.asyncio import Proxy

# https://core.telegram.org/mtproto/mtproto-transports#intermediate
_GREETING = b"\xee\xee\xee\xee"
_HEAD = struct.Struct("<i")
_USUAL = (1 << 20) + 1024  # a part, and what is around it
_LARGEST = 4 << 20


class Packets(asyncio.BufferedProtocol):
    """Gives each packet to `received`, with the time its first byte came; the view is valid there.

    The system writes straight into one buffer that is kept, and never past the end of a packet:
    so nothing is moved about, and nothing is allocated for a part but the part.
    """

    def __init__(
        self,
        received: Callable[[memoryview, float], None],
        lost: Callable[[Exception | None], None],
    ) -> None:
        self._received = received
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._view = memoryview(bytearray(_USUAL))
        self._got = 0
        self._length: int | None = None
        self._begun = 0.0
        self.arrived_at = self._loop.time()

    @property
    def begun_at(self) -> float:
        """When the packet began that is half read: never, when there is none."""
        return self._begun if self._got or self._length is not None else float("inf")

    async def connect(self, host: str, port: int, proxy: dict[str, Any] | None) -> None:
        """`proxy` is in the words of python-socks (`downloader.telegram.access`)."""
        if proxy is None:
            await self._loop.create_connection(lambda: self, host, port)
            return
        plug = await _through(proxy).connect(host, port)
        await self._loop.create_connection(lambda: self, sock=plug)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(_GREETING)

    def send(self, packet: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_HEAD.pack(len(packet)) + packet)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # the packet says how much
        end = _HEAD.size if self._length is None else self._length
        return self._view[self._got : end]

    def buffer_updated(self, nbytes: int) -> None:
        self.arrived_at = self._loop.time()
        if self._length is None and not self._got:
            self._begun = self.arrived_at
        self._got += nbytes
        if self._length is None:
            if self._got == _HEAD.size:
                self._begin(*_HEAD.unpack_from(self._view))
        elif self._got == self._length:
            packet = self._view[: self._length]
            self._got, self._length = 0, None
            self._received(packet, self._begun)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._view = memoryview(b"")  # whoever still knows of us shall not keep a mebibyte
        self._lost(exc)

    def _begin(self, length: int) -> None:
        if not _HEAD.size <= length <= _LARGEST:
            self.abort()
            return
        if length > len(self._view):
            self._view = memoryview(bytearray(length))
        self._got, self._length = 0, length


def _through(proxy: dict[str, Any]) -> Proxy:
    kind = ProxyType[proxy["proxy_type"].upper()]
    names = {"username": proxy["username"], "password": proxy["password"], "rdns": proxy["rdns"]}
    return Proxy(kind, proxy["addr"], proxy["port"], **names)
