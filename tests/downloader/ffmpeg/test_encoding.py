from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from downloader.conversion import Conversion, Into
from downloader.ffmpeg.encoding import output_of
from storage.formats import FLAC, M4A, MP3, OGG, OPUS, Kind

PIECE = Conversion(Into.SAME, end=timedelta(seconds=30))


@pytest.mark.parametrize(
    ("conversion", "kind", "told"),
    [
        (Conversion(Into.MP3, 192_000), FLAC, "-c:a libmp3lame -b:a 192000 -f mp3"),
        (Conversion(Into.OPUS, 96_000), MP3, "-c:a libopus -b:a 96000 -f opus"),
        (
            Conversion(Into.VOICE, 32_000),
            MP3,
            "-c:a libopus -ac 1 -ar 48000 -b:a 32000 -f ogg",
        ),
        (PIECE, MP3, "-c:a copy -f mp3"),
        (PIECE, OGG, "-c:a copy -f ogg"),
        (PIECE, FLAC, "-c:a flac -f flac"),
        (PIECE, M4A, "-c:a copy -movflags +faststart -f ipod"),
    ],
)
def test_ffmpeg_is_told_what_to_make(conversion: Conversion, kind: Kind, told: str) -> None:
    assert " ".join(output_of(conversion, kind)).endswith(told)


@pytest.mark.parametrize(
    ("kind", "into", "maps", "stale"),
    [
        (MP3, Into.OPUS, ["0:g"], "REPLAYGAIN_TRACK_GAIN="),
        (OPUS, Into.MP3, ["0:g", "0:s:a:0"], "R128_TRACK_GAIN="),
        (MP3, Into.VOICE, ["-1"], None),
    ],
)
def test_what_the_file_says_comes_along_but_for_what_is_true_of_it_alone(
    kind: Kind, into: Into, maps: list[str], stale: str | None
) -> None:
    words = output_of(Conversion(into, 64_000), kind)
    told = list(pairwise(words))

    assert maps == [value for name, value in told if name == "-map_metadata"]
    assert (stale is None) is (("-metadata", "major_brand=") not in told)
    assert stale is None or ("-metadata", stale) in told
