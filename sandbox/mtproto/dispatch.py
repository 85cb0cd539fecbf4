"""Method calls between the wire and the methods: faults strike here, and everything is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from telethon.tl import types

from sandbox.faults import Drop, Faults, RpcFailure, Rule
from sandbox.mtproto.centre import Incoming
from sandbox.mtproto.counters import Counters
from sandbox.mtproto.messages import Unknown

log = structlog.get_logger(__name__)

NO_FAULT = Rule("*")


def method_name(kind: type) -> str:
    """Name a request as Telegram's documentation does: `upload.getFile`."""
    space = kind.__module__.rpartition("functions")[2].strip(".")
    name = kind.__name__.removesuffix("Request")
    name = name[0].lower() + name[1:]
    return f"{space}.{name}" if space else name


class Dispatcher:
    """Calls `answer` with a method's name; what it raises as RpcFailure is the error sent.

    Any other exception is a defect of the sandbox: it is logged, kept in `crashes`, and answered
    with an error 500.
    """

    def __init__(
        self, answer: Callable[[str, Incoming], Any], faults: Faults, counters: Counters
    ) -> None:
        self._answer = answer
        self._faults = faults
        self._counters = counters
        self.crashes: list[BaseException] = []

    def take(self, incoming: Incoming) -> None:
        request = incoming.request
        if isinstance(request, Unknown):
            name = f"{request.constructor:#010x}"
        else:
            name = method_name(type(request))
        device = incoming.session.device
        self._counters.begin(device.dc, name)
        self._counters.in_takeout[name] += incoming.takeout is not None
        account = device.user.id if device.user else None
        rule = self._faults.pick(name, request, account) or NO_FAULT
        if delay := self._faults.wire.rtt + rule.delay:
            loop = asyncio.get_running_loop()
            loop.call_later(delay, self._carry_out, incoming, name, rule)
        else:
            self._carry_out(incoming, name, rule)

    def _carry_out(self, incoming: Incoming, name: str, rule: Rule) -> None:
        session, caller = incoming.session, incoming.caller
        self._counters.finish(session.device.dc)
        if rule.drop is not None:
            self._counters.service["drops"] += 1
        if rule.drop is Drop.BEFORE:
            caller.drop()
            return
        if rule.mute:
            caller.acknowledge(session, incoming.message_id)
            return
        answer = self._result(incoming, name, rule)
        half = rule.drop is Drop.MIDDLE
        caller.reply(session, incoming.message_id, answer, half=half)
        if rule.drop is Drop.AFTER:
            caller.close()

    def _result(self, incoming: Incoming, name: str, rule: Rule) -> Any:
        try:
            if rule.error:
                raise RpcFailure(*rule.error)  # noqa: TRY301  # injected and real errors are one
            answer = self._answer(name, incoming)
            return rule.reply(answer) if rule.reply else answer
        except RpcFailure as failure:
            return types.RpcError(failure.code, failure.message)
        except Exception as error:  # one broken method must not silence the others
            log.exception("method crashed", method=name)
            self.crashes.append(error)
            return types.RpcError(500, "SANDBOX_METHOD_CRASHED")
