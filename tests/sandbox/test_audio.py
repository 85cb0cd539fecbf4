from __future__ import annotations

import base64
import json
import math
import shutil
import subprocess
from array import array
from io import BytesIO
from pathlib import Path
from typing import Any

import mutagen
import pytest

from sandbox.audio.cover import SIDE, Mosaic
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody, is_negative, line_of
from sandbox.audio.tags import Tags

RATE = 16_000
MELODY = Melody(seed=3, seconds=2)
SAID = Tags("Осень 秋 🍂", "Трио & Co <3", "Альбом", 3, Mosaic(3).jpeg())
needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
every_format = pytest.mark.parametrize("kind", list(Format), ids=lambda kind: kind.extension)


@pytest.fixture(params=list(Format), ids=lambda kind: kind.extension)
def tagged(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path: Path = tmp_path / f"tune.{request.param.extension}"
    path.write_bytes(request.param.file(MELODY, SAID))
    return path


def first(tags: Any, *names: str) -> str:
    value = next(tags[name] for name in names if name in tags)
    return str(value.text[0] if hasattr(value, "text") else value[0])


def cover_of(file: Any) -> bytes:
    match file:
        case mutagen.flac.FLAC():
            return bytes(file.pictures[0].data)
        case mutagen.mp4.MP4():
            return bytes(file["covr"][0])
        case mutagen.ogg.OggFileType():
            packed = base64.b64decode(file["metadata_block_picture"][0])
            return bytes(mutagen.flac.Picture(packed).data)
    return bytes(file.tags.getall("APIC")[0].data)


@every_format
def test_the_tagging_library_reads_back_what_was_said(kind: Format) -> None:
    file = mutagen.File(BytesIO(kind.file(MELODY, SAID)))

    assert file is not None
    assert SAID.title == first(file, "TIT2", "title", "\xa9nam")
    assert SAID.artist == first(file, "TPE1", "artist", "\xa9ART")
    assert SAID.album == first(file, "TALB", "album", "\xa9alb")
    assert SAID.cover == cover_of(file)
    assert pytest.approx(MELODY.seconds, abs=0.15) == file.info.length


@every_format
def test_a_file_may_say_nothing_about_itself(kind: Format) -> None:
    file = mutagen.File(BytesIO(kind.file(MELODY)), easy=True)

    assert file is not None
    assert not file.get("title")


@every_format
def test_the_same_seed_makes_the_same_file_and_another_seed_another(kind: Format) -> None:
    again = kind.file(Melody(3, 2), SAID)

    assert kind.file(MELODY, SAID) == again
    assert kind.file(Melody(4, 2), SAID) != again


def test_thirty_seconds_weigh_at_least_tens_of_kilobytes() -> None:
    sizes = {kind: len(kind.file(Melody(1, 30))) for kind in Format}

    assert all(50_000 < size < 1_200_000 for size in sizes.values()), sizes


@needs_ffmpeg
def test_an_independent_decoder_agrees_on_duration_and_tags(tagged: Path) -> None:
    said = json.loads(
        run("ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", tagged)
    )
    tags = {
        name.lower(): value
        for part in (said["format"], *said["streams"])
        for name, value in part.get("tags", {}).items()
        if part.get("codec_name") != "mjpeg"
    }

    assert (SAID.title, SAID.artist) == (tags["title"], tags["artist"])
    assert pytest.approx(MELODY.seconds, abs=0.15) == float(said["format"]["duration"])
    assert ["audio", "video"] == sorted(stream["codec_type"] for stream in said["streams"])


@needs_ffmpeg
def test_an_independent_decoder_plays_the_notes_of_the_melody(tagged: Path) -> None:
    samples = decoded(tagged)
    notes = [moment.pitch for moment in MELODY.moments(1 / 3)]

    for number, pitch in enumerate(notes[:5]):
        start = int((number / 3 + 0.12) * RATE)
        heard = loudest(samples[start : start + RATE // 8])
        # Formats that speak in spectral lines or ready packets are off by up to a semitone.
        assert pytest.approx(pitch, rel=0.08) == heard


@needs_ffmpeg
def test_the_melody_is_loud_enough_to_hear_and_never_clips(tagged: Path) -> None:
    samples = decoded(tagged)

    assert 3_000 < max(map(abs, samples)) < 30_000


@needs_ffmpeg
@pytest.mark.parametrize("picture", [Mosaic(7).png(), Mosaic(7).jpeg()], ids=["png", "jpeg"])
def test_covers_decode_to_their_colours(picture: bytes, tmp_path: Path) -> None:
    path = tmp_path / "cover"
    path.write_bytes(picture)
    pixels = run("ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    first_pixel, last_pixel = pixels[:3], pixels[-3:]
    squares = Mosaic(7).squares()

    assert SIDE * SIDE * 3 == len(pixels)
    assert list(squares[0]) == pytest.approx(list(first_pixel), abs=3)
    assert list(squares[-1]) == pytest.approx(list(last_pixel), abs=3)


def test_the_spectral_line_of_a_pitch_is_the_nearest() -> None:
    assert 15 == line_of(15.5 * RATE / 2 / 576, RATE, 576)
    assert 0 == line_of(0, RATE, 576)


@pytest.mark.parametrize(("line", "signs"), [(1, "++--++--"), (2, "+--++--+")])
def test_the_signs_of_a_steady_tone_repeat_every_four_blocks(line: int, signs: str) -> None:
    assert signs == "".join("-" if is_negative(line, block) else "+" for block in range(8))


def run(*command: str | Path) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


def decoded(path: Path) -> array[int]:
    target = ("-map", "0:a", "-ar", str(RATE), "-ac", "1", "-f", "s16le", "-")
    samples = array("h")
    samples.frombytes(run("ffmpeg", "-v", "error", "-xerror", "-i", path, *target))
    return samples


def loudest(samples: array[int]) -> float:
    """Return the strongest pitch, searched in steps of 5 Hz."""

    def power(pitch: int) -> float:
        turn = 2 * math.pi * pitch / RATE
        return abs(
            complex(
                sum(sample * math.cos(turn * at) for at, sample in enumerate(samples)),
                sum(sample * math.sin(turn * at) for at, sample in enumerate(samples)),
            )
        )

    return float(max(range(450, 1150, 5), key=power))
