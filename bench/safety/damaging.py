"""Ways to damage a sealed file, or to seal it anew with something else in it. Pure but for that."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from random import Random

from storage.segments import SEGMENT, SegmentKey, SegmentReader, SegmentWriter, sealed_size

_HEAD = sealed_size(0) - 16
_SEALED = SEGMENT + 16
_LENGTH = 4


def flipped(data: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def cut(data: bytes, chance: Random) -> bytes:
    """Cut it anywhere, half of the time where a segment ends."""
    ends = range(_HEAD, len(data), _SEALED)
    return data[: chance.choice(ends) if chance.random() < 0.5 else chance.randrange(len(data))]


def swapped(data: bytes, chance: Random) -> bytes:
    """Change two whole segments for each other."""
    whole = (len(data) - _HEAD) // _SEALED
    one, other = chance.sample(range(whole), 2)
    body = [data[_HEAD + number * _SEALED :][:_SEALED] for number in range(whole)]
    body[one], body[other] = body[other], body[one]
    return data[:_HEAD] + b"".join(body) + data[_HEAD + whole * _SEALED :]


def grown(data: bytes, chance: Random) -> bytes:
    return data + chance.randbytes(chance.randint(1, 2 * SEGMENT))


WAYS: tuple[Callable[[bytes, Random], bytes], ...] = (flipped, cut, swapped, grown)


def plain_of(data: bytes, key: SegmentKey) -> bytes:
    return b"".join(SegmentReader(BytesIO(data), key).all())


def sealed(plain: bytes, key: SegmentKey) -> bytes:
    out = BytesIO()
    writer = SegmentWriter(out, key)
    writer.write(plain)
    writer.finish()
    return out.getvalue()


def saying(data: bytes, key: SegmentKey, **said: object) -> bytes:
    """Seal a backup anew, so that it says something else of itself."""
    plain = plain_of(data, key)
    length = int.from_bytes(plain[:_LENGTH], "big")
    contents = json.loads(plain[_LENGTH : _LENGTH + length]) | said
    document = json.dumps(contents).encode()
    head = len(document).to_bytes(_LENGTH, "big")
    return sealed(head + document + plain[_LENGTH + length :], key)
