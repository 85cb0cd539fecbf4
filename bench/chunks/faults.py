"""Nine ways in which an answer is not what was asked for. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from bench.noise import Ask

_OFTEN = 0.3
_LONGER = 4096  # bytes, at most
_LIE = 300_000


class Fault(StrEnum):
    """What is wrong with an answer."""

    SHORT = "short"
    EMPTY = "empty"
    LONG = "long"
    DUPLICATE = "duplicate"  # the part before it once more
    SWAPPED = "swapped"  # the answer to the neighbour's request
    MISPLACED = "wrong offset"
    FLIPPED = "flipped"  # one bit
    CDN = "cdn"  # bytes of the CDN, encrypted as they lie there
    LYING = "lying size"  # the file is longer or shorter than declared


# These show by the length of an answer; the others only where hashes are compared.
SHOW_BY_LENGTH = frozenset({Fault.SHORT, Fault.EMPTY, Fault.LONG})


class Course(StrEnum):
    """How it goes on."""

    PASSING = "passing"  # the first request or two of a file
    OFTEN = "often"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Mishap:
    """One fault as one seed has it: what happens hangs on the document and its n-th request."""

    fault: Fault
    seed: int

    @property
    def course(self) -> Course:
        if self.fault is Fault.LYING:
            return Course.ALWAYS
        return tuple(Course)[self.seed % len(Course)]

    def strikes(self, ask: Ask, nth: int) -> bool:
        if self.fault is Fault.LYING:
            return False  # the answers are right, and not the size
        match self.course:
            case Course.PASSING:
                return nth <= 1 + self.seed // len(Course) % 2
            case Course.OFTEN:
                return self._chance("strikes", ask, nth).random() < _OFTEN
            case Course.ALWAYS:
                return True

    def answer(self, ask: Ask, nth: int, right: bytes, body: bytes) -> bytes:
        """Return what comes in the place of the right bytes; always something else."""
        case = _Case(ask, right, body, self._chance("answer", ask, nth))
        wrong = _ANSWERS[self.fault](case)
        return wrong if wrong != right else case.flipped()

    def true_size(self, declared: int) -> int:
        """Return how long a document is of which so many bytes are declared."""
        if self.fault is not Fault.LYING:
            return declared
        chance = Random(f"{self.fault} {self.seed}")
        if self.seed % 2:
            return declared + chance.randint(1, _LIE)
        return chance.randrange(declared)

    def _chance(self, what: str, ask: Ask, nth: int) -> Random:
        return Random(f"{self.fault} {self.seed} {what} {ask.document_id} {nth}")


@dataclass(frozen=True, slots=True)
class _Case:
    ask: Ask
    right: bytes
    body: bytes
    chance: Random

    def cut(self) -> bytes:
        return self.right[: self.chance.randrange(len(self.right))]

    def padded(self) -> bytes:
        return self.right + self.chance.randbytes(self.chance.randint(1, _LONGER))

    def part_before(self) -> bytes:
        return self._from(self.ask.offset - len(self.right))

    def neighbour(self) -> bytes:
        return self._from(self.ask.offset ^ self.ask.limit)

    def elsewhere(self) -> bytes:
        return self._from(self.ask.offset + self.chance.randrange(1, len(self.body) + 1))

    def flipped(self) -> bytes:
        bit = self.chance.randrange(8 * len(self.right))
        data = bytearray(self.right)
        data[bit // 8] ^= 1 << bit % 8
        return bytes(data)

    def encrypted(self) -> bytes:
        key = self.chance.randbytes(len(self.right))
        number = int.from_bytes(self.right, "little") ^ int.from_bytes(key, "little")
        return number.to_bytes(len(self.right), "little")

    def _from(self, offset: int) -> bytes:
        """Return as many bytes from another place of the file; where that ends, from its start."""
        start = offset % len(self.body)
        return (self.body[start:] + self.body)[: len(self.right)]


_ANSWERS: dict[Fault, Callable[[_Case], bytes]] = {
    Fault.SHORT: _Case.cut,
    Fault.EMPTY: lambda _: b"",
    Fault.LONG: _Case.padded,
    Fault.DUPLICATE: _Case.part_before,
    Fault.SWAPPED: _Case.neighbour,
    Fault.MISPLACED: _Case.elsewhere,
    Fault.FLIPPED: _Case.flipped,
    Fault.CDN: _Case.encrypted,
}
