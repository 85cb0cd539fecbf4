from __future__ import annotations

import json
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest

from bot.verbs.copying import as_json, nothing, refusal, report
from downloader.mirroring import Copied, Copying


def copying(**troubles: Copied) -> Copying:
    counts = Counter({Copied.CONVERTED: 2, Copied.AS_IT_IS: 1, Copied.THERE: 7})
    named = {PurePosixPath(name): its for name, its in troubles.items()}
    return Copying(10, 12_000_000, counts, named)


def test_the_report_counts_and_names_what_is_not_there() -> None:
    assert [
        "2 files converted, 1 copied as they are, 7 there before.",
        "",
        "ffmpeg cannot read these:",
        "  song",
    ] == report(copying(song=Copied.UNREADABLE), dry=False, converts=True)


def test_a_dry_run_says_what_would_be() -> None:
    assert [
        "2 files would be converted, 1 copied as they are, 7 there before.",
        "That takes about 12 MB.",
    ] == report(copying(), dry=True, converts=True)


def test_scripts_are_told_the_same() -> None:
    assert {
        "converted": 2,
        "copied": 1,
        "there": 7,
        "bytes": 12_000_000,
        "troubles": [{"path": "song", "trouble": "gone"}],
    } == json.loads(as_json(copying(song=Copied.GONE)))


@pytest.mark.parametrize(
    ("folder", "said"),
    [("music", "in the music folder"), ("music/phone", "in the music folder"), (".", "is in")],
)
def test_a_folder_that_would_mix_with_the_music_is_refused(
    folder: str, said: str, tmp_path: Path
) -> None:
    assert said in (refusal(tmp_path / folder, tmp_path / "music") or "")
    assert refusal(tmp_path / "phone", tmp_path / "music") is None


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "phone").touch()
    assert (refusal(tmp_path / "phone", tmp_path / "music") or "").endswith("is no folder")


def test_what_finds_nothing_says_what_would() -> None:
    assert "Nothing fits “mils”. Is “miles” meant?" == nothing("mils", "miles")
    assert "Nothing fits “mils”." == nothing("mils", None)
