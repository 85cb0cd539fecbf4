"""Requests about the connection itself, answered without any Telegram method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from telethon.tl import functions, types

from sandbox.mtproto.clock import MessageClock
from sandbox.mtproto.keys import Session


@dataclass(frozen=True, slots=True)
class Plain:
    """An answer that goes out by itself, not inside `rpc_result`; None is silence."""

    answer: Any


def serve(session: Session, message_id: int, request: Any, clock: MessageClock) -> Plain | None:
    """Answer a service request; None if it is a method call."""
    match request:
        case (
            functions.PingRequest(ping_id=ping) | functions.PingDelayDisconnectRequest(ping_id=ping)
        ):
            return Plain(types.Pong(message_id, ping))
        case functions.GetFutureSaltsRequest(num=count):
            return Plain(_future_salts(session, message_id, count, clock))
        case functions.DestroySessionRequest(session_id=other):
            return Plain(_destroy(session, other))
        case types.MsgsStateReq(msg_ids=ids):
            # 4: received; https://core.telegram.org/mtproto/service_messages_about_messages
            return Plain(types.MsgsStateInfo(message_id, "\x04" * len(ids)))
        case types.MsgsStateInfo() | types.MsgsAllInfo() | types.HttpWait():
            return Plain(None)
    return None


def _future_salts(session: Session, message_id: int, count: int, clock: MessageClock) -> Any:
    salts = [
        types.FutureSalt(salt.since, salt.until, salt.value)
        for salt in session.device.salts.announced(count, clock.now())
    ]
    return types.FutureSalts(message_id, int(clock.seconds()), salts)


def _destroy(session: Session, other: int) -> Any:
    if other == session.id or session.device.sessions.pop(other, None) is None:
        return types.DestroySessionNone(other)
    return types.DestroySessionOk(other)
