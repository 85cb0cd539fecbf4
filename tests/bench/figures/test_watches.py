from __future__ import annotations

from collections import Counter

from bench.figures.watches import of_days, of_history, of_reactions, of_updates
from bench.watches.days import Diary
from bench.watches.killed import Tale
from bench.watches.reaction import Reactions
from bench.watches.scan import Scan


def test_nothing_found_meets_the_goals_and_tells_what_happened() -> None:
    first, *rest = of_updates([Tale(posts=5, kills=2, told=Counter(lost=3))] * 2)
    days = list(of_days(Diary(watches=9, days=2)))

    assert not any(one.is_missed for one in (first, *rest, *days))
    assert (10, 4, {"lost": 6}) == tuple(
        first.detail[name] for name in ("posts", "kills", "updates")
    )
    assert 9 == days[0].detail["watches"]


def test_each_thing_found_is_counted_and_told() -> None:
    updates = list(of_updates([Tale(lost=["a"], double=["b"], wrong=["c"])] * 2))
    days = list(of_days(Diary(missed=["a"], double=["b"], flooded=["c"], wrong=["d"])))

    assert [2, 2, 2] == [one.value for one in updates]
    assert [1, 1, 1, 1] == [one.value for one in days]
    assert all(one.is_missed for one in (*updates, *days))


def test_a_history_is_told_beside_a_bare_telethon() -> None:
    scan = Scan(
        1000,
        [10.0],
        [9.5],
        [[50.0, 90.0, 95.0], [40.0, 80.0, 83.0]],
        pages=100,
        pages_with_kill=102,
    )
    speed, grown, again, wrong = of_history(scan)

    assert (0.95, 5.0, 0.02, 0) == (speed.value, grown.value, again.value, wrong.value)
    assert not any(one.is_missed for one in (speed, grown, again, wrong))


def test_a_posting_without_a_job_misses_the_goal() -> None:
    p95, unheard = of_reactions(Reactions([0.5, 0.6], late=1), 200)

    assert (0.6, False, True) == (p95.value, p95.is_missed, unheard.is_missed)
