"""Fault rules, counted and shared by both servers, and the imitated wire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Drop(StrEnum):
    """Where the connection breaks: before the request acts, within its reply, or after it."""

    BEFORE = "before"
    MIDDLE = "middle"
    AFTER = "after"


class RpcFailure(Exception):  # noqa: N818  # it is what the server answers, not a failure of it
    """An answer with an error, as the real server names it: `RpcFailure(420, "FLOOD_WAIT_5")`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


@dataclass(slots=True)
class Rule:
    """What goes wrong, and when.

    `method` is `upload.getFile` for MTProto, `bot.sendMessage` for the Bot API, or `*`. The first
    `skip` matches pass untouched, the next `times` (None: all) are hit. `reply` changes the reply's
    object before it is sent (short, flipped, swapped bytes).
    """

    method: str
    error: tuple[int, str] | None = None
    delay: float = 0.0  # seconds, on top of the wire's
    drop: Drop | None = None
    mute: bool = False  # the reply never comes, the connection stays
    reply: Callable[[Any], Any] | None = None
    when: Callable[[Any], bool] | None = None  # given the request
    account: int | None = None  # only calls of this user
    skip: int = 0
    times: int | None = 1
    hits: int = 0


@dataclass(slots=True)
class Wire:
    """`rtt` in seconds, added to each reply; `bandwidth` in bytes/s for each connection."""

    rtt: float = 0.0
    bandwidth: float | None = None
    connections_per_account: int | None = None  # more are refused, as transport error 429


@dataclass(slots=True)
class Faults:
    rules: list[Rule] = field(default_factory=list)
    wire: Wire = field(default_factory=Wire)
    _awaited: dict[str, list[asyncio.Event]] = field(default_factory=dict)

    def add(self, rule: Rule) -> Rule:
        self.rules.append(rule)
        return rule

    def next_call(self, method: str) -> asyncio.Event:
        """Return an event that is set as soon as the method is called again."""
        event = asyncio.Event()
        self._awaited.setdefault(method, []).append(event)
        return event

    def clear(self) -> None:
        self.rules.clear()

    def pick(self, method: str, request: Any = None, account: int | None = None) -> Rule | None:
        """Return the first rule that strikes this call, and count it."""
        for event in self._awaited.pop(method, ()):
            event.set()
        for rule in self.rules:
            if rule.method not in {method, "*"} or rule.account not in {None, account}:
                continue
            if rule.when and not rule.when(request):
                continue
            if rule.skip:
                rule.skip -= 1
                continue
            if rule.times == 0:
                continue
            if rule.times is not None:
                rule.times -= 1
            rule.hits += 1
            return rule
        return None
