"""Which message ids of a chat were looked at, as stretches that neither meet nor overlap. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """The message ids from `first` to `last`, both included."""

    first: int
    last: int

    def holds(self, number: int) -> bool:
        return self.first <= number <= self.last


@dataclass(frozen=True, slots=True)
class Looked:
    """That every audio posting of a stretch was read, and what was to become of it decided.

    `topic` is the one that was read alone, None where it was the whole chat.
    """

    chat_id: int
    stretch: Stretch
    topic: int | None = None
    voice: bool = False


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same ids in as few stretches as can be, ascending."""
    found: list[Stretch] = []
    for one in sorted(stretches):
        if found and one.first <= found[-1].last + 1:
            found[-1] = Stretch(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return found


def gaps(stretches: Iterable[Stretch], within: Stretch) -> list[Stretch]:
    """Return what of a stretch was not looked at, ascending."""
    found: list[Stretch] = []
    at = within.first
    for one in merged(stretches):
        if one.first > within.last:
            break
        if one.first > at:
            found.append(Stretch(at, one.first - 1))
        at = max(at, one.last + 1)
    if at <= within.last:
        found.append(Stretch(at, within.last))
    return found


def is_held(stretches: Sequence[Stretch], number: int) -> bool:
    return any(one.holds(number) for one in stretches)
