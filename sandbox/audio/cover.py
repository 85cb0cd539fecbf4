"""Cover pictures made in code: a mosaic of squares, as PNG and as JPEG."""

from __future__ import annotations

import random
import struct
import zlib
from dataclasses import dataclass
from functools import cache

from sandbox.audio.bits import MsbBits

_SQUARES = 8  # in a row and in a column
_SIDE = 24  # pixels of a square
SIDE = _SQUARES * _SIDE  # pixels of the picture
_CELL = 8  # pixels of a JPEG block
_ESCAPED = b"\xff"
# The shortest header that says: baseline, 8 bits, three components without subsampling.
_QUANTISER = bytes((0, *[8] * 64))
_CATEGORIES = tuple(range(12))  # of DC differences, each with a word of four bits
_END_OF_BLOCK = "0"


@dataclass(frozen=True, slots=True)
class Mosaic:
    """A picture of 192 x 192 pixels; the same seed gives the same picture."""

    seed: int

    def squares(self) -> list[tuple[int, int, int]]:
        """Return red, green and blue of each square, row by row: shades of one colour."""
        dice = random.Random(self.seed)
        base = [dice.randrange(40, 200) for _ in range(3)]
        shades = [dice.randrange(-40, 56) for _ in range(_SQUARES * _SQUARES)]
        return [(base[0] + shade, base[1] + shade, base[2] + shade) for shade in shades]

    def png(self) -> bytes:
        colours = self.squares()
        rows = bytearray()
        for top in range(0, len(colours), _SQUARES):
            row = b"".join(bytes(colour) * _SIDE for colour in colours[top : top + _SQUARES])
            rows += (b"\0" + row) * _SIDE
        head = _chunk(b"IHDR", struct.pack(">2I5B", SIDE, SIDE, 8, 2, 0, 0, 0))
        body = _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        return b"\x89PNG\r\n\x1a\n" + head + body + _chunk(b"IEND", b"")

    def jpeg(self) -> bytes:
        components = b"".join(bytes((number, 0x11, 0)) for number in (1, 2, 3))
        frame = struct.pack(">BHHB", 8, SIDE, SIDE, 3) + components
        scan = bytes((3, 1, 0, 2, 0, 3, 0, 0, 63, 0))
        return b"".join(
            (
                b"\xff\xd8",
                _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
                _segment(0xDB, _QUANTISER),
                _segment(0xC0, frame),
                _segment(0xC4, _words(0x00, {4: bytes(_CATEGORIES)})),
                _segment(0xC4, _words(0x10, {1: b"\0"})),
                _segment(0xDA, scan),
                self._blocks().replace(_ESCAPED, b"\xff\0"),
                b"\xff\xd9",
            )
        )

    def _blocks(self) -> bytes:
        """Code each 8 x 8 block by its mean alone: the difference to the block before it."""
        colours = [_ycc(colour) for colour in self.squares()]
        bits = MsbBits()
        before = [0, 0, 0]
        cells = range(SIDE // _CELL)
        per_square = _SIDE // _CELL
        for row in cells:
            for column in cells:
                colour = colours[row // per_square * _SQUARES + column // per_square]
                for component, level in enumerate(colour):
                    bits.put(*_difference(level - before[component]))
                before = list(colour)
        bits.ones(-len(bits) % 8)
        return bits.tobytes()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _words(table: int, symbols: dict[int, bytes]) -> bytes:
    """Return a Huffman table: how many words of each length from 1 to 16, then the symbols."""
    lengths = range(1, 17)
    counts = bytes(len(symbols.get(length, b"")) for length in lengths)
    return bytes((table,)) + counts + b"".join(symbols.get(length, b"") for length in lengths)


def _ycc(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """Convert to luma and chroma, as the DC level divided by the quantiser (8 means / 8)."""
    red, green, blue = colour
    return (
        round(0.299 * red + 0.587 * green + 0.114 * blue - 128),
        round(-0.1687 * red - 0.3313 * green + 0.5 * blue),
        round(0.5 * red - 0.4187 * green - 0.0813 * blue),
    )


@cache
def _difference(difference: int) -> tuple[int, int]:
    """Return the bits of a block that differs so much from the one before, and their number."""
    bits = MsbBits()
    size = abs(difference).bit_length()
    bits.put(size, 4)
    # A negative number is written as its distance from the lowest of its size.
    bits.put(difference if difference > 0 else difference + (1 << size) - 1, size)
    bits.code(_END_OF_BLOCK)
    return bits.value, len(bits)
