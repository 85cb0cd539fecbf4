from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.__main__ import main
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from tests.bot.verbs.desk import settle

SONG = Format.MP3.file(Melody(1, 1), Tags("Song", "Band"))


@pytest.fixture
def music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settle(tmp_path, monkeypatch)
    (tmp_path / "music").mkdir()
    return tmp_path / "music"


def laid(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(SONG)
    return folder


def test_a_folder_is_imported_and_told_of(music: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid(music / "Blue", "1.mp3", "2.mp3")
    (music / "page\x1b[2J.mp3").write_bytes(b"<html>")
    codes = [main(["import", str(music)]), main(["import", "music/Blue"])]
    said = capsys.readouterr().out

    assert [0, 0] == codes
    assert said.splitlines() == [
        "2 files entered, 0 known, 1 left out.",
        "",
        "These are no audio, whatever their names say:",
        "  page[2J.mp3",
        "0 files entered, 2 known, 0 left out.",
    ]


def test_scripts_are_told_in_one_json_object(
    music: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid(music, "1.mp3", os.fsdecode(b"caf\xe9.mp3"))
    main(["import", str(music), "--json"])

    assert json.loads(capsys.readouterr().out) == {
        "entered": 1,
        "known": 0,
        "left_out": 1,
        "troubles": [
            {"path": "caf\N{REPLACEMENT CHARACTER}.mp3", "trouble": "its name is no text"}
        ],
    }


def test_a_dry_run_only_counts(music: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid(music, "1.mp3")
    main(["import", str(music), "--dry-run"])
    main(["import", str(music)])

    assert capsys.readouterr().out.splitlines() == [
        "1 file would be entered, 0 known, 0 left out.",
        "1 file entered, 0 known, 0 left out.",
    ]


def test_a_folder_of_elsewhere_is_refused_with_what_to_do_or_copied(
    music: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = laid(tmp_path / "elsewhere", "1.mp3")
    refused = main(["import", str(elsewhere)])
    said = capsys.readouterr().err
    copied = main(["import", str(elsewhere), "--copy"])

    assert (2, 0) == (refused, copied)
    assert said == (
        f"tad: {elsewhere} is not in the music folder {music}: move it there, point MUSIC_DIR at "
        "a folder that holds it, or add --copy\n"
    )
    assert SONG == (music / "Imported/1.mp3").read_bytes()
