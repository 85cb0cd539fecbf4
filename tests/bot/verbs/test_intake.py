from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from bot.verbs.intake import counted, looking, place_in, refusal, report
from downloader.intake import Extent, Intake, Trouble


def test_what_cannot_be_imported_is_refused(tmp_path: Path) -> None:
    music = tmp_path / "music"
    (music / ".tad").mkdir(parents=True)
    nameless = music / os.fsdecode(b"caf\xe9")
    nameless.mkdir()

    assert "there is no folder" in (refusal(tmp_path / "x", music, copy=True) or "")
    assert "on their way" in (refusal(music / ".tad", music, copy=False) or "")
    assert "one by one" in (refusal(tmp_path, music, copy=True) or "")
    assert "is no text: rename it" in (refusal(nameless, music, copy=False) or "")
    assert refusal(music, music, copy=True) is None


def test_a_place_in_the_music_folder_is_relative_to_it(tmp_path: Path) -> None:
    assert PurePosixPath() == place_in(tmp_path, tmp_path)
    assert PurePosixPath("a/b") == place_in(tmp_path / "a" / "b", tmp_path)
    assert place_in(tmp_path, tmp_path / "a") is None


def test_every_trouble_is_named_under_what_it_means() -> None:
    intake = Intake(entered=1)
    for trouble in Trouble:
        intake.leave_out(PurePosixPath(f"{trouble.name}.mp3"), trouble)
    lines = report(intake, dry=False)

    assert "1 file entered, 0 known, 4 left out." == lines[0]
    assert [f"  {trouble.name}.mp3" for trouble in Trouble] == lines[3::3]


def test_how_far_it_is_is_told_in_files() -> None:
    assert "Looking… 1 file, 2.0 MB" == looking(Extent(1, 2_000_000))
    assert "3 of 9 files" == counted(Intake(entered=1, known=2), Extent(9, 1))
