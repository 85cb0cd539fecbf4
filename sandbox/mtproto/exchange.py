"""The encrypted half of one connection: sessions, salts, message ids; answers and pushes."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Protocol

from telethon.tl import functions, types

from sandbox.mtproto.centre import Centre, Incoming
from sandbox.mtproto.cipher import HEADER, open_packet, seal_packet
from sandbox.mtproto.clock import Kind
from sandbox.mtproto.keys import Device, Session
from sandbox.mtproto.messages import Message, unpack, unwrap
from sandbox.mtproto.replies import result_of
from sandbox.mtproto.salts import random_long
from sandbox.mtproto.service import serve
from sandbox.mtproto.tl import Buffer, total
from sandbox.mtproto.violation import ProtocolViolationError

BAD_SALT = 48
# After one of these a session of the login's own centre gets updates.
_ASKS_FOR_UPDATES = (
    functions.updates.GetStateRequest,
    functions.updates.GetDifferenceRequest,
    functions.users.GetUsersRequest,
)


class Carrier(Protocol):
    """The connection under the encryption."""

    def write(self, parts: Sequence[Buffer], *, half: bool = False) -> None:
        """Send one packet, or only the first half of it and then close."""
        ...

    def drop(self) -> None: ...

    def close(self) -> None: ...


class Exchange:
    """Speaks for one connection."""

    def __init__(self, centre: Centre, carrier: Carrier) -> None:
        self._centre = centre
        self._carrier = carrier
        self._session: Session | None = None

    def receive(self, device: Device, packet: bytes) -> None:
        """Take one encrypted packet."""
        plain = open_packet(device.key, packet)
        salt, session_id, message_id, sequence, length = struct.unpack_from("<qqqii", plain)
        if not 0 <= length <= len(plain) - HEADER:
            raise ProtocolViolationError("a message longer than its packet")
        session, is_new = self._enter(device, session_id)
        if problem := self._problem(device, salt, message_id, sequence):
            self._send(session, [bytes(problem)], Kind.NOTICE)
            return
        if is_new:
            created = types.NewSessionCreated(message_id, random_long(), device.salts.current)
            self._send(session, [bytes(created)], Kind.NOTICE, content=True)
        body = plain[HEADER : HEADER + length]
        for message in unpack(message_id, sequence, body, self._centre.counters.service):
            self._handle(session, message)

    def leave(self) -> None:
        """Forget the session's way to the client; the session itself stays."""
        if self._session and self._session.link is self:
            self._session.link = None

    def reply(self, session: Session, message_id: int, answer: Any, *, half: bool = False) -> None:
        self._send(session, result_of(message_id, answer), Kind.ANSWER, content=True, half=half)

    def acknowledge(self, session: Session, message_id: int) -> None:
        self._send(session, [bytes(types.MsgsAck([message_id]))], Kind.NOTICE)

    def push(self, session: Session, update: Any) -> None:
        self._send(session, [bytes(update)], Kind.NOTICE, content=True)

    def drop(self) -> None:
        self._carrier.drop()

    def close(self) -> None:
        self._carrier.close()

    def _enter(self, device: Device, session_id: int) -> tuple[Session, bool]:
        session = device.sessions.get(session_id)
        is_new = session is None
        if session is None:
            session = device.sessions[session_id] = Session(session_id, device)
        session.link = self
        self._session = session
        return session, is_new

    def _problem(self, device: Device, salt: int, message_id: int, sequence: int) -> Any:
        """Return the notification that refuses a packet, or None."""
        if code := self._centre.clock.judge(message_id):
            self._centre.counters.service["bad_ids"] += 1
            return types.BadMsgNotification(message_id, sequence, code)
        if salt != device.salts.current:
            self._centre.counters.service["bad_salts"] += 1
            return types.BadServerSalt(message_id, sequence, BAD_SALT, device.salts.current)
        return None

    def _handle(self, session: Session, message: Message) -> None:
        served = serve(session, message.id, message.request, self._centre.clock)
        if served is not None:
            if served.answer is not None:
                self._send(session, [bytes(served.answer)], Kind.ANSWER)
            return
        envelope = unwrap(message.request)
        device = session.device
        device.layer = envelope.layer or device.layer
        device.model = envelope.model or device.model
        if not envelope.silent and isinstance(envelope.request, _ASKS_FOR_UPDATES):
            session.wants_updates = device.home
        self._centre.dispatch(
            Incoming(self, session, message.id, envelope.request, envelope.takeout)
        )

    def _send(
        self,
        session: Session,
        parts: Sequence[Buffer],
        kind: Kind,
        *,
        content: bool = False,
        half: bool = False,
    ) -> None:
        device = session.device
        sequence = session.next_sequence(content=content)
        header = struct.pack(
            "<qqqii",
            device.salts.current,
            session.id,
            self._centre.clock.issue(kind),
            sequence,
            total(parts),
        )
        self._carrier.write(seal_packet(device.key, [header, *parts]), half=half)
