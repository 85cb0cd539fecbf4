"""What is written by way of a child, and what is fetched from a file beside its tags."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.gain import Gain
from downloader.metadata.children import Limits
from downloader.metadata.reader import Reader, open_reader
from downloader.metadata.tags import TagsUnreadableError, TagsUnwritableError
from sandbox.audio.cover import Mosaic
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags as Said
from storage.description import Description, Provenance
from storage.errors import DiskFailure
from storage.formats import AMR, FLAC, MP3, MUSEPACK, Kind, of_name
from tests.downloader.metadata.files import ENDLESS, frame, frames_of_sound, tagged
from tests.downloader.metadata.songs import ENCODED, needs_ffmpeg

BRIEF = Limits(busy=timedelta(seconds=1), wall=timedelta(seconds=10))
COVER = Mosaic(3).jpeg()
KNOWN: dict[str, object] = {
    "title": "Осень 秋", "artist": "Трио", "album": "Album", "album_artist": "Various Artists",
    "genre": "Jazz", "composer": "Evans", "date": "1959-08-17", "track_number": 3,
    "track_total": 12, "disc_number": 1, "disc_total": 2, "is_compilation": True,
}  # fmt: skip
DESCRIPTION = Description(**KNOWN)  # type: ignore[arg-type]  # each is of its field's type
SAID = Description(**KNOWN, provenance=dict.fromkeys(KNOWN, Provenance.TAGS))  # type: ignore[arg-type]


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with open_reader(BRIEF) as reader:
        yield reader


def stored(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    path.write_bytes(body)
    return path


def kind_of(name: str) -> Kind:
    kind = of_name(name)
    assert kind is not None
    return kind


@needs_ffmpeg
@pytest.mark.parametrize("name", ENCODED)
async def test_what_is_written_is_what_is_read(
    reader: Reader, songs: Mapping[str, Path], tmp_path: Path, name: str
) -> None:
    path = Path(shutil.copy(songs[name], tmp_path / f"song.{name}"))
    before = await reader.read(path)
    gain = Gain(loudness=-9.5, peak=0.9)
    is_written = await reader.write(
        path, kind_of(path.name), DESCRIPTION, cover=COVER, gain=gain, comment="t.me/jazz/7"
    )
    after = await reader.read(path)

    assert is_written
    assert (SAID, True, True) == (after.description, after.has_cover, after.has_gain)
    assert (before.sound.codec, before.sound.duration) == (after.sound.codec, after.sound.duration)
    assert not after.flaws
    assert COVER == await reader.picture(path)


async def test_a_kind_that_takes_no_tags_is_left_alone(reader: Reader, tmp_path: Path) -> None:
    path = stored(tmp_path, "voice", b"#!AMR\n" + bytes(99))

    assert not await reader.write(path, AMR, DESCRIPTION, cover=COVER)
    assert b"#!AMR\n" + bytes(99) == path.read_bytes()


@pytest.mark.parametrize(
    ("kind", "body"), [(FLAC, b"fLaC"), (MUSEPACK, ENDLESS)],
    ids=["broken", "endless"],
)  # fmt: skip
async def test_f63_a_file_that_ends_the_child_keeps_none_from_the_next(
    reader: Reader, tmp_path: Path, kind: Kind, body: bytes
) -> None:
    with pytest.raises(TagsUnwritableError) as error:
        await reader.write(stored(tmp_path, "harm", body), kind, DESCRIPTION)
    fine = stored(tmp_path, "fine", Format.FLAC.file(Melody(1, 2)))

    assert kind == error.value.kind
    assert await reader.write(fine, FLAC, DESCRIPTION)


async def test_only_a_file_that_is_there_is_written_into(reader: Reader, tmp_path: Path) -> None:
    song = stored(tmp_path, "song", Format.MP3.file(Melody(1, 2)))
    (tmp_path / "link").symlink_to(song)
    before = song.read_bytes()

    for name in ("link", "gone"):
        with pytest.raises(DiskFailure):
            await reader.write(tmp_path / name, MP3, DESCRIPTION)
    assert before == song.read_bytes()


async def test_a_file_that_is_only_read_cannot_be_written_into(
    reader: Reader, tmp_path: Path
) -> None:
    path = stored(tmp_path, "song", Format.MP3.file(Melody(1, 2), Said("So What", "Miles")))
    before = path.read_bytes()
    await reader.read(path)
    await reader.picture(path)

    assert before == path.read_bytes()


async def test_pictures_and_words_are_fetched_when_they_are_wanted(
    reader: Reader, tmp_path: Path
) -> None:
    words = frame(b"USLT", b"\3eng\0" + "[00:01.00]Осень".encode())
    song = stored(tmp_path, "words.mp3", tagged(words))
    shown = stored(
        tmp_path, "shown.mp3", Format.MP3.file(Melody(1, 2), Said("a", "b", "", 1, COVER))
    )

    assert ("[00:01.00]Осень", None) == (await reader.lyrics(song), await reader.picture(song))
    assert (None, COVER) == (await reader.lyrics(shown), await reader.picture(shown))
    assert (await reader.read(song)).has_lyrics


async def test_a_picture_of_many_megabytes_crosses_the_line(reader: Reader, tmp_path: Path) -> None:
    cover = b"\xff\xd8\xff" + bytes(10 << 20)
    path = stored(tmp_path, "song.mp3", frames_of_sound(100))

    assert await reader.write(path, MP3, Description(), cover=cover)
    assert cover == await reader.picture(path)


async def test_of_what_is_no_audio_nothing_is_fetched(reader: Reader, tmp_path: Path) -> None:
    for body in (b"", b"<html>"):
        with pytest.raises(TagsUnreadableError) as error:
            await reader.picture(stored(tmp_path, "page", body))

        assert error.value.kind is None
