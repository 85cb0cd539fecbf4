"""Looks at MPEG audio and at bare AAC.

https://www.codeproject.com/Articles/8295/MPEG-Audio-Frame-Header tells of the headers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from downloader.metadata.soundness.checked import SOUND, Checked, piece
from downloader.metadata.soundness.frames import Family, Walk, behind_tags, walked
from storage.sound import Flaw

_HEAD = (1 << 16) + (1 << 15)  # bytes among which the first frames are looked for
_FIRST = 200  # bytes of the first frame, in which an encoder says how many there are
_MISSING = 200  # so small a share may be missing: what headers say is often off by a few
_KILOBITS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ = {0: (11_025, 12_000, 8_000), 2: (22_050, 24_000, 16_000), 3: (44_100, 48_000, 32_000)}
_SAMPLES = {(1, 1): 384, (1, 2): 1152, (1, 3): 1152, (2, 1): 384, (2, 2): 1152, (2, 3): 576}
_MPEG_COMMON = 0xFE0C  # version, layer and sample rate
_ADTS_COMMON = 0xF6FC  # layer, profile and sample rate
_ADTS_HERTZ = (
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
)  # fmt: skip
_ADTS_SAMPLES = 1024
_ADTS_HEADER = 7


def mpeg(file: BinaryIO, size: int) -> Checked:
    start = behind_tags(file, size)
    head = piece(file, start, _HEAD)
    family = Family(_mpeg_lengths(), _MPEG_COMMON)
    first = family.first(head, Walk())
    if first is None:
        return SOUND  # of a bitrate of its own, say: nothing can be told of that
    header = head[first : first + 4]
    walk = walked(file, family.of(header), start, size)
    declared = _declared(head[first : first + _FIRST])
    sound = walk.frames - (declared is not None)
    flaws = _flaws(walk)
    if declared and walk.is_whole and declared - sound > max(2, declared // _MISSING):
        flaws |= {Flaw.TRUNCATED}
    elif declared or not walk.is_whole:
        return Checked(flaws)  # what the header says is more exact
    return _measured(flaws, walk, sound * _seconds(header))


def adts(file: BinaryIO, size: int) -> Checked:
    start = behind_tags(file, size)
    head = piece(file, start, _HEAD)
    family = Family(_adts_length, _ADTS_COMMON)
    first = family.first(head, Walk())
    if first is None:
        return SOUND
    hertz = _ADTS_HERTZ[head[first + 2] >> 2 & 15]
    walk = walked(file, family.of(head[first : first + 4]), start, size)
    if not walk.is_whole:
        return Checked(_flaws(walk))
    return _measured(_flaws(walk), walk, walk.frames * _ADTS_SAMPLES / hertz)


def _flaws(walk: Walk) -> frozenset[Flaw]:
    found = {Flaw.BROKEN_FRAMES: walk.is_broken, Flaw.TRUNCATED: walk.is_cut}
    return frozenset(flaw for flaw, is_there in found.items() if is_there)


def _measured(flaws: frozenset[Flaw], walk: Walk, seconds: float) -> Checked:
    if seconds <= 0:
        return Checked(flaws)
    return Checked(flaws, seconds, round(walk.bytes * 8 / seconds))


def _declared(frame: bytes) -> int | None:
    """Return how many frames of sound the first one says there are, 0 where it says no number.

    Such a frame holds no sound itself. None for one that does.
    """
    for name in (b"Xing", b"Info"):
        at = frame.find(name, 4, 48)
        if at >= 0:
            has_number = frame[at + 7 : at + 8] and frame[at + 7] & 1
            return int.from_bytes(frame[at + 8 : at + 12], "big") if has_number else 0
    if frame[36:40] == b"VBRI":
        return int.from_bytes(frame[50:54], "big")
    return None


def _mpeg_lengths() -> Callable[[bytes, int], int]:
    known: dict[int, int] = {}  # most frames look like one before

    def length_at(data: bytes, at: int) -> int:
        if data[at] != 0xFF:
            return 0
        key = data[at + 1] << 8 | data[at + 2]
        length = known.get(key)
        if length is None:
            length = known[key] = _mpeg_length(key)
        return length

    return length_at


def _mpeg_length(key: int) -> int:
    version, layer = key >> 11 & 3, 4 - (key >> 9 & 3)
    bitrate, rate, padding = key >> 4 & 15, key >> 2 & 3, key >> 1 & 1
    if key >> 13 != 7 or version == 1 or layer == 4 or rate == 3 or bitrate in {0, 15}:
        return 0
    generation = 1 if version == 3 else 2
    bits = _KILOBITS[generation, layer][bitrate - 1] * 1000
    hertz = _HERTZ[version][rate]
    if layer == 1:
        return (12 * bits // hertz + padding) * 4
    return _SAMPLES[generation, layer] // 8 * bits // hertz + padding


def _seconds(header: bytes) -> float:
    """Return how long the sound of one frame is."""
    version, layer, rate = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3), header[2] >> 2 & 3
    return _SAMPLES[1 if version == 3 else 2, layer] / _HERTZ[version][rate]


def _adts_length(data: bytes, at: int) -> int:
    if data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0 or data[at + 2] >> 2 & 15 > 12:
        return 0
    length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    return length if length >= _ADTS_HEADER else 0
