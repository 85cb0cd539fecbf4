"""Connections through memory: bytes arrive after a while, in order, unless something breaks."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any

_APART = 1e-5  # seconds between two pieces of one line
_SHORTEST, _LONGEST = 0.001, 0.030  # seconds that bytes travel

Factory = Callable[[], asyncio.BaseProtocol]


class Plug:
    """Stands in for a socket where somebody asks for it."""

    def __init__(self, name: tuple[str, int]) -> None:
        self._name = name

    def getsockname(self) -> tuple[str, int]:
        return self._name

    def setsockopt(self, *_: object) -> None:
        """There is nothing to set."""


class Server:
    def __init__(self, network: Network, factory: Factory, name: tuple[str, int]) -> None:
        self._network = network
        self.factory = factory
        self.name = name
        self.sockets = [Plug(name)]

    def close(self) -> None:
        self._network.servers.pop(self.name, None)

    async def wait_closed(self) -> None:
        """Return: it is closed at once."""


class Network:
    """`lines` are the connections that were made, the oldest first."""

    def __init__(self, loop: asyncio.AbstractEventLoop, chance: Random) -> None:
        self.loop = loop
        self.chance = chance
        self.servers: dict[tuple[str, int], Server] = {}
        self.lines: list[Transport] = []
        self.is_down = False
        self._ports = itertools.count(40_000)

    def begin(self) -> None:
        """Forget the lines of the run before."""
        self.lines.clear()
        self.is_down = False

    def listen(self, factory: Factory, host: str, port: int) -> Server:
        name = (host, port or next(self._ports))
        if name in self.servers:
            raise OSError(98, "address in use")
        self.servers[name] = Server(self, factory, name)
        return self.servers[name]

    async def connect(
        self, factory: Factory, host: str, port: int
    ) -> tuple[asyncio.Transport, asyncio.BaseProtocol]:
        await asyncio.sleep(2 * self.delay())
        server = self.servers.get((host, port))
        if server is None or self.is_down:
            raise ConnectionRefusedError(111, "refused")
        near, far = Transport(self, factory()), Transport(self, server.factory())
        near.peer, far.peer = far, near
        self.lines.append(near)
        far.protocol.connection_made(far)
        near.protocol.connection_made(near)
        return near, near.protocol

    def delay(self) -> float:
        return self.chance.uniform(_SHORTEST, _LONGEST)


class Transport(asyncio.Transport):
    """One end of a line. `is_dead` swallows whatever is sent from this end on."""

    peer: Transport

    def __init__(self, network: Network, protocol: asyncio.BaseProtocol) -> None:
        super().__init__()
        self.protocol: Any = protocol
        self.is_dead = False
        self.bandwidth: float | None = None  # bytes per second
        self._network = network
        self._loop = network.loop
        self._closing = False
        self._gone = False
        self._paused = False
        self._waiting: deque[bytes] = deque()
        self._ended = False
        self._free_at = 0.0

    def write(self, data: Any) -> None:
        if self._closing or not data:
            return
        # Never at the same moment: alarms of one moment go off in no order.
        self._free_at = max(self._free_at + _APART, self._loop.time() + self._network.delay())
        if self.bandwidth is not None:
            self._free_at += len(data) / self.bandwidth
        if not self.is_dead:
            self._loop.call_at(self._free_at, self.peer.receive, bytes(data))

    def receive(self, data: bytes) -> None:
        if self._gone:
            return
        self._waiting.append(data)
        self._hand_on()

    def end(self, error: Exception | None) -> None:
        """Take it that the other end has closed; what came before is read first."""
        if self._gone or self.peer.is_dead:
            return
        if self._paused and self._waiting:
            self._ended = True
            return
        if error is None and hasattr(self.protocol, "eof_received"):
            self.protocol.eof_received()
        self.lose(error)

    def close(self) -> None:
        if self._closing:
            return
        self._closing = True
        at = max(self._free_at, self._loop.time()) + _APART
        self._loop.call_at(at, self.peer.end, None)
        self._loop.call_soon(self.lose, None)

    def abort(self) -> None:
        if self._closing:
            return
        self._closing = True
        self._loop.call_later(self._network.delay(), self.peer.end, ConnectionResetError())
        self._loop.call_soon(self.lose, None)

    def reset(self) -> None:
        """Break the line for both ends, as a router does."""
        for end in (self, self.peer):
            self._loop.call_soon(end.lose, ConnectionResetError())

    def stall(self) -> None:
        """Let nothing through any more, and tell nobody."""
        self.is_dead = self.peer.is_dead = True

    def is_closing(self) -> bool:
        return self._closing

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        self._paused = False
        self._hand_on()

    def get_protocol(self) -> asyncio.BaseProtocol:
        protocol: asyncio.BaseProtocol = self.protocol
        return protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return Plug(("127.0.0.1", 1)) if name == "socket" else default

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing is ever in the way."""

    def get_write_buffer_size(self) -> int:
        return 0

    def can_write_eof(self) -> bool:
        return False

    def is_reading(self) -> bool:
        return not self._paused

    def _hand_on(self) -> None:
        while self._waiting and not self._paused and not self._gone:
            data = self._waiting.popleft()
            if isinstance(self.protocol, asyncio.BufferedProtocol):
                self._fill(memoryview(data))
            else:
                self.protocol.data_received(data)
        if self._ended and not self._waiting:
            self._ended = False
            self.end(None)

    def _fill(self, data: memoryview) -> None:
        while data and not self._gone:
            room = self.protocol.get_buffer(len(data))
            count = min(len(room), len(data))
            room[:count] = data[:count]
            data = data[count:]
            self.protocol.buffer_updated(count)

    def lose(self, error: Exception | None) -> None:
        self._closing = True
        if not self._gone:
            self._gone = True
            self.protocol.connection_lost(error)
