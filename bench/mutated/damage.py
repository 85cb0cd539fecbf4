"""What may go wrong with a file. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

_HEAD = 4096  # bytes at either end, where all that is hard to read stands
_HARSH = (0, 1, 0x7F, 0x80, 0xFF)
_SIZES = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0, 0x00FFFFFF, 0x01010101)


def damaged(seed: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Return the file with one or two kinds of damage, of which no two are alike."""
    body = bytearray(seed)
    for _ in range(chance.choice((1, 1, 2))):
        if body:
            chance.choice(_WAYS)(body, others, chance)
    return bytes(body)


def _flip(body: bytearray, _others: Sequence[bytes], chance: random.Random) -> None:
    for _ in range(chance.randint(1, 12)):
        body[_place(body, chance)] ^= 1 << chance.randrange(8)


def _overwrite(body: bytearray, _others: Sequence[bytes], chance: random.Random) -> None:
    for _ in range(chance.randint(1, 12)):
        body[_place(body, chance)] = chance.choice(_HARSH)


def _cut(body: bytearray, _others: Sequence[bytes], chance: random.Random) -> None:
    if chance.random() < 0.5:
        del body[chance.randrange(len(body)) :]
    else:
        at = _place(body, chance)
        del body[at : at + chance.randint(1, 2000)]


def _splice(body: bytearray, others: Sequence[bytes], chance: random.Random) -> None:
    """Put in a piece of another file, or have that go on where this one ends."""
    other = chance.choice(others)
    begin = _place(other, chance)
    piece = other[begin : begin + chance.randint(1, 20_000)]
    at = _place(body, chance)
    body[at : at + chance.choice((0, len(piece)))] = piece


def _blow_up(body: bytearray, _others: Sequence[bytes], chance: random.Random) -> None:
    """Write a number where one may have been, in either order of its bytes."""
    size = chance.choice((*_SIZES, chance.getrandbits(32)))
    at = _place(body, chance)
    at -= chance.choice((0, at % 4))
    body[at : at + 4] = size.to_bytes(4, chance.choice(("big", "little")))


def _repeat(body: bytearray, _others: Sequence[bytes], chance: random.Random) -> None:
    at = _place(body, chance)
    piece = bytes(body[at : at + chance.randint(1, 500)])
    body[at:at] = piece * chance.randint(1, 50)


def _place(body: Sequence[int], chance: random.Random) -> int:
    """Choose one, mostly near an end."""
    where = chance.random()
    if where < 0.7:
        return chance.randrange(min(len(body), _HEAD))
    if where < 0.85:
        return len(body) - 1 - chance.randrange(min(len(body), _HEAD))
    return chance.randrange(len(body))


_WAYS: tuple[Callable[[bytearray, Sequence[bytes], random.Random], None], ...] = (
    _flip, _overwrite, _cut, _splice, _blow_up, _repeat,
)  # fmt: skip
