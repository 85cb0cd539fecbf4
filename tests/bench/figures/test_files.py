from __future__ import annotations

from bench.figure import Figure
from bench.figures.files import figures_of
from bench.transfer.child import Words

WORDS: Words = {
    "seconds": 4.0, "cpu": 3.0, "wrong": 0, "lag": {"p50": 0.001, "p99": 0.015, "max": 0.3},
    "stages": {"hashing": {"cpu": 0.5, "wall": 1.0}, "database": {"cpu": 1.5, "wall": 40.0}},
}  # fmt: skip


def figures(**changes: object) -> dict[str, Figure]:
    return {figure.figure: figure for figure in figures_of(WORDS | changes, 100)}


def test_the_stages_and_the_rest_are_told_in_milliseconds_of_one_file() -> None:
    found = figures()

    assert 25 == found["files.rate"].value
    assert 30 == found["files.cpu"].value
    assert {
        "hashing": {"cpu": 5, "waited": 10},
        "database": {"cpu": 15, "waited": 400},
        "the rest": {"cpu": 10},
    } == found["files.cpu"].detail
    assert not any(figure.is_missed for figure in found.values())


def test_one_file_with_other_bytes_or_a_late_loop_misses_its_goal() -> None:
    late = {"p50": 0.001, "p99": 0.021, "max": 0.3}

    assert figures(wrong=1)["files.wrong"].is_missed
    assert figures(lag=late)["files.lag"].is_missed
