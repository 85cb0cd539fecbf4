from __future__ import annotations

from collections import Counter

from bench.figures.power import figures_of
from bench.power.disk import Way
from bench.power.replay import Finding
from bench.power.trial import Trial


def trial(*found: tuple[Finding, str]) -> Trial:
    return Trial(10, Counter({Way.ANYTHING: 3, Way.KEPT: 1}), list(found))


def test_enough_states_and_no_finding_is_the_goal() -> None:
    first, *others = figures_of([trial(), trial()], 8)

    assert (8, 6, 2, 20) == (
        first.value,
        *(first.detail[name] for name in ("anything", "kept", "moments")),
    )
    assert not any(figure.is_missed for figure in (first, *others))
    assert len(Finding) == len(others)


def test_each_finding_is_told_under_its_kind() -> None:
    found = figures_of([trial((Finding.BAD, "x")), trial((Finding.BAD, "y"))], 8)
    figures = {figure.figure: figure for figure in found}

    assert ["x", "y"] == figures["power.bad"].detail["found"]
    assert figures["power.bad"].is_missed
    assert not figures["power.lost"].is_missed


def test_too_few_states_are_no_proof() -> None:
    assert next(figures_of([trial()], 8)).is_missed
