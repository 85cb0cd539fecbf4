from __future__ import annotations

from collections import Counter

from bench.chunks.faults import Fault
from bench.chunks.passage import Passage
from bench.figures.chunks import figures_of, unchecked
from downloader.proof import CheckBytes


def test_nothing_wrong_and_nothing_lost_is_the_goal() -> None:
    good = Passage(6, 9, Counter(saved=4, failed=2))
    wrong, lost = figures_of("chunks.flipped", good, 3)

    assert (0, 0) == (wrong.value, lost.value)
    assert not wrong.is_missed
    assert not lost.is_missed
    assert (3, 6, 9, 4) == tuple(
        wrong.detail[name] for name in ("seeds", "files", "wrong answers", "saved")
    )


def test_what_is_found_is_counted_and_told() -> None:
    bad = Passage(6, 9, wrong=["a"], lost=["b", "c"])
    wrong, lost = figures_of("chunks.flipped", bad, 3)

    assert (1, ["a"], True) == (wrong.value, wrong.detail["found"], wrong.is_missed)
    assert (2, ["b", "c"], True) == (lost.value, lost.detail["found"], lost.is_missed)


def test_without_hashes_only_what_shows_by_its_length_has_a_goal() -> None:
    bad = Passage(6, 9, wrong=["a"])

    assert unchecked(Fault.SHORT, CheckBytes.OFF, bad).is_missed
    assert unchecked(Fault.FLIPPED, CheckBytes.OFF, bad).goal is None
    assert "chunks.flipped.off" == unchecked(Fault.FLIPPED, CheckBytes.OFF, bad).figure
