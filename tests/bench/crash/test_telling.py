from __future__ import annotations

from bench.crash.calls import Call, Strike
from bench.crash.shapes import named
from bench.crash.sweep import Sweep
from bench.crash.telling import of_sweeps, proof, verdicts
from bench.crash.verdict import Verdict
from bench.crash.ward import Lived, Trial

SYNC, LINK = Call("fsync", 1, "music"), Call("linkat", 1, "music/x.mp3")


def test_nothing_found_meets_the_goal_and_each_thing_found_is_told() -> None:
    good, bad = proof("x.lost", []), proof("x.lost", ["a"] * 12)

    assert (False, True) == (good.is_missed, bad.is_missed)
    assert (12, 10) == (bad.value, len(bad.detail["found"]))  # type: ignore[arg-type]  # a list


def test_each_kind_of_finding_has_its_figure() -> None:
    figures = list(verdicts("x", [("one", Verdict(bad=["b"])), ("two", Verdict(bad=["c"]))]))

    assert ["x.bad", "x.lost", "x.double", "x.stray", "x.damage"] == [f.figure for f in figures]
    assert [2, 0, 0, 0, 0] == [figure.value for figure in figures]
    assert ["one: b", "two: c"] == figures[0].detail["found"]


def test_a_strike_that_met_no_call_is_missed() -> None:
    shape = named("parts")
    trials = [
        Trial(shape, Strike(call, "signal=KILL"), Lived(code, None, [SYNC]), Verdict())
        for call, code in ((SYNC, -9), (LINK, -9), (SYNC, 0))
    ]
    missed, *_ = of_sweeps("x", [Sweep(shape, [SYNC, LINK], trials)])

    assert ("x.missed", 2) == (missed.figure, missed.value)
    assert {"parts": "1 of 2"} == missed.detail["calls struck"]
    assert {"fsync": 1} == missed.detail["by name"]
