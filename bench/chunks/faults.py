"""Nine ways in which an answer is not what was asked for. Pure."""

from __future__ import annotations

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


# These show by their length, whatever else is done.
SHOWS_BY_LENGTH = frozenset({Fault.SHORT, Fault.EMPTY, Fault.LONG, Fault.LYING})


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

    def strikes(self, ask: Ask) -> bool:
        if self.fault is Fault.LYING:
            return False  # the answers are right, and not the size
        match self.course:
            case Course.PASSING:
                return ask.nth <= 1 + self.seed // len(Course) % 2
            case Course.OFTEN:
                return self._chance("strikes", ask).random() < _OFTEN
            case Course.ALWAYS:
                return True

    def answer(self, ask: Ask, right: bytes, body: bytes) -> bytes:
        """Return what comes in the place of the right bytes; always something else."""
        chance = self._chance("answer", ask)
        match self.fault:
            case Fault.SHORT:
                return right[: chance.randrange(len(right))]
            case Fault.EMPTY | Fault.LYING:
                return b""
            case Fault.LONG:
                return right + chance.randbytes(chance.randint(1, _LONGER))
            case Fault.DUPLICATE:
                return _from(body, ask.offset - len(right), right)
            case Fault.SWAPPED:
                return _from(body, ask.offset ^ ask.limit, right)
            case Fault.MISPLACED:
                return _from(body, ask.offset + chance.randrange(1, len(body) + 1), right)
            case Fault.FLIPPED:
                return _flipped(right, chance.randrange(8 * len(right)))
            case Fault.CDN:
                return _encrypted(right, chance.randbytes(len(right)))

    def true_size(self, declared: int) -> int:
        """Return how long a document is of which so many bytes are declared."""
        if self.fault is not Fault.LYING:
            return declared
        chance = Random(f"{self.fault} {self.seed}")
        if self.seed % 2:
            return declared + chance.randint(1, _LIE)
        return chance.randrange(declared)

    def _chance(self, what: str, ask: Ask) -> Random:
        return Random(f"{self.fault} {self.seed} {what} {ask.document_id} {ask.nth}")


def _from(body: bytes, offset: int, right: bytes) -> bytes:
    """Return as many bytes from another place of the file; where that ends, from its start."""
    start = offset % len(body)
    wrong = (body[start:] + body)[: len(right)]
    return wrong if wrong != right else _flipped(right, 0)


def _encrypted(right: bytes, key: bytes) -> bytes:
    number = int.from_bytes(right, "little") ^ int.from_bytes(key, "little")
    return number.to_bytes(len(right), "little")


def _flipped(right: bytes, bit: int) -> bytes:
    data = bytearray(right)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)
