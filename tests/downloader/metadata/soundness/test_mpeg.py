from __future__ import annotations

import struct
from io import BytesIO

import pytest

from downloader.metadata.soundness.checked import WHOLE, Checked
from downloader.metadata.soundness.mpeg import adts, mpeg
from storage.sound import Flaw
from tests.downloader.metadata.files import frame, frames_of_sound, tagged

FRAME = frames_of_sound(1)
TAG = tagged(frame(b"TIT2", b"\3So What")).removesuffix(frames_of_sound())
SECONDS = 1152 / 44_100
CRUMB = b"\x12\x34" * 50
ADTS = b"\xff\xf1\x50\x80\x01\x7f\xfc" + bytes(4)  # a frame of 11 bytes


def seen(body: bytes) -> Checked:
    return mpeg(BytesIO(body), len(body))


def headed(name: bytes, count: int) -> bytes:
    """Return a frame of an encoder that says how many others there are."""
    told = name + struct.pack(">II", 1, count)
    return FRAME[:4] + bytes(32) + told.ljust(len(FRAME) - 36, b"\0")


def headed_by_fraunhofer(count: int) -> bytes:
    told = b"VBRI" + bytes(10) + struct.pack(">I", count)
    return FRAME[:4] + bytes(32) + told.ljust(len(FRAME) - 36, b"\0")


@pytest.mark.parametrize("before", [b"", TAG, CRUMB, TAG + CRUMB, TAG + TAG])
@pytest.mark.parametrize(
    "behind", [b"", b"TAG" + bytes(125), bytes(5000), b"APETAGEX" + bytes(90), FRAME[:50]]
)
def test_the_sound_is_counted_whatever_stands_around_it(before: bytes, behind: bytes) -> None:
    found = seen(before + FRAME * 100 + behind)

    assert not found.flaws
    assert found.seconds == pytest.approx(100 * SECONDS)


def test_a_variable_bitrate_is_that_of_all_frames() -> None:
    slow, fast = b"\xff\xfb\x50\xc4" + bytes(204), b"\xff\xfb\x90\xc4" + bytes(413)
    found = seen(slow * 50 + fast * 50)

    assert found.bitrate == pytest.approx(96_000, rel=0.01)


@pytest.mark.parametrize("head", [headed(b"Xing", 100), headed(b"Info", 100)])
def test_what_is_missing_of_what_the_header_says_is_told(head: bytes) -> None:
    assert not seen(head + FRAME * 100).flaws
    assert not seen(head + FRAME * 98).flaws
    assert {Flaw.TRUNCATED} == seen(head + FRAME * 60).flaws


def test_another_kind_of_header_is_believed_too() -> None:
    assert {Flaw.TRUNCATED} == seen(headed_by_fraunhofer(100) + FRAME * 60).flaws
    assert not seen(headed_by_fraunhofer(100) + FRAME * 100).flaws


def test_files_that_were_joined_are_not_broken() -> None:
    assert not seen(FRAME * 100 + TAG + FRAME * 100 + CRUMB + FRAME * 100).flaws


@pytest.mark.parametrize(
    "body",
    [(FRAME * 30 + CRUMB) * 3 + FRAME * 30, FRAME * 100 + CRUMB * 20 + FRAME * 100],
    ids=["many crumbs", "one lump"],
)
def test_rubbish_between_the_frames_is_broken(body: bytes) -> None:
    assert {Flaw.BROKEN_FRAMES} == seen(body).flaws


def test_a_download_that_never_came_to_its_end_is_truncated() -> None:
    assert {Flaw.TRUNCATED} == seen(FRAME * 100 + bytes(100_000)).flaws


def test_of_a_large_file_both_ends_are_looked_at() -> None:
    count = WHOLE // len(FRAME) + 1000
    broken = (FRAME * 30 + CRUMB) * 5

    assert Checked() == seen(FRAME * count)
    assert {Flaw.BROKEN_FRAMES} == seen(FRAME * count + broken + FRAME * 3).flaws


def test_aac_is_counted_by_its_frames() -> None:
    body = TAG + ADTS * 400
    found = adts(BytesIO(body), len(body))

    assert not found.flaws
    assert found.seconds == pytest.approx(400 * 1024 / 44_100)
    assert {Flaw.BROKEN_FRAMES} == adts(BytesIO(body + CRUMB + ADTS * 9), len(body) + 199).flaws
