from __future__ import annotations

from io import BytesIO

from downloader.metadata.soundness.flac import flac
from storage.sound import Flaw

BLOCK = 4096
LONGEST = 1000


def sum_of(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ 0x107) if value & 0x80 else value << 1
    return value


def frame(number: int) -> bytes:
    head = b"\xff\xf8\xc9\x18" + chr(number).encode()
    return (head + bytes((sum_of(head),))).ljust(LONGEST, b"\x11")


def stream(frames: int, samples: int | None = None) -> bytes:
    """Return the beginning of a file that has so many frames."""
    total = frames * BLOCK if samples is None else samples
    numbers = 44_100 << 44 | 1 << 41 | 15 << 36 | total
    told = BLOCK.to_bytes(2, "big") * 2 + LONGEST.to_bytes(3, "big") * 2
    body = told + numbers.to_bytes(8, "big") + bytes(16)
    return b"fLaC\x80" + len(body).to_bytes(3, "big") + body


def flaws(body: bytes) -> set[Flaw]:
    return set(flac(BytesIO(body), len(body)).flaws)


def frames(*numbers: int) -> bytes:
    return b"".join(map(frame, numbers))


def test_the_last_frame_tells_whether_all_are_there() -> None:
    assert set() == flaws(stream(300) + frames(*range(300)))
    assert set() == flaws(stream(300) + frames(*range(300)) + b"TAG" + bytes(125))
    assert {Flaw.TRUNCATED} == flaws(stream(300) + frames(*range(290)))


def test_zeros_in_place_of_the_end_are_no_frames() -> None:
    body = stream(3000) + frames(*range(2000)) + bytes(1000 * LONGEST)

    assert {Flaw.TRUNCATED} == flaws(body)


def test_a_hole_between_is_broken() -> None:
    hole = bytes(800 * LONGEST)
    body = stream(3000) + frames(*range(1000)) + hole + frames(*range(1800, 3000))

    assert {Flaw.BROKEN_FRAMES} == flaws(body)
    assert set() == flaws(stream(3000) + frames(*range(3000)))


def test_other_bytes_where_the_sound_should_begin_are_broken() -> None:
    assert {Flaw.BROKEN_FRAMES} == flaws(stream(3) + b"rubbish" * 99)


def test_a_stream_whose_length_nobody_knew_may_have_any() -> None:
    assert set() == flaws(stream(300, samples=0) + frames(1, 2, 3))
