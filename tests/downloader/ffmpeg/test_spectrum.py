from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from downloader.ffmpeg.program import Ffmpeg, FfmpegFailedError
from downloader.ffmpeg.spectrum import cuts_of, levels_in, spectrum
from storage.sound import Flaw, Sound
from tests.downloader.metadata.songs import needs_ffmpeg

NOISE = "anoisesrc=color=pink:d=6:a=0.4:r=44100:seed=1,aformat=channel_layouts=stereo"
LOSSLESS = Sound("flac", timedelta(seconds=6), 900_000, 44_100)
LOSSY = Sound("mp3", timedelta(seconds=6), 320_000, 44_100)


@pytest.fixture(scope="module")
def noises(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Noise of all frequencies: as it is, through MP3 of few bits, and none at all."""
    folder = tmp_path_factory.mktemp("noises")
    files = {name: folder / name for name in ("all.flac", "few.mp3", "none.flac")}
    make("-f", "lavfi", "-i", NOISE, str(files["all.flac"]), "-b:a", "128k", str(files["few.mp3"]))
    make("-f", "lavfi", "-i", "anullsrc=d=6", str(files["none.flac"]))
    for name in ("again.flac", "again.mp3"):
        files[name] = folder / name
        make("-i", str(files["few.mp3"]), "-b:a", "320k", str(files[name]))
    return files


def make(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *arguments], check=True, timeout=120)


@pytest.fixture
def ffmpeg() -> Ffmpeg:
    return Ffmpeg(Path(shutil.which("ffmpeg") or ""))


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "sound", "flaws"),
    [
        ("all.flac", LOSSLESS, set()),
        ("again.flac", LOSSLESS, {Flaw.FAKE_LOSSLESS}),
        ("again.mp3", LOSSY, {Flaw.UPSAMPLED}),
        ("none.flac", LOSSLESS, {Flaw.SILENT}),
    ],
)
async def test_what_went_through_few_bits_is_found_out(
    name: str, sound: Sound, flaws: set[Flaw], noises: Mapping[str, Path], ffmpeg: Ffmpeg
) -> None:
    assert flaws == await spectrum(ffmpeg, noises[name], sound)


def test_a_long_track_is_heard_in_three_places() -> None:
    cuts = cuts_of(timedelta(minutes=5))

    assert [55, 145, 235] == [cut.start.total_seconds() for cut in cuts]
    assert all(after.start - before.start > before.length for before, after in pairwise(cuts))


@pytest.mark.parametrize("length", [None, timedelta(seconds=1), timedelta(seconds=59)])
def test_a_short_track_is_heard_from_its_start(length: timedelta | None) -> None:
    assert [timedelta(0)] == [cut.start for cut in cuts_of(length)]


def test_a_picture_of_another_size_says_nothing() -> None:
    with pytest.raises(FfmpegFailedError):
        levels_in(b"\0")


def test_the_lowest_frequency_is_drawn_at_the_bottom() -> None:
    levels = levels_in(bytes(60 * 511) + b"\xff" * 60)

    assert (0.0, -120.0) == (levels[0], levels[-1])
