"""Bit packing for codecs: most significant bit first (MPEG) or least significant first (Vorbis)."""

from __future__ import annotations


class MsbBits:
    """Collects fields whose first bit is the highest bit of the first byte."""

    def __init__(self) -> None:
        self.value = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, value: int, count: int) -> None:
        self.value = self.value << count | value
        self._count += count

    def ones(self, count: int) -> None:
        self.put((1 << count) - 1, count)

    def code(self, word: str) -> None:
        """Append a code word written as zeros and ones."""
        self.put(int(word, 2), len(word))

    def tobytes(self) -> bytes:
        """Return everything, filled up with zero bits to a whole byte."""
        padding = -self._count % 8
        return (self.value << padding).to_bytes((self._count + padding) // 8, "big")


class LsbBits:
    """Collects fields whose first bit is the lowest bit of the first byte."""

    def __init__(self) -> None:
        self._value = 0
        self._count = 0

    def put(self, value: int, count: int) -> None:
        self._value |= value << self._count
        self._count += count

    def ones(self, count: int) -> None:
        self.put((1 << count) - 1, count)

    def code(self, word: str) -> None:
        """Append a code word written as zeros and ones; its first digit goes in first."""
        self.put(int(word[::-1], 2), len(word))

    def data(self, data: bytes) -> None:
        for byte in data:
            self.put(byte, 8)

    def tobytes(self) -> bytes:
        return self._value.to_bytes((self._count + 7) // 8, "little")
