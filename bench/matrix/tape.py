"""Writes down every call that reaches Telegram, and lets things happen at the n-th of a method."""

from __future__ import annotations

import asyncio
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.matrix.methods import PART
from sandbox.faults import Faults, Rule

# An error travels, and what was sent before it came is on its way still.
_TRAVEL = 0.25
_SHORTEST, _LONGEST = 1.0, 14 * 86_400.0  # seconds; what is asked for is made sane
_UNNUMBERED = 60.0
_SAT_OUT = 20.0


@dataclass(frozen=True, slots=True)
class Called:
    at: float
    method: str
    account: int | None
    centre: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which Telegram wants no such call."""

    method: str
    account: int | None
    centre: int | None
    begin: float
    end: float

    def holds(self, call: Called) -> bool:
        same = (call.method, call.account, call.centre) == (self.method, self.account, self.centre)
        return same and self.begin < call.at < self.end


@dataclass(slots=True)
class _Act:
    method: str
    number: int
    act: Callable[[], object]


@dataclass(slots=True)
class Tape(Faults):
    """`lost` are accounts that Telegram refuses to know, and since when."""

    calls: list[Called] = field(default_factory=list)
    parts: Counter[tuple[int, int]] = field(default_factory=Counter)  # by document and offset
    windows: list[Window] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)  # of the program
    lost: dict[int, float] = field(default_factory=dict)
    _acts: list[_Act] = field(default_factory=list)
    _firsts: list[tuple[Rule, Callable[[], object]]] = field(default_factory=list)

    def at_call(self, method: str, number: int, act: Callable[[], object]) -> None:
        """Do something when the method is called for the n-th time, before it is answered."""
        self._acts.append(_Act(method, number, act))

    def at_first_hit(self, rule: Rule, act: Callable[[], object]) -> None:
        """Do something when the rule strikes for the first time."""
        self._firsts.append((rule, act))

    def pick(self, method: str, request: Any = None, account: int | None = None) -> Rule | None:
        now = asyncio.get_running_loop().time()
        centre = _centre(request)
        if method == PART:
            self.parts[request.location.id, request.offset] += 1
        self.calls.append(Called(now, method, account, centre))
        for one in self._acts:
            if one.method in {method, "*"}:
                one.number -= 1
                if one.number == 0:
                    one.act()
        # Not `super()`: a dataclass with slots is another class than the one it was written as.
        rule = Faults.pick(self, method, request, account)
        for mine, act in self._firsts:
            if rule is mine and rule.hits == 1:
                act()
        if rule is not None and rule.error is not None:
            self._note(Called(now + rule.delay, method, account, centre), *rule.error)
        return rule

    def broken_windows(self) -> list[str]:
        """Tell of the calls that came while Telegram had asked for patience."""
        return [
            f"{call.method} of {call.account} {call.at - window.begin:.1f} s into a wait of "
            f"{window.end - window.begin:.0f} s"
            for window in self.windows
            for call in self.calls
            if window.holds(call) and not self._is_forgotten(window, call)
        ]

    def _is_forgotten(self, window: Window, call: Called) -> bool:
        """Tell whether a wait ended with the program.

        What is sat out at once is not stored, and what was said in that moment was not heard.
        """
        is_short = window.end - window.begin <= _SAT_OUT
        after = math.inf if is_short else _TRAVEL
        return any(
            window.begin - 1.0 < stop < min(call.at, window.begin + after) for stop in self.stops
        )

    def calls_of_the_lost(self, within: float) -> dict[int, int]:
        """Count for each lost account the calls that came later than so soon after."""
        return {
            account: sum(
                call.account == account and call.at > since + within for call in self.calls
            )
            for account, since in self.lost.items()
        }

    def _note(self, call: Called, code: int, message: str) -> None:
        if "FLOOD" in message and code == 420:
            end = call.at + wait_of(message)
            begin = call.at + _TRAVEL
            self.windows.append(Window(call.method, call.account, call.centre, begin, end))
        if call.account is not None and (code == 401 or message == "AUTH_KEY_DUPLICATED"):
            self.lost.setdefault(call.account, call.at)


def wait_of(message: str) -> float:
    """Return the seconds that such an error must be waited for at least."""
    number = re.search(r"-?\d+", message)
    asked = float(number[0]) if number else _UNNUMBERED
    return min(max(asked, _SHORTEST), _LONGEST)


def _centre(request: Any) -> int | None:
    """Return the document's place as far as it tells: floods of files are each centre's own."""
    location = getattr(request, "location", None)
    return None if location is None else getattr(location, "id", None)
