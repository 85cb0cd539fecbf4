"""One light connection to a data centre, for files: it is never mended, only replaced."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from telethon.errors import BadMessageError, RPCError, SecurityError, TypeNotFoundError
from telethon.extensions import BinaryReader
from telethon.tl import types
from telethon.tl.core import RpcResult
from telethon.tl.functions import PingRequest

from downloader.telegram.answers import refusal, result_of
from downloader.telegram.envelope import Envelope, Secret
from downloader.telegram.link import Patience
from downloader.telegram.packets import Packets
from downloader.window import Load

_RESULT = struct.pack("<I", RpcResult.CONSTRUCTOR_ID)
_REFUSAL = 4  # bytes of a transport error
_OVERTAKEN_BY = 32  # so many later answers, and ours was lost
_MOST_OWED = 16  # receipts that wait for a request to go along with
_WRONG_CLOCK = {16, 17}  # https://core.telegram.org/mtproto/service_messages_about_messages


@dataclass(slots=True, eq=False)
class _Pending:
    """A request on its way. `ids` are those that Telegram may name it by."""

    request: Any
    body: bytes
    sent_at: float
    answer: asyncio.Future[tuple[Any, float]]
    ids: set[int] = field(default_factory=set)


class Lane(Load):
    """Several requests may be in flight at once; all of them fail when the line does.

    `introduced` wraps the first request of a connection, and `lost` is called once at its end.
    """

    def __init__(
        self,
        secret: Secret,
        patience: Patience,
        introduced: Callable[[Any], Any],
        loggers: Any,
        lost: Callable[[Lane], None],
    ) -> None:
        super().__init__()
        self._envelope = Envelope(secret, loggers)
        self.secret = secret
        self._patience = patience
        self._introduced: Callable[[Any], Any] | None = introduced
        self._told_lost = lost
        self._pending: dict[int, _Pending] = {}
        self._owed: list[int] = []
        self._loop = asyncio.get_running_loop()
        self._packets = Packets(self._take, self._lost)
        self.reason: Exception | None = None
        self.is_open = False
        self.used_at = self._loop.time()

    async def connect(self, host: str, port: int, proxy: dict[str, Any] | None) -> None:
        """Raise OSError or ProxyError when there is nobody."""
        async with asyncio.timeout(self._patience.connect.total_seconds()):
            await self._packets.connect(host, port, proxy)
        self.is_open = True

    async def ask(self, request: Any) -> tuple[Any, float]:
        """Send once; return the answer, and after how many seconds its first byte came.

        Raises what the server answers, or OSError. The bytes of a file come as `Bytes`.
        """
        if not self.is_open:
            raise ConnectionResetError
        pending = self._begun(request)
        enough = self.answers + len(self._pending) + _OVERTAKEN_BY
        try:
            async with asyncio.timeout(self._patience.whole.total_seconds()):
                while not pending.answer.done():
                    await asyncio.wait({pending.answer}, timeout=self._until_quiet(pending))
                    self._judge(pending, enough)
            return pending.answer.result()
        finally:
            for number in pending.ids:
                self._pending.pop(number, None)
            pending.answer.cancel()

    async def ping(self) -> None:
        """Show Telegram, and everything in between, that the line is in use."""
        await self.ask(PingRequest(0))

    def heard_within(self, seconds: float) -> bool:
        return self._loop.time() - self._packets.arrived_at < seconds

    def close(self) -> None:
        self._fail(ConnectionAbortedError())

    def _begun(self, request: Any) -> _Pending:
        outer = request
        if self._introduced is not None:
            outer, self._introduced = self._introduced(request), None
        pending = _Pending(request, bytes(outer), self._loop.time(), self._loop.create_future())
        self._send(pending)
        self.used_at = pending.sent_at
        return pending

    def _send(self, pending: _Pending) -> None:
        packet, message_id, packet_id = self._envelope.seal(pending.body, self._owed)
        self._owed.clear()
        pending.ids |= {message_id, packet_id}
        self._pending[message_id] = self._pending[packet_id] = pending
        self._packets.send(packet)

    def _until_quiet(self, pending: _Pending) -> float:
        """Return the seconds after which the line has been silent for too long."""
        heard = max(self._packets.arrived_at, pending.sent_at)
        return max(0.0, heard + self._patience.quiet.total_seconds() - self._loop.time())

    def _judge(self, pending: _Pending, enough: int) -> None:
        """Give up a line on which nothing comes, and an answer that so many have overtaken."""
        if pending.answer.done():
            return
        if not self._until_quiet(pending):
            self._fail(TimeoutError())
        elif self.answers > enough:
            raise TimeoutError

    def _take(self, packet: memoryview, begun: float) -> None:
        if len(packet) == _REFUSAL:
            self._fail(refusal(bytes(packet)))
            return
        try:
            for message_id, sequence, body in self._envelope.open(packet):
                if sequence & 1:
                    self._owed.append(message_id)
                self._read(message_id, body, begun)
        except SecurityError as error:
            self._fail(error)
        except (ValueError, BufferError, TypeNotFoundError, struct.error) as error:
            self._fail(SecurityError(f"unreadable: {type(error).__name__}"))
        if len(self._owed) >= _MOST_OWED or (self._owed and not self._pending):
            self._packets.send(self._envelope.receipt(self._owed))
            self._owed.clear()

    def _read(self, message_id: int, body: memoryview, begun: float) -> None:
        if body[:4] == _RESULT:
            (about,) = struct.unpack_from("<q", body, 4)
            if pending := self._pending.get(about):
                self._settle(pending, partial(result_of, pending.request, body[12:]), begun)
            return
        match BinaryReader(bytes(body)).tgread_object():
            case types.Pong(msg_id=about) as pong:
                if pending := self._pending.get(about):
                    self._settle(pending, lambda: pong, begun)
            case types.NewSessionCreated(server_salt=salt):
                self.secret.salt = salt
            case types.BadServerSalt(bad_msg_id=about, new_server_salt=salt):
                self.secret.salt = salt
                self._send_again(about)
            case types.BadMsgNotification(bad_msg_id=about, error_code=code):
                self._misunderstood(message_id, about, code)

    def _settle(self, pending: _Pending, result: Callable[[], Any], begun: float) -> None:
        if pending.answer.done():
            return
        try:
            answer = result()
        except (RPCError, TypeNotFoundError) as error:
            pending.answer.set_exception(error)
        else:
            pending.answer.set_result((answer, begun - pending.sent_at))

    def _send_again(self, about: int) -> None:
        if (pending := self._pending.get(about)) and not pending.answer.done():
            self._send(pending)

    def _misunderstood(self, message_id: int, about: int, code: int) -> None:
        if code in _WRONG_CLOCK:
            self._envelope.set_clock(message_id)
            self._send_again(about)
        else:
            self._fail(BadMessageError(None, code))

    def _lost(self, error: Exception | None) -> None:
        self._fail(error or ConnectionResetError())

    def _fail(self, error: Exception) -> None:
        """End it, whatever the reason; the first one counts."""
        if self.reason is not None:
            return
        self.reason = error
        self.is_open = False
        self._packets.abort()
        for pending in set(self._pending.values()):
            if not pending.answer.done():
                pending.answer.set_exception(error)
        self._pending.clear()
        self._told_lost(self)
