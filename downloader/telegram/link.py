"""One connection to a data centre on which no request can hang."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telethon.errors import AuthKeyNotFound, InvalidBufferError, RPCError
from telethon.network import ConnectionTcpFull
from telethon.tl import types

from storage.unbroken import unbroken

_READ_AT_ONCE = 1 << 18
_LARGEST = 16 << 20  # bytes of a packet; what is long, the parts of files, comes over lanes
# A packet under no key: zeros in place of the key's id, then its number and length, then a type.
_UNSEALED, _TYPE = bytes(8), slice(20, 24)
# https://core.telegram.org/mtproto/auth_key
_RES_PQ = struct.pack("<I", types.ResPQ.CONSTRUCTOR_ID)
_OTHERS_OF_KEY_EXCHANGE = frozenset(
    struct.pack("<I", kind.CONSTRUCTOR_ID)
    for kind in (
        types.ServerDHParamsOk,
        types.ServerDHParamsFail,
        types.DhGenOk,
        types.DhGenRetry,
        types.DhGenFail,
    )
)
# Where the number to factor stands in one of these, and its most bytes: a longer one, or a prime,
# that anybody on the way may send, would keep the processor busy for ever.
_PQ, _LONGEST_PQ = 24 + 16 + 16, 8
_OVERTAKEN_BY = 32  # so many later replies, and ours was lost
# These say something of themselves; whatever else ends a line is a broken line.
_TELLING = (RPCError, AuthKeyNotFound, InvalidBufferError, OSError)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: `connect` for a connection incl. sign-on, `quiet` without a single byte.

    `whole` bounds one request on a line that drips, for files counted from the answer before it:
    1 MiB at 1 KiB/s still arrives. `scan` is how long a person may take to scan a QR code.
    """

    connect: timedelta = timedelta(seconds=30)
    quiet: timedelta = timedelta(seconds=30)
    whole: timedelta = timedelta(minutes=20)
    scan: timedelta = timedelta(minutes=10)
    retries: int = 1  # of a connection; later ones are made when somebody asks
    retry_delay: timedelta = timedelta(milliseconds=500)


class Wire(ConnectionTcpFull):  # type: ignore[misc]  # telethon is not typed
    """Counts the bytes as they arrive, so that a slow line can be told from a dead one.

    Telethon reads as many as a packet claims to have, and unpacks what it claims to hold, before
    anything is verified. Whoever sends what no server does has broken the line instead.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.arrived = 0

    async def _recv(self) -> Any:
        packet = await self._codec.read_packet(self)
        if packet[:8] == _UNSEALED and not _is_of_key_exchange(packet):
            raise ConnectionResetError("no answer of the key exchange")
        return packet

    async def readexactly(self, count: int) -> bytes:
        """Stand in for the stream reader towards the packet codec."""
        if count > _LARGEST:
            raise ConnectionResetError(f"a packet of {count} bytes")
        pieces = bytearray()
        while len(pieces) < count:
            piece = await self._reader.read(min(count - len(pieces), _READ_AT_ONCE))
            if not piece:
                raise asyncio.IncompleteReadError(bytes(pieces), count)
            self.arrived += len(piece)
            pieces += piece
        return bytes(pieces)


def _is_of_key_exchange(packet: bytes) -> bool:
    if packet[_TYPE] != _RES_PQ:
        return packet[_TYPE] in _OTHERS_OF_KEY_EXCHANGE
    if len(packet) <= _PQ or not 0 < packet[_PQ] <= _LONGEST_PQ:
        return False
    return _has_factors(int.from_bytes(packet[_PQ + 1 :][: packet[_PQ]], "big"))


def _has_factors(number: int) -> bool:
    """Rule out primes, by Fermat's test: for their factors is looked for hours."""
    return number > 3 and pow(2, number - 1, number) != 1


class Link:
    """Wraps a Telethon sender, which alone waits for a lost reply for ever.

    The sender must not reconnect by itself (`auto_reconnect`): it pauses only after a connection
    that failed, and none after one that was closed again at once.
    """

    def __init__(self, sender: Any, patience: Patience) -> None:
        self._sender = sender
        self._patience = patience
        self._waiting = 0
        self._answered = 0

    @property
    def connected(self) -> bool:
        # Telethon takes requests, and keeps them, while a line that broke is being closed.
        sender = self._sender
        return bool(sender.is_connected() and sender._transport_connected())  # noqa: SLF001

    async def call(self, request: Any) -> Any:
        """Send once and return the reply. Raises what the server answers, or OSError.

        A ConnectionError says that the line broke: on another one it may be sent again.
        """
        if not self.connected:
            raise ConnectionResetError
        future = self._sender.send(request)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience.whole.total_seconds()):
                await self._answer(future)
        except TimeoutError:
            self._break_off()
            raise
        finally:
            self._waiting -= 1
            future.cancel()
        return self._result(future)

    def when_over(self, tell: Callable[[], object]) -> None:
        """Call this once the connection has ended, however it did."""
        self._sender._disconnected.add_done_callback(lambda _: tell())  # noqa: SLF001

    async def close(self) -> None:
        try:
            # Telethon takes our cancellation for that of its own tasks, and swallows it.
            await unbroken(self._sender.disconnect())
        finally:
            self._sender._reconnecting = False  # noqa: SLF001  # Telethon may leave it at that
            over = self._sender._disconnected  # noqa: SLF001  # else its error is told as unseen
            if over.done() and not over.cancelled():
                over.exception()

    async def _answer(self, future: asyncio.Future[Any]) -> None:
        enough = self._answered + self._waiting + _OVERTAKEN_BY
        while not future.done():
            before = self._arrived()
            await asyncio.wait([future], timeout=self._patience.quiet.total_seconds())
            if not future.done() and (self._arrived() == before or self._answered > enough):
                raise TimeoutError

    def _arrived(self) -> int:
        wire = self._sender._connection  # noqa: SLF001  # Telethon offers no way to see its traffic
        return wire.arrived if wire else 0

    def _result(self, future: asyncio.Future[Any]) -> Any:
        if future.cancelled():  # the sender was closed under us: that is no cancellation of ours
            raise ConnectionResetError
        error = future.exception()
        if error is not None and not isinstance(error, _TELLING) and not self.connected:
            raise ConnectionResetError from error
        self._answered += 1
        return future.result()

    def _break_off(self) -> None:
        """End the connection; what else waits for a reply is told, and the next makes another."""
        self._sender._start_reconnect(None)  # noqa: SLF001  # Telethon's way to end it from outside
