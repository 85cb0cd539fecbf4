from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from downloader.metadata.soundness.checked import SOUND
from downloader.metadata.soundness.checking import checked
from sandbox.audio import rare
from storage.sound import Flaw
from tests.downloader.metadata.songs import ENCODED, needs_ffmpeg

# Without a number of frames or bytes in a header, half a stream is a whole shorter one.
TELL_NO_LENGTH = {"aac", "mp2"}
# What lies between two frames of these is looked at; the others only say how long they are.
LOOKED_THROUGH = {"mp3", "mp2", "aac", "ogg", "flac.ogg", "speex.ogg", "opus", "wv"}
BY_HAND = sorted(rare.songs().keys() - {"mpc"})  # of which no more than its tags is looked at


def flaws(body: bytes, name: str) -> set[Flaw]:
    return set(checked(BytesIO(body), name.rpartition(".")[2]).flaws)


@needs_ffmpeg
@pytest.mark.parametrize("name", ENCODED)
def test_what_an_encoder_made_is_sound_with_and_without_a_tail(
    songs: Mapping[str, Path], name: str
) -> None:
    body = songs[name].read_bytes()

    for tail in (b"", b"TAG" + bytes(125), bytes(1000)):
        assert set() == flaws(body + tail, name)


@needs_ffmpeg
@pytest.mark.parametrize("name", sorted(ENCODED.keys() - TELL_NO_LENGTH))
@pytest.mark.parametrize("share", [0.4, 0.7, 0.9])
def test_what_ends_before_its_headers_say_is_truncated(
    songs: Mapping[str, Path], name: str, share: float
) -> None:
    body = songs[name].read_bytes()

    assert {Flaw.TRUNCATED} == flaws(body[: int(len(body) * share)], name)


@pytest.mark.parametrize("name", BY_HAND)
def test_rare_formats_are_truncated_by_what_their_headers_say(name: str) -> None:
    body = rare.songs()[name]

    assert set() == flaws(body, name)
    assert {Flaw.TRUNCATED} == flaws(body[:-1000], name)


@needs_ffmpeg
@pytest.mark.parametrize("name", sorted(LOOKED_THROUGH))
def test_a_hole_in_the_sound_is_broken(songs: Mapping[str, Path], name: str) -> None:
    body = songs[name].read_bytes()
    third = len(body) // 3

    assert Flaw.BROKEN_FRAMES in flaws(body[:third] + bytes(third) + body[2 * third :], name)


def test_of_a_kind_that_nobody_knows_more_of_nothing_is_said() -> None:
    assert SOUND == checked(BytesIO(b"MThd"), "mid")


@pytest.mark.parametrize("name", ["mp3", "aac", "flac", "ogg", "m4a", "wav", "wma", "wv", "tta"])
@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff" * 3_000_000, b"\0\0\0\x08free" * 100_000, b"OggS" * 500_000,
        b"ID3\4\0\0\0\0\0\0" * 100_000, (b"wvpk" + bytes(28)) * 50_000,
        b"RIFF0000WAVE" + b"aaaa\0\0\0\0" * 100_000, b"\xff\xfb\x90\0" * 200_000,
    ],
    ids=["nothing", "ones", "boxes", "pages", "tags", "blocks", "chunks", "frames"],
)  # fmt: skip
def test_nonsense_is_looked_at_without_harm(name: str, body: bytes) -> None:
    assert checked(BytesIO(body), name).flaws <= set(Flaw)
