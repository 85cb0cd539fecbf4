from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from tests.bot.verbs.desk import Lines, settle, streams
from tests.downloader.metadata.songs import needs_ffmpeg


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A music folder with one song of Miles beside a folder for a phone."""
    settle(tmp_path, monkeypatch)
    music = tmp_path / "music" / "in"
    music.mkdir(parents=True)
    (music / "1.mp3").write_bytes(Format.MP3.file(Melody(1, 2), Tags("So What", "Miles", "Blue")))
    main(["import", str(tmp_path / "music"), "--json"])
    return tmp_path


def tad(*words: str) -> tuple[int, str, str]:
    with streams(Lines()) as (out, err):
        code = main(("library", "convert", *words))
    return code, out.getvalue(), err.getvalue()


@needs_ffmpeg
def test_a_query_becomes_a_folder_for_a_phone(folder: Path) -> None:
    phone = str(folder / "phone")
    dry = tad("artist:miles", "--bitrate", "24k", "--into", phone, "--dry-run")
    was_there = (folder / "phone").exists()
    first = tad("artist:miles -live", "--bitrate", "24k", "--into", phone)
    again = tad("artist:miles", "--bitrate", "24k", "--into", phone, "--json")
    made = (folder / "phone" / "in" / "1.opus").read_bytes()

    assert dry[1].startswith("1 file would be converted, 0 copied as they are, 0 there before.\n")
    assert not was_there
    assert (0, "1 file converted, 0 copied as they are, 0 there before.\n", "") == first
    assert {"converted": 0, "copied": 0, "there": 1, "bytes": 0, "troubles": []} == (
        json.loads(again[1])
    )
    assert b"OpusHead" in made
    assert b"So What" in made


def test_what_finds_nothing_makes_nothing(folder: Path) -> None:
    code, out, err = tad("coltrane", "--into", str(folder / "phone"), "--dry-run")

    assert (1, "", "tad: Nothing fits “coltrane”.\n") == (code, out, err)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--bitrate", "fast", "--into", "phone"), "“fast” does not work as a bitrate here."),
        (("--into", "music/phone"), "is in the music folder"),
        (("artst:x", "--into", "phone", "--dry-run"), "Did you mean artist?"),
    ],
)
def test_what_cannot_be_is_refused(words: tuple[str, ...], said: str, folder: Path) -> None:
    code, _, err = tad(*words)

    assert 2 == code
    assert said in err
    assert not (folder / "phone").exists()


def test_without_ffmpeg_it_is_said_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    code, _, err = tad("--into", str(folder / "phone"))

    assert (2, "tad: converting needs ffmpeg: run `sudo apt install ffmpeg`\n") == (code, err)
