"""How a file is cut into parts, which are safe on disk, and what is asked for next. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# A request asks for a power of two from 4 KiB to 1 MiB, at a multiple of itself: so it divides
# 1 MiB and never crosses a 1 MiB line (https://core.telegram.org/api/files#downloading-files).
LARGEST_REQUEST = 1 << 20
# Telegram tells one hash for each 128 KiB (https://core.telegram.org/method/upload.getFileHashes).
PART = 128 << 10


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a file of `size` bytes: every one is `part_size` long but the last."""

    size: int
    part_size: int = PART

    @property
    def count(self) -> int:
        return -(-self.size // self.part_size)

    def offset(self, number: int) -> int:
        return number * self.part_size

    def length(self, number: int) -> int:
        return min(self.part_size, self.size - self.offset(number))

    def touching(self, start: int, end: int) -> range:
        """Return the numbers of the parts that hold any of these bytes."""
        return range(start // self.part_size, -(-min(end, self.size) // self.part_size))

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


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring parts that are asked for at once; the last ones may lie behind the end."""

    first: int
    offset: int
    limit: int
    length: int

    def parts(self, layout: Layout) -> range:
        return range(self.first, self.first - (-self.length // layout.part_size))


def run_of(layout: Layout, number: int) -> Run:
    """Return the run of this part alone."""
    return Run(number, layout.offset(number), layout.part_size, layout.length(number))


class Wanted:
    """What of a file has not been asked for yet."""

    def __init__(self, layout: Layout, done: bytes) -> None:
        self._layout = layout
        self._free = bytearray(layout.count)
        for number in layout.missing(done):
            self._free[number] = 1
        self._lowest = 0
        self.left = layout.size - layout.bytes_done(done)

    def take(self, limit: int) -> Run | None:
        """Take the first missing parts, at most `limit` bytes of them (but always one part)."""
        number = self._free.find(1, self._lowest)
        if number < 0:
            return None
        self._lowest = number
        width = self._width(number, min(limit, LARGEST_REQUEST) // self._layout.part_size)
        offset, size = self._layout.offset(number), width * self._layout.part_size
        run = Run(number, offset, size, min(size, self._layout.size - offset))
        self._set(run, 0)
        self.left -= run.length
        return run

    def put_back(self, run: Run) -> None:
        """Want it again."""
        self._set(run, 1)
        self._lowest = min(self._lowest, run.first)
        self.left += run.length

    def _width(self, number: int, most: int) -> int:
        """Return the most parts from `number` on that make one lawful request, a power of two."""
        width = 1 << max(most, 1).bit_length() - 1
        while width > 1 and (number % width or 0 in self._free[number : number + width]):
            width //= 2
        return width

    def _set(self, run: Run, value: int) -> None:
        parts = run.parts(self._layout)
        self._free[parts.start : parts.stop] = bytes([value]) * len(parts)


def has(done: bytes | bytearray, number: int) -> bool:
    return number // 8 < len(done) and bool(done[number // 8] >> number % 8 & 1)


def unmark(done: bytearray, number: int) -> None:
    done[number // 8] &= ~(1 << number % 8)


def mark(done: bytearray, number: int) -> None:
    done[number // 8] |= 1 << number % 8
