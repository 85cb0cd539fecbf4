from __future__ import annotations

from collections import Counter

from bench.safety.totals import Totals, figures_of


def test_nothing_may_come_of_what_anybody_sends_and_what_was_sent_is_told() -> None:
    totals = Totals(updates=10, kinds=Counter(message=7, inline_query=3), most=5)
    totals.faults["leaked"].append("seed 1, update 7: said to a stranger")
    figures = {figure.figure: figure for figure in figures_of(totals, 60.0)}

    assert 10 == figures["safety.fuzz.updates"].value
    assert figures["safety.fuzz.leaked"].is_missed
    assert not figures["safety.fuzz.unhandled"].is_missed
    assert not figures["safety.fuzz.refused"].is_missed
    assert ["seed 1, update 7: said to a stranger"] == figures["safety.fuzz.leaked"].detail["told"]
