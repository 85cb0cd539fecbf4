from __future__ import annotations

from bench.figures.files import told


def test_a_few_files_come_right_and_every_stage_is_met() -> None:
    words = told(3)

    assert 0 == words["wrong"]
    assert 3 == len(words["digests"])
    assert all(taken["cpu"] > 0 < taken["wall"] for taken in words["stages"].values())
    assert sum(taken["cpu"] for taken in words["stages"].values()) < words["cpu"]
    assert words["lag"]["p50"] <= words["lag"]["p99"] <= words["lag"]["max"]
