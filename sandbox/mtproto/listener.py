"""The listening port of one data centre."""

from __future__ import annotations

import asyncio

from sandbox.mtproto.centre import LOOPBACK, Centre
from sandbox.mtproto.connection import Connection


class Listener:
    """Keeps its port over `close` and `open`, so that clients find it again."""

    def __init__(self, centre: Centre, host: str, port: int) -> None:
        if host != LOOPBACK:
            # The RSA key is known to everybody: whoever can reach the port can read along.
            raise ValueError(f"the sandbox listens on {LOOPBACK} only, not on {host}")
        self._centre = centre
        self._port = port
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        centre = self._centre
        self._server = await loop.create_server(lambda: Connection(centre), LOOPBACK, self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        centre.address = (LOOPBACK, self._port)

    async def close(self) -> None:
        """Refuse new connections and break those that are open."""
        if self._server is None:
            return
        self._server.close()
        mine = [visitor for visitor in self._centre.visitors if visitor.dc == self._centre.id]
        for visitor in mine:
            visitor.drop()
        for visitor in mine:
            await visitor.gone()
        await self._server.wait_closed()
        self._server = None
