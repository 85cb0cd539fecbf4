from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from downloader.metadata.opening import opened
from downloader.metadata.technical import sound_of
from sandbox.audio import rare
from tests.downloader.metadata.songs import needs_ffmpeg

# As ffmpeg was told to make them, see songs.py; None where nobody can know it.
EXPECTED = {
    "mp3": ("mp3", 44_100, 2, 0), "mp2": ("mp2", 44_100, 2, 0), "aac": ("aac", 44_100, 2, 0),
    "flac": ("flac", 44_100, 2, 24), "m4a": ("aac", 44_100, 2, 0), "m4b": ("aac", 44_100, 2, 0),
    "alac.m4a": ("alac", 44_100, 2, 24), "ogg": ("vorbis", 44_100, 2, 0),
    "flac.ogg": ("flac", 44_100, 2, 24), "speex.ogg": ("speex", 16_000, 2, 0),
    "opus": ("opus", 48_000, 2, 0), "wav": ("pcm", 44_100, 2, 16), "aiff": ("pcm", 44_100, 2, 16),
    "wma": ("wma", 44_100, 2, 0),
}  # fmt: skip
BY_HAND = {
    "dsf": ("dsd", 2_822_400, 1, 1), "dff": ("dsd", 2_822_400, 1, 1), "ape": ("ape", 44_100, 2, 16),
    "mpc": ("musepack", 44_100, 2, 0),
}  # fmt: skip


def facts(body: bytes, name: str) -> tuple[str, int, int, int]:
    said = sound_of(opened(BytesIO(body), name.rpartition(".")[2]))
    return said["codec"], said["sample_rate"], said["channels"], said["bits"]


@needs_ffmpeg
@pytest.mark.parametrize("name", EXPECTED)
def test_a_format_is_known_by_what_is_in_it(songs: Mapping[str, Path], name: str) -> None:
    found = facts(songs[name].read_bytes(), name)

    assert EXPECTED[name] == found


@pytest.mark.parametrize("name", BY_HAND)
def test_rare_formats_are_known_too(name: str) -> None:
    assert BY_HAND[name] == facts(rare.songs()[name], name)
