from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from mutagen.apev2 import APEv2
from mutagen.dsf import DSF
from mutagen.id3 import ID3, TXXX, USLT
from mutagen.wave import WAVE

from bench.tagged.players import Shown, shown, sound_of
from downloader.metadata.writing.writer import write
from sandbox.audio.cover import SIDE, Mosaic
from storage.description import Description
from tests.downloader.metadata.songs import ENCODED, needs_ffmpeg
from tests.downloader.metadata.writing.test_writer import ALL, GAIN, kind_of

COVER = Mosaic(7).jpeg()
SHOWN = {
    "title": "So What — Что с того",
    "artist": "Miles Davis",
    "album": "Kind of Blue",
    "album_artist": "Miles Davis Sextet",
    "genre": "Modal Jazz",
    "composer": "Bill Evans",
    "date": "1959-08-17",
    "track": "3",
    "track_total": "12",
    "disc": "1",
    "disc_total": "2",
    "compilation": "1",
    "comment": "https://t.me/jazz/7",
}
LOUD = {"replaygain_track_gain": "-8.50 dB", "replaygain_track_peak": "0.980000"}


def written(path: Path, description: Description = ALL, cover: bytes | None = None) -> None:
    with path.open("r+b") as file:
        assert write(file, kind_of(path.name), description, cover, GAIN, "https://t.me/jazz/7")


def within(wanted: Iterable[str], found: Shown) -> dict[str, str | None]:
    return {name: found.tags.get(name) for name in wanted}


@needs_ffmpeg
@pytest.mark.parametrize("name", [*ENCODED, "dsf", "ape", "mpc"])
def test_another_program_finds_every_field_and_the_cover(
    name: str, songs: Mapping[str, Path], tmp_path: Path
) -> None:
    song = Path(shutil.copy(songs[name], tmp_path))
    written(song, cover=COVER)
    found = shown(song)
    wanted = SHOWN | ({"r128_track_gain": "-3456"} if name == "opus" else LOUD)

    assert wanted == within(wanted, found)
    assert (SIDE, SIDE) == found.picture


@needs_ffmpeg
@pytest.mark.parametrize("name", [*ENCODED, "dsf", "dff"])
def test_the_sound_is_the_same_to_the_bit(
    name: str, songs: Mapping[str, Path], tmp_path: Path
) -> None:
    song = Path(shutil.copy(songs[name], tmp_path))
    before = sound_of(song)
    written(song, cover=COVER)

    assert before == sound_of(song)


@needs_ffmpeg
@pytest.mark.parametrize("name", ["mp3", "flac", "m4a", "ogg", "opus", "wma", "wv"])
def test_what_we_do_not_know_stays(name: str, songs: Mapping[str, Path], tmp_path: Path) -> None:
    other = "copyright" if name == "m4a" else "mood"  # its names are few
    song = with_tags(songs[name], tmp_path, title="Old", lyrics="la la", **{other: "blue"})
    written(song)
    found = shown(song).tags

    assert "So What — Что с того" == found["title"]
    assert ("blue", "la la") == (found[other], found.get("lyrics", found.get("lyrics-xxx")))


def with_tags(song: Path, folder: Path, **tags: str) -> Path:
    """Copy a song, with tags by ffmpeg."""
    path = folder / f"tagged{song.suffix}"
    said = [part for name, text in tags.items() for part in ("-metadata", f"{name}={text}")]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(song), "-c", "copy", *said, str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


@needs_ffmpeg
def test_what_wav_said_in_its_old_way_is_said_in_the_new_one(
    songs: Mapping[str, Path], tmp_path: Path
) -> None:
    song = with_tags(songs["wav"], tmp_path, title="Old", copyright="Columbia", language="eng")
    before = sound_of(song)
    written(song, cover=COVER)
    tags = WAVE(song).tags

    assert SHOWN | LOUD == within(SHOWN | LOUD, shown(song))
    assert ("Columbia", "eng") == (str(tags["TCOP"]), str(tags["TLAN"]))
    assert b"INFO" not in song.read_bytes()
    assert before == sound_of(song)


@needs_ffmpeg
@pytest.mark.parametrize("name", ["mp3", "tta", "aac"])
def test_tags_behind_the_sound_say_the_same(
    name: str, songs: Mapping[str, Path], tmp_path: Path
) -> None:
    song = Path(shutil.copy(songs[name], tmp_path))
    old = APEv2()
    old["Title"], old["Mood"] = "Old", "Blue"
    old.save(song)
    with song.open("ab") as file:
        file.write(b"TAG" + b"Old".ljust(125, b"\0"))
    written(song)
    behind, last = APEv2(song), song.read_bytes()[-128:]

    assert ("So What — Что с того", "Blue") == (str(behind["Title"]), str(behind["Mood"]))
    assert b"TAGSo What" == last[:10]


def test_frames_of_others_and_their_pictures_stay_in_id3(
    songs: Mapping[str, Path], tmp_path: Path
) -> None:
    song = tmp_path / "song.dsf"
    song.write_bytes(songs["dsf"].read_bytes())
    written(song, cover=COVER)
    tags = said_by_dsf(song)
    tags.add(USLT(encoding=3, lang="eng", desc="", text="la la"))
    tags.add(TXXX(encoding=3, desc="Mood", text=["blue"]))
    with song.open("r+b") as file:
        tags.save(file)
    written(song, Description(title="Freddie Freeloader"))
    after = said_by_dsf(song)

    assert tags.keys() == after.keys()
    assert "Freddie Freeloader" == str(after["TIT2"])
    assert "Miles Davis" == str(after["TPE1"])


def said_by_dsf(path: Path) -> ID3:
    return DSF(path).tags
