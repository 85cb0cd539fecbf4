"""One light connection to a data centre, for files: it is never mended, only replaced."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from telethon.errors import BadMessageError, RPCError, SecurityError, TypeNotFoundError
from telethon.tl import types
from telethon.tl.functions import PingRequest

from downloader.errors import AskAgainError
from downloader.telegram.answers import notice_in, refusal, result_in, result_of, unpacked
from downloader.telegram.envelope import Envelope, Secret
from downloader.telegram.link import Patience
from downloader.telegram.packets import Packets
from downloader.window import Load

_REFUSAL = 4  # bytes of a transport error
_OVERTAKEN_BY = 32  # so many later answers, and ours was lost
_MOST_OWED = 16  # receipts that wait for a request, or at last a ping, to go along with
_MOST_SENT = 5  # times that one request is put right and sent again
_WRONG_SALT = 48  # https://core.telegram.org/mtproto/service_messages_about_messages
_WRONG_CLOCK = {16, 17}


@dataclass(slots=True, eq=False)
class _Pending:
    """A request on its way. `ids` are those that Telegram may name it by.

    When more than `enough` answers have come on its lane, many have overtaken its own.
    `overtaken_at` tells since when it has been the next to be answered, if a line keeps the order.
    """

    request: Any
    body: bytes
    sent_at: float
    enough: int
    answer: asyncio.Future[tuple[Any, float]]
    ids: set[int] = field(default_factory=set)
    times_sent: int = 0
    overtaken_at: float | None = None

    def note(self, settled: _Pending, now: float) -> None:
        """Learn from an answer to another: what is small may come before a part that was first."""
        if self.overtaken_at is None:
            self.overtaken_at = now if settled.sent_at > self.sent_at else None
        elif settled.sent_at < self.sent_at:
            self.overtaken_at = now  # its turn had not come yet


class Lane(Load):
    """Several requests may be in flight at once; all of them fail when the line does.

    `introduced` wraps the first requests of a connection, until one of them was answered: whoever
    comes before that may be the first to be heard. `lost` is called once at its end.
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
        self._settled = 0
        self._connected = False
        self.was_heard = False
        self.reason: Exception | None = None
        self.used_at = self._brought_at = self._loop.time()

    @property
    def is_open(self) -> bool:
        return self._connected and self.reason is None

    async def connect(self, host: str, port: int, proxy: dict[str, Any] | None) -> None:
        """Raise OSError or ProxyError when there is nobody."""
        async with asyncio.timeout(self._patience.connect.total_seconds()):
            await self._packets.connect(host, port, proxy)
        self._connected = True
        if self.reason is not None:  # closed meanwhile
            self._packets.abort()
            raise self.reason

    async def ask(self, request: Any) -> tuple[Any, float]:
        """Send once; return the answer, and after how many seconds its first byte came.

        Raises what the server answers, OSError, or AskAgainError where the lane was closed by us.
        The bytes of a file come as `Bytes`.
        """
        self.used_at = self._loop.time()
        outer = request if self._introduced is None else self._introduced(request)
        return await self._asked(request, bytes(outer))

    async def ping(self) -> None:
        """Show Telegram, and everything in between, that the line is in use."""
        await self._asked(request := PingRequest(0), bytes(request))

    def heard_within(self, seconds: float) -> bool:
        return self._loop.time() - self._packets.arrived_at < seconds

    def close(self) -> None:
        self._fail(AskAgainError("the lane was closed"))

    async def _asked(self, request: Any, body: bytes) -> tuple[Any, float]:
        if not self.is_open:
            raise self.reason or ConnectionResetError
        enough = self._settled + len(self._pending) + _OVERTAKEN_BY
        answer: asyncio.Future[tuple[Any, float]] = self._loop.create_future()
        pending = _Pending(request, body, self._loop.time(), enough, answer)
        self._send(pending)
        try:
            while not answer.done():
                await asyncio.wait({answer}, timeout=self._until_late(pending))
                if not answer.done() and not self._until_late(pending):
                    if pending.overtaken_at is not None:
                        raise TimeoutError
                    self._fail(TimeoutError())
            return answer.result()
        finally:
            self._forget(pending)

    def _send(self, pending: _Pending) -> None:
        packet, message_id, packet_id = self._envelope.seal(pending.body, self._owed)
        self._owed.clear()
        pending.times_sent += 1
        pending.ids |= {message_id, packet_id}
        self._pending[message_id] = self._pending[packet_id] = pending
        self._packets.send(packet)

    def _forget(self, pending: _Pending) -> None:
        for number in pending.ids:
            self._pending.pop(number, None)
        if not pending.answer.cancel():
            pending.answer.exception()  # else asyncio reports one that nobody waited for any more

    def _until_late(self, pending: _Pending) -> float:
        """Return the seconds after which the line has been silent, or without result, for long.

        Answers share the line, so that each may take long without anything being wrong: how long
        counts from the last one that came.
        """
        heard = max(self._packets.arrived_at, pending.sent_at)
        brought = max(self._brought_at, pending.sent_at)
        quiet = self._patience.quiet.total_seconds()
        late = min(heard + quiet, brought + self._patience.whole.total_seconds())
        if pending.overtaken_at is not None:
            due = pending.overtaken_at + quiet
            if self._packets.begun_at > due:  # else it may be its own answer that is coming
                late = min(late, due)
        return max(0.0, late - self._loop.time())

    def _take(self, packet: memoryview, begun: float) -> None:
        self._brought_at = self._loop.time()
        self.was_heard = True
        if len(packet) == _REFUSAL:
            self._fail(refusal(bytes(packet)))
            return
        try:
            for message_id, sequence, body in self._envelope.open(packet):
                if sequence & 1:
                    self._owed.append(message_id)
                self._read(message_id, unpacked(body), begun)
        except SecurityError as error:
            # The line is no better than a broken one, and often it is just that:
            # https://core.telegram.org/mtproto/security_guidelines#behavior-in-case-of-mismatch
            self._fail(ConnectionResetError(str(error)))
        if len(self._owed) >= _MOST_OWED:
            self._packets.send(self._envelope.receipt(self._owed))
            self._owed.clear()

    def _read(self, message_id: int, body: memoryview, begun: float) -> None:
        if found := result_in(body):
            about, result = found
            if pending := self._pending.get(about):
                self._answer(pending, result, begun)
            return
        match notice_in(body):
            case types.Pong(msg_id=about) as pong:
                if pending := self._pending.get(about):
                    self._settle(pending, pong, begun)
            case types.NewSessionCreated(server_salt=salt):
                self.secret.salt = salt
            case types.BadServerSalt(bad_msg_id=about, new_server_salt=salt):
                self.secret.salt = salt
                self._send_again(about, _WRONG_SALT)
            case types.BadMsgNotification(bad_msg_id=about, error_code=code):
                self._misunderstood(message_id, about, code)

    def _answer(self, pending: _Pending, result: memoryview, begun: float) -> None:
        try:
            answer = result_of(pending.request, result)
        except (RPCError, SecurityError, TypeNotFoundError) as error:
            self._settle(pending, error, begun)
        else:
            self._introduced = None
            self._settle(pending, answer, begun)

    def _settle(self, pending: _Pending, answer: Any, begun: float) -> None:
        if pending.answer.done():
            return
        if isinstance(answer, Exception):
            pending.answer.set_exception(answer)
        else:
            pending.answer.set_result((answer, begun - pending.sent_at))
        self._settled += 1
        now = self._loop.time()
        for other in self._pending.values():
            other.note(pending, now)
        oldest = next(iter(self._pending.values()))
        if self._settled > oldest.enough and not oldest.answer.done():
            oldest.answer.set_exception(TimeoutError())

    def _send_again(self, about: int, code: int) -> None:
        pending = self._pending.get(about)
        if pending is None or pending.answer.done():
            return
        if pending.times_sent >= _MOST_SENT:
            self._fail(BadMessageError(None, code))
        else:
            self._send(pending)

    def _misunderstood(self, message_id: int, about: int, code: int) -> None:
        if code in _WRONG_CLOCK:
            self._envelope.set_clock(message_id)
            self._send_again(about, code)
        else:
            self._fail(BadMessageError(None, code))

    def _lost(self, error: Exception | None) -> None:
        self._fail(error or ConnectionResetError())

    def _fail(self, error: Exception) -> None:
        """End it, whatever the reason; the first one counts."""
        if self.reason is not None:
            return
        self.reason = error
        self._packets.abort()
        for pending in tuple(self._pending.values()):
            if not pending.answer.done():
                pending.answer.set_exception(error)
        self._pending.clear()
        self._told_lost(self)
