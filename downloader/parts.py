"""How a file is cut into parts, and the bitmap of parts that are safe on disk. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SMALLEST_PART = 4 << 10
# A part must divide 1 MiB and never cross a 1 MiB line
# (https://core.telegram.org/api/files#downloading-files).
LARGEST_PART = 1 << 20
_ONE_REQUEST = 128 << 10


def part_size(size: int) -> int:
    """Return the part size for a file: one request up to 128 KiB, two up to 2 MiB, then 1 MiB each.

    A small track costs a round trip or two; a large one keeps a few full parts in flight.
    """
    aim = size if size <= _ONE_REQUEST else (size + 1) // 2
    power = 1 << max(aim - 1, 0).bit_length()
    return max(SMALLEST_PART, min(LARGEST_PART, power))


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a file of `size` bytes: every one is `part_size` long but the last."""

    size: int
    part_size: int

    @property
    def count(self) -> int:
        return -(-self.size // self.part_size)

    def offset(self, number: int) -> int:
        return number * self.part_size

    def length(self, number: int) -> int:
        return min(self.part_size, self.size - self.offset(number))

    def nothing(self) -> bytes:
        """Return the bitmap that claims no part."""
        return bytes(-(-self.count // 8))

    def missing(self, done: bytes) -> Iterator[int]:
        """Yield the numbers of the parts that `done` does not claim, ascending."""
        return (number for number in range(self.count) if not has(done, number))

    def bytes_done(self, done: bytes) -> int:
        return sum(self.length(number) for number in range(self.count) if has(done, number))

    def trimmed(self, done: bytes, on_disk: int) -> bytes:
        """Return `done` without the parts that a file of `on_disk` bytes cannot hold whole.

        A bitmap of another length, or with bits after the last part, is brought into shape too.
        """
        kept = bytearray(self.nothing())
        for number in range(self.count):
            end = self.offset(number) + self.length(number)
            if has(done, number) and end <= on_disk:
                mark(kept, number)
        return bytes(kept)


def has(done: bytes | bytearray, number: int) -> bool:
    return number // 8 < len(done) and bool(done[number // 8] >> number % 8 & 1)


def mark(done: bytearray, number: int) -> None:
    done[number // 8] |= 1 << number % 8
