from __future__ import annotations

import os
from typing import Any

import pytest
from telethon import functions, types

from sandbox.mtproto.clock import MessageClock
from sandbox.mtproto.keys import Device, Session
from sandbox.mtproto.service import Plain, serve


@pytest.fixture
def session() -> Session:
    device = Device(os.urandom(256), 2)
    session = Session(1, device)
    device.sessions |= {1: session, 2: Session(2, device)}
    return session


def served(session: Session, request: Any) -> Any:
    answer = serve(session, 99, request, MessageClock())
    assert isinstance(answer, Plain)
    return answer.answer


@pytest.mark.parametrize(
    "ping", [functions.PingRequest(7), functions.PingDelayDisconnectRequest(7, 75)]
)
def test_a_ping_is_answered(session: Session, ping: Any) -> None:
    pong = served(session, ping)

    assert (pong.msg_id, pong.ping_id) == (99, 7)


def test_another_session_is_destroyed_once(session: Session) -> None:
    request = functions.DestroySessionRequest(2)

    assert isinstance(served(session, request), types.DestroySessionOk)
    assert isinstance(served(session, request), types.DestroySessionNone)
    assert [1] == list(session.device.sessions)


def test_a_session_does_not_destroy_itself(session: Session) -> None:
    answer = served(session, functions.DestroySessionRequest(1))

    assert isinstance(answer, types.DestroySessionNone)


def test_the_state_of_messages_is_told(session: Session) -> None:
    told = served(session, types.MsgsStateReq([1, 2, 3]))

    assert (told.req_msg_id, len(told.info)) == (99, 3)


def test_what_needs_no_answer_gets_none(session: Session) -> None:
    assert served(session, types.MsgsStateInfo(1, "")) is None
    assert served(session, types.HttpWait(1, 2, 3)) is None


def test_a_method_is_not_the_connection_s_business(session: Session) -> None:
    assert serve(session, 99, functions.updates.GetStateRequest(), MessageClock()) is None
