"""One TCP connection: framing, the key exchange, the imitated wire."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Sequence
from typing import Any

import structlog

from sandbox.mtproto.centre import Centre
from sandbox.mtproto.clock import Kind
from sandbox.mtproto.exchange import Exchange
from sandbox.mtproto.framing import KEY_UNKNOWN, TRANSPORT_FLOOD, Framing
from sandbox.mtproto.handshake import Handshake
from sandbox.mtproto.keys import Device
from sandbox.mtproto.messages import parse
from sandbox.mtproto.tl import Buffer
from sandbox.mtproto.violation import ProtocolViolationError
from sandbox.world import User

log = structlog.get_logger(__name__)

_SEND_BUFFER = 4 << 20
_HIGH_WATER = 64 << 20  # replies wait in memory; the sandbox never pauses a method for them
# A narrow line gives its bytes little by little, not each reply at once.
_SLICE = 64 << 10
_SLICE_LASTS = 0.05  # seconds, at most


class Connection(asyncio.Protocol):
    """Takes packets as they come and writes at the pace of the imitated wire."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._framing = Framing()
        self._handshake = Handshake(centre.server_key)
        self._exchange = Exchange(centre, self)
        self._transport: asyncio.Transport | None = None
        self._device: Device | None = None
        self._admitted = False
        self._closed = asyncio.Event()
        self._free_at = 0.0  # when the imitated wire has sent what it was given
        self._on_the_way = 0  # slices that it has not sent yet
        self._ending = False

    @property
    def dc(self) -> int:
        return self._centre.id

    @property
    def user(self) -> User | None:
        return self._device.user if self._device else None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(high=_HIGH_WATER)
        plug = transport.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._transport = transport
        self._centre.visitors.add(self)
        self._centre.counters.accepted[self.dc] += 1
        self._centre.counters.open[self.dc] += 1

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._centre.visitors.discard(self)
        self._centre.counters.open[self.dc] -= 1
        self._exchange.leave()
        self._closed.set()

    async def gone(self) -> None:
        await self._closed.wait()

    def data_received(self, data: bytes) -> None:
        self._centre.counters.bytes_in[self.dc] += len(data)
        try:
            for packet in self._framing.feed(data):
                self._take(packet)
        except ProtocolViolationError as error:
            log.warning("protocol violation", dc=self.dc, error=str(error))
            self.drop()

    def drop(self) -> None:
        """Break the connection at once, as a network does."""
        if self._transport:
            self._transport.abort()

    def close(self) -> None:
        """Close when everything written so far has gone out."""
        self._ending = True
        if self._transport and not self._on_the_way:
            self._transport.close()

    def write(self, parts: Sequence[Buffer], *, half: bool = False) -> None:
        if not self._is_closing():
            self._pace(self._framing.frame(parts), half=half)

    def _pace(self, parts: Sequence[Buffer], *, half: bool = False) -> None:
        """Hand bytes to the network as fast as the imitated wire would carry them."""
        data = b"".join(parts)
        if half:
            data = data[: len(data) // 2]
        if bandwidth := self._centre.faults.wire.bandwidth:
            self._drip(data, bandwidth)
        else:
            self._send(data)
        if half:
            self.close()

    def _drip(self, data: bytes, bandwidth: float) -> None:
        """Send in slices, each when a line of so many bytes/s would have carried it."""
        loop = asyncio.get_running_loop()
        self._free_at = max(self._free_at, loop.time())
        size = max(1, min(_SLICE, int(bandwidth * _SLICE_LASTS)))
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            self._free_at += len(piece) / bandwidth
            self._on_the_way += 1
            loop.call_at(self._free_at, self._arrive, piece)

    def _arrive(self, piece: bytes) -> None:
        self._on_the_way -= 1
        self._send(piece)
        if self._ending:
            self.close()

    def _take(self, packet: bytes) -> None:
        if self._is_closing():
            return
        if packet[:8] == bytes(8):
            self._agree(packet)
            return
        device = self._centre.devices.get(packet[:8])
        if device is None:
            self._pace(self._framing.frame_error(KEY_UNKNOWN))
            return
        self._device = device
        if self._admit():
            self._exchange.receive(device, packet)

    def _admit(self) -> bool:
        """Hold the account to its number of connections; asked again once its user is known."""
        if not self._admitted and not self._centre.may_visit(self):
            self._centre.counters.service["refused"] += 1
            self._device = None
            self._pace(self._framing.frame_error(TRANSPORT_FLOOD))
            self.close()
            return False
        self._admitted = self.user is not None
        return True

    def _agree(self, packet: bytes) -> None:
        clock = self._centre.clock
        answer = self._handshake.answer(parse(packet[20:]), int(clock.seconds()))
        if keys := self._handshake.take_keys():
            self._centre.counters.service["keys"] += 1
            for key in keys:
                self._centre.register(Device(key, self.dc))
        if rtt := self._centre.faults.wire.rtt:
            asyncio.get_running_loop().call_later(rtt, self._write_plain, answer)
        else:
            self._write_plain(answer)

    def _write_plain(self, answer: Any) -> None:
        body = bytes(answer)
        head = struct.pack("<qqi", 0, self._centre.clock.issue(Kind.ANSWER), len(body))
        self.write([head, body])

    def _send(self, data: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._centre.counters.bytes_out[self.dc] += len(data)
            self._transport.write(data)

    def _is_closing(self) -> bool:
        return self._ending or self._transport is None or self._transport.is_closing()
