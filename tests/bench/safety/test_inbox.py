from __future__ import annotations

from collections import Counter
from typing import Any

from bench.safety.inbox import Met, Tale, of_inbox


def tale(**changes: Any) -> Tale:
    met = Counter({Met.ENTERED: 5, Met.ON_ITS_WAY: 2, Met.ACTED: 1, Met.STARTING: 1})
    return Tale(met, Counter({"like": 4}), updates=40, doubled=10, **changes)


def test_only_kills_before_an_effect_count_and_nothing_found_meets_every_goal() -> None:
    first, *others = of_inbox([tale(made_up_for=1), tale()])

    assert not any(figure.is_missed for figure in (first, *others))
    assert (14, 0.25, 1, {"like": 8}) == tuple(
        first.detail[name]
        for name in ("kills before an effect", "brought twice", "answers made up for", "commands")
    )


def test_each_effect_that_is_not_there_as_often_as_it_was_asked_for_is_told() -> None:
    found = of_inbox([tale(lost=["like of 1: 0 for 1"]), tale(double=["plays: 3 for 2"])])
    figures = {figure.figure: figure for figure in found}

    assert {
        "safety.inbox.lost": ["like of 1: 0 for 1"],
        "safety.inbox.double": ["plays: 3 for 2"],
    } == {name: one.detail["found"] for name, one in figures.items() if one.is_missed}
