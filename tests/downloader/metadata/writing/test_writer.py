from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from downloader.gain import Gain
from downloader.metadata.names import names_in
from downloader.metadata.opening import opened, tag_before
from downloader.metadata.writing.writer import sheet_of, write
from sandbox.audio import rare
from storage.description import Description
from tests.downloader.metadata.songs import ENCODED, needs_ffmpeg

ALL = Description(
    title="So What — Что с того",
    artist="Miles Davis",
    album="Kind of Blue",
    album_artist="Miles Davis Sextet",
    genre="Modal Jazz",
    composer="Bill Evans",
    date="1959-08-17",
    track_number=3,
    track_total=12,
    disc_number=1,
    disc_total=2,
    is_compilation=True,
)
SAID = {
    "title": ["So What — Что с того"],
    "artist": ["Miles Davis"],
    "album": ["Kind of Blue"],
    "album_artist": ["Miles Davis Sextet"],
    "genre": ["Modal Jazz"],
    "composer": ["Bill Evans"],
    "date": ["1959-08-17"],
    "is_compilation": ["1"],
    "comment": ["https://t.me/jazz/7"],
}
GAIN = Gain(loudness=-9.5, peak=0.98)
FORMATS = [
    *(pytest.param(name, marks=needs_ffmpeg) for name in ENCODED),
    *rare.songs(),
]  # fmt: skip


def kind_of(name: str) -> str:
    return name.rpartition(".")[2]


@pytest.fixture
def song(request: pytest.FixtureRequest, songs: Mapping[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(songs[request.param], tmp_path))


def said_in(path: Path) -> dict[str, list[str]]:
    """Read with the tag library what stands under the name by which we write each field."""
    with path.open("rb") as file:
        read = opened(file, kind_of(path.name))
        assert read is not None
        tags = read.tags if read.tags is not None else tag_before(file)
    sheet = sheet_of(read, tags)
    return {field: sheet.values(names[0]) for field, names in names_in(tags).items()}


@pytest.mark.parametrize("song", FORMATS, indirect=True)
def test_every_field_is_found_where_its_family_has_it(song: Path) -> None:
    with song.open("r+b") as file:
        assert write(file, kind_of(song.name), ALL, None, GAIN, "https://t.me/jazz/7")
    said = said_in(song)

    assert {field: said[field] for field in SAID} == SAID
    assert [["3", "12"], ["3/12", "3/12"]].count([*said["track_number"], *said["track_total"]])
    assert [["1", "2"], ["1/2", "1/2"]].count([*said["disc_number"], *said["disc_total"]])


@pytest.mark.parametrize("extension", ["amr", "caf", "mid", "webm", "mka", "audio"])
def test_a_format_without_tags_is_left_alone(extension: str, tmp_path: Path) -> None:
    path = tmp_path / "song"
    path.write_bytes(b"whatever")
    with path.open("r+b") as file:
        assert not write(file, extension, ALL, b"", GAIN)

    assert b"whatever" == path.read_bytes()
