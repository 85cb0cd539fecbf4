from __future__ import annotations

from pathlib import Path

import pytest

from downloader.ffmpeg.readers import reader_of
from sandbox.audio import rare
from tests.downloader.metadata.files import frame, tagged


@pytest.mark.parametrize(
    ("name", "reader"), [("dsf", "dsf"), ("dff", "iff"), ("ape", "ape"), ("mpc", "mpc")]
)
def test_the_bytes_tell_how_to_read_a_file(name: str, reader: str, tmp_path: Path) -> None:
    assert reader == read(rare.songs()[name], tmp_path)


def test_a_large_cover_before_the_sound_is_no_matter(tmp_path: Path) -> None:
    tag = tagged(frame(b"APIC", bytes(20_000)))

    assert "mp3" == read(tag, tmp_path)
    assert "flac" == read(tag[: tag.index(b"\xff\xfb")] + b"fLaC", tmp_path)


@pytest.mark.parametrize("body", [b"", b"MThd", b"#EXTM3U", b"<html>"])
def test_what_makes_no_sound_has_no_reader(body: bytes, tmp_path: Path) -> None:
    assert read(body, tmp_path) is None


def read(body: bytes, folder: Path) -> str | None:
    (folder / "song").write_bytes(body)
    with (folder / "song").open("rb") as file:
        return reader_of(file.fileno())
