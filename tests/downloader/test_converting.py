from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from downloader.conversion import Conversion, Hitch, Into, UnconvertedError
from downloader.converting import Converter, Source
from downloader.ffmpeg.program import Ffmpeg
from downloader.metadata.reader import Reader, open_reader
from storage.description import Description
from storage.formats import FLAC, M4A, MP3, OGG, OPUS, Kind, of_name
from tests.downloader.metadata.songs import needs_ffmpeg

LARGE = 10_000_000
LENGTH = timedelta(seconds=6)
SO_WHAT = Description(title="So What", artist="Miles", album="Blue", track_number=1, date="1959")
_SOUND = "aevalsrc=0.3*sin(440*2*PI*t)|0.3*sin(660*2*PI*t):s=44100:d=6"
_KINDS = ("mp3", "flac", "m4a", "ogg", "opus", "wav")


@pytest.fixture(scope="module")
def long_songs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return songs of six seconds, of which those of MP3, FLAC and M4A have a cover."""
    folder = tmp_path_factory.mktemp("converting")
    cover = folder / "cover.png"
    files = {kind: folder / f"song.{kind}" for kind in _KINDS}
    if shutil.which("ffmpeg"):
        quiet = ["ffmpeg", "-nostdin", "-v", "error"]
        picture = [*quiet, "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", str(cover)]
        subprocess.run(picture, check=True, timeout=60)
        outputs = [word for kind, path in files.items() for word in _output(kind, path)]
        song = [*quiet, "-f", "lavfi", "-i", _SOUND, "-i", str(cover), *outputs]
        subprocess.run(song, check=True, timeout=60)
    return files


def _output(kind: str, path: Path) -> list[str]:
    with_cover = ["-map", "1:v", "-c:v", "png", "-disposition:v", "attached_pic"]
    picture = with_cover if kind in {"mp3", "flac", "m4a"} else []
    loud = ["-metadata", "comment=kept", "-metadata", "REPLAYGAIN_TRACK_GAIN=-1.00 dB"]
    return ["-map", "0:a", *picture, *loud, str(path)]


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with open_reader(most=1) as reader:
        yield reader


def source(path: Path) -> Source:
    return Source(path, SO_WHAT, LENGTH)


def converter(reader: Reader | None = None) -> Converter:
    return Converter(Ffmpeg(Path(shutil.which("ffmpeg") or "/ffmpeg")), reader)


def probed(path: Path) -> dict[str, Any]:
    shown = "stream=codec_name,codec_type,channels,sample_rate:format=duration,bit_rate"
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_entries"]
    command += [f"{shown}:format_tags:stream_tags", str(path)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {
        **next(one for one in said["streams"] if one["codec_type"] == "audio"),
        **said["format"],
        "has_cover": any(one["codec_type"] == "video" for one in said["streams"]),
        "said": {
            name.lower(): value
            for one in (said["format"], *said["streams"])
            for name, value in one.get("tags", {}).items()
        },
    }


@needs_ffmpeg
@pytest.mark.parametrize(
    ("into", "becomes", "kinds"),
    [(Into.MP3, MP3, ("flac", "m4a", "opus")), (Into.OPUS, OPUS, ("mp3", "ogg", "wav"))],
)
async def test_what_is_known_of_a_track_is_in_what_comes_of_it(
    into: Into, becomes: Kind, kinds: Sequence[str], long_songs: dict[str, Path], reader: Reader,
    tmp_path: Path,
) -> None:  # fmt: skip
    for kind in kinds:
        made = tmp_path / kind
        song = source(long_songs[kind])
        got, size = await converter(reader).convert(song, Conversion(into, 64_000), made, LARGE)
        found = probed(made)
        said = found["said"]

        assert (becomes, made.stat().st_size) == (got, size)
        assert becomes.extension == found["codec_name"]
        assert 5.9 < float(found["duration"]) < 6.2
        assert ("So What", "Miles", "Blue", "1959") == (
            said["title"], said["artist"], said["album"], said["date"],
        )  # fmt: skip
        assert "1" == said["track" if "track" in said else "tracknumber"]
        assert (kind in {"mp3", "flac", "m4a"}) is found["has_cover"]
        assert "major_brand" not in said
        assert becomes == MP3 or "replaygain_track_gain" not in said


@needs_ffmpeg
async def test_a_piece_is_cut_out_of_what_can_be_cut(
    long_songs: dict[str, Path], reader: Reader, tmp_path: Path
) -> None:
    piece = Conversion(Into.SAME, None, timedelta(seconds=2), timedelta(seconds=4))
    for kind in ("mp3", "flac", "m4a", "ogg"):
        song, made = long_songs[kind], tmp_path / kind
        got, size = await converter(reader).convert(source(song), piece, made, LARGE)
        found = probed(made)

        assert (of_name(song.name), made.stat().st_size) == (got, size)
        assert 1.85 < float(found["duration"]) < 2.15
        assert "So What" == found["said"]["title"]
        assert probed(song)["codec_name"] == found["codec_name"]


@needs_ffmpeg
async def test_a_voice_note_is_mono_opus_that_says_nothing(
    long_songs: dict[str, Path], reader: Reader, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    got, _ = await converter(reader).convert(
        source(long_songs["mp3"]), Conversion(Into.VOICE), made, LARGE
    )
    found = probed(made)

    assert OGG == got
    assert ("opus", 1, "48000") == (
        found["codec_name"], found["channels"], found["sample_rate"],
    )  # fmt: skip
    assert {"encoder"} == set(found["said"])


@needs_ffmpeg
async def test_without_a_reader_the_file_says_what_it_said(
    long_songs: dict[str, Path], tmp_path: Path
) -> None:
    made = tmp_path / "made"
    await converter().convert(source(long_songs["ogg"]), Conversion(Into.MP3), made, LARGE)

    assert "kept" == probed(made)["said"]["comment"]


@needs_ffmpeg
@pytest.mark.parametrize(
    ("body", "piece", "largest", "hitch"),
    [
        (b"#EXTM3U\nfile:///etc/passwd\n", Conversion(Into.MP3), LARGE, Hitch.UNREADABLE),
        (b"fLaC" + bytes(5000), Conversion(Into.MP3), LARGE, Hitch.UNREADABLE),
        (None, Conversion(Into.MP3, 320_000), 50_000, Hitch.TOO_LARGE),
        (None, Conversion(Into.SAME, None, timedelta(hours=1)), LARGE, Hitch.BEYOND_END),
    ],
)
async def test_of_what_fails_nothing_is_left(
    body: bytes | None, piece: Conversion, largest: int, hitch: Hitch,
    long_songs: dict[str, Path], tmp_path: Path,
) -> None:  # fmt: skip
    song, made = tmp_path / "song", tmp_path / "made"
    song.write_bytes(long_songs["flac"].read_bytes() if body is None else body)
    with pytest.raises(UnconvertedError) as failed:
        await converter().convert(source(song), piece, made, largest)

    assert hitch is failed.value.hitch
    assert not made.exists()


async def test_whoever_gives_up_leaves_nothing(tmp_path: Path) -> None:
    program = tmp_path / "program"
    begun = tmp_path / "begun"
    program.write_text(f"#!/bin/sh\necho > {begun}\nexec sleep 600\n")
    program.chmod(0o755)
    song = tmp_path / "song"
    song.write_bytes(b"fLaC" + bytes(5000))
    working = Converter(Ffmpeg(program), None)
    async with asyncio.TaskGroup() as group:
        converting = group.create_task(
            working.convert(source(song), Conversion(Into.MP3), tmp_path / "made", LARGE)
        )
        while not begun.exists():  # noqa: ASYNC110  # a child says so by a file
            await asyncio.sleep(0.005)
        converting.cancel()
        with suppress(asyncio.CancelledError):
            await converting

    assert not (tmp_path / "made").exists()


def test_kinds_have_the_endings_that_people_know() -> None:
    assert ["mp3", "opus", "ogg"] == [one.extension for one in (MP3, OPUS, OGG)]
    assert {FLAC, M4A} == {Conversion(Into.SAME).kind_of(kind) for kind in (FLAC, M4A)}
