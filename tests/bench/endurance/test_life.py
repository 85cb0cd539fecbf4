"""The proof in short: a hundred files through one process, and what it holds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bench.endurance.life import JOB, find, trouble
from bench.noise import Ask
from bench.transfer.child import open_child
from downloader.errors import DownloaderError

SOON = timedelta(minutes=5)


def test_files_come_right_and_nothing_is_left_open(tmp_path: Path) -> None:
    with open_child("bench.endurance.life", str(tmp_path)) as life:
        first, second = (life.ask({"files": JOB}, SOON) for _ in range(2))

    assert 0 == first["wrong"] + second["wrong"]
    assert 2 * JOB == len(list((tmp_path / "music").rglob("*.mp3")))
    assert [] == list((tmp_path / "music").rglob("*.part"))
    # Up to three connections to the database are made late, each with its log.
    assert second["descriptors"] <= first["descriptors"] + 6
    assert second["tasks"] <= first["tasks"]
    assert second["wal"] < 64


def test_the_files_are_small_and_always_the_same() -> None:
    assert find(7) == find(7)
    assert all(0 < find(number).size <= 20_000 for number in range(100))


def test_a_few_requests_go_wrong() -> None:
    wrong = 0
    for number in range(970):
        try:
            wrong += trouble(Ask(number, 1, 0, 4096), b"right") != b"right"
        except DownloaderError:
            wrong += 1

    assert 30 == wrong
    assert b"right" == trouble(Ask(1, 1, 0, 4096), b"right")


@pytest.mark.parametrize("number", [11, 23, 47])
def test_they_go_wrong_each_in_its_own_way(number: int) -> None:
    if number == 11:
        assert b"righ" == trouble(Ask(number, 1, 0, 4096), b"right")
        return
    with pytest.raises(DownloaderError):
        trouble(Ask(number, 1, 0, 4096), b"right")
