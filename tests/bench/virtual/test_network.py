from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bench.virtual.loop import VirtualLoop
from bench.virtual.network import Network, Transport

PLACE = ("127.0.0.1", 4000)


class End(asyncio.Protocol):
    """Notes what comes and when, and how it ends."""

    def __init__(self) -> None:
        self.got: list[tuple[float, bytes]] = []
        self.over = asyncio.Event()
        self.error: Exception | None = None

    @property
    def data(self) -> bytes:
        return b"".join(data for _, data in self.got)

    def data_received(self, data: bytes) -> None:
        self.got.append((asyncio.get_running_loop().time(), data))

    def connection_lost(self, exc: Exception | None) -> None:
        self.error = exc
        self.over.set()


def meet(act: Callable[[Network, Transport, End, End], Awaitable[None]]) -> None:
    """Connect two ends in virtual time, and do something with them."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        far, near = End(), End()
        server = await loop.create_server(lambda: far, *PLACE)
        line, _ = await loop.create_connection(lambda: near, *PLACE)
        assert isinstance(line, Transport)
        await act(loop.network, line, near, far)
        server.close()

    with asyncio.Runner(loop_factory=lambda: VirtualLoop(1)) as runner:
        runner.run(main())


def test_bytes_arrive_in_order_and_before_the_end() -> None:
    async def act(_: Network, line: Transport, near: End, far: End) -> None:
        for number in range(9):
            line.write(bytes([number]))
        line.close()
        await far.over.wait()
        assert far.data == bytes(range(9))
        assert [near.error, far.error] == [None, None]

    meet(act)


def test_a_line_that_breaks_breaks_for_both() -> None:
    async def act(_: Network, line: Transport, near: End, far: End) -> None:
        line.write(b"lost")
        line.reset()
        await near.over.wait()
        await far.over.wait()
        assert isinstance(near.error, ConnectionResetError)
        assert isinstance(far.error, ConnectionResetError)
        assert far.data == b""

    meet(act)


def test_a_line_that_stalls_tells_nobody() -> None:
    async def act(_: Network, line: Transport, near: End, far: End) -> None:
        line.stall()
        line.write(b"lost")
        await asyncio.sleep(3600)
        assert far.data == b""
        assert not near.over.is_set()

    meet(act)


def test_a_slow_line_takes_as_long_as_its_bytes() -> None:
    async def act(_: Network, line: Transport, near: End, far: End) -> None:
        line.peer.bandwidth = 100.0
        before = asyncio.get_running_loop().time()
        far_line = line.peer
        far_line.write(bytes(1000))
        await asyncio.sleep(60)
        [(at, data)] = near.got
        assert len(data) == 1000
        assert 10.0 < at - before < 10.1

    meet(act)


def test_without_a_network_nobody_is_reached() -> None:
    async def act(network: Network, *_: Any) -> None:
        network.is_down = True
        with pytest.raises(ConnectionRefusedError):
            await network.connect(End, *PLACE)

    meet(act)
