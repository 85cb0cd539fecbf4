from __future__ import annotations

from collections import Counter

from bench.figures.mutated import figures_of
from bench.mutated.soak import Account


def test_nothing_may_surprise_or_be_late_and_what_children_died_of_is_told() -> None:
    account = Account(
        files=10,
        asked=20,
        ends=Counter({"answered": 15, "broken": 1, "too busy": 3, "gone": 1}),
        surprises=["a.mp3 7 read: KeyError()"],
        longest_wait=7.5,
    )
    figures = {figure.figure: figure for figure in figures_of(account, 5, 60.0)}

    assert figures["mutated.surprises"].is_missed
    assert not figures["mutated.late"].is_missed
    assert 4 == figures["mutated.ended"].value
    assert 7.5 == figures["mutated.late"].detail["longest"]
