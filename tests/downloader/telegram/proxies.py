"""A proxy on loopback that speaks SOCKS5, SOCKS4 and HTTP, as far as our clients need them."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Address = tuple[str, int]


class RefusedError(Exception):
    """The proxy will not do it; `reply` is what it says."""

    def __init__(self, reply: bytes) -> None:
        super().__init__(reply)
        self.reply = reply


@dataclass
class Proxy:
    """Writes down where it is asked to connect to; lets in whoever knows the `password`, if any."""

    kind: str  # socks5, socks4 or http
    password: str | None = None
    refuses: bool = False
    garbage: bytes | None = None  # said instead of any reply
    asked: list[Address] = field(default_factory=list)
    address: Address = ("", 0)

    def __post_init__(self) -> None:
        self.paused = asyncio.Event()
        self._is_silent = False

    def pause(self) -> None:
        """Say nothing any more to whoever comes; `paused` tells that somebody did."""
        self._is_silent = True

    def url(self, user: str | None = None, password: str | None = None) -> str:
        login = f"{user}:{password}@" if user else ""
        return f"{self.kind}://{login}{self.address[0]}:{self.address[1]}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._serve(reader, writer)
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_silent:
            self.paused.set()
            await reader.read()
            return
        if self.garbage is not None:
            await reader.read(1)
            writer.write(self.garbage)
            return
        greet: Callable[..., Coroutine[None, None, tuple[Address, bytes]]]
        greet = {"socks5": self._socks5, "socks4": self._socks4, "http": self._http}[self.kind]
        try:
            target, accepted = await greet(reader, writer)
        except RefusedError as error:
            writer.write(error.reply)
            return
        onward_reader, onward_writer = await asyncio.open_connection(*target)
        writer.write(accepted)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_pass_on(reader, onward_writer))
                tasks.create_task(_pass_on(onward_reader, writer))
        finally:
            onward_writer.close()

    def _judge(self, target: Address, refusal: bytes) -> Address:
        self.asked.append(target)
        if self.refuses:
            raise RefusedError(refusal)
        return target

    async def _socks5(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[Address, bytes]:
        _, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        if self.password is None:
            writer.write(b"\x05\x00")
        elif 2 in offered:
            writer.write(b"\x05\x02")
            await reader.readexactly(1)
            await reader.readexactly((await reader.readexactly(1))[0])  # anybody's name
            said = await reader.readexactly((await reader.readexactly(1))[0])
            if said != self.password.encode():
                raise RefusedError(b"\x01\x01")
            writer.write(b"\x01\x00")
        else:
            raise RefusedError(b"\x05\xff")
        *_, kind = await reader.readexactly(4)
        host = ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16))
        port = int.from_bytes(await reader.readexactly(2), "big")
        rest = b"\x00\x01" + bytes(6)
        return self._judge((str(host), port), b"\x05\x02" + rest), b"\x05\x00" + rest

    async def _socks4(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[Address, bytes]:
        request = await reader.readexactly(8)
        await reader.readuntil(b"\x00")
        target = (str(ipaddress.ip_address(request[4:8])), int.from_bytes(request[2:4], "big"))
        return self._judge(target, b"\x00\x5b" + bytes(6)), b"\x00\x5a" + bytes(6)

    async def _http(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[Address, bytes]:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        host, _, port = request.split()[1].rpartition(":")
        if self.password is not None:
            login = base64.b64encode(f"ann:{self.password}".encode()).decode()
            if f"Proxy-Authorization: Basic {login}\r\n" not in request:
                raise RefusedError(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        target = self._judge((host.strip("[]"), int(port)), b"HTTP/1.1 403 Forbidden\r\n\r\n")
        return target, b"HTTP/1.1 200 Connection established\r\n\r\n"


@asynccontextmanager
async def open_proxy(proxy: Proxy) -> AsyncIterator[Proxy]:
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with server:
        proxy.address = server.sockets[0].getsockname()[:2]
        yield proxy


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
        writer.close()
