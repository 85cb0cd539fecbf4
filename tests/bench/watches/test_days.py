"""The proof in short, with every rhythm."""

from __future__ import annotations

from bench.watches.days import diary_of, rules_of


def test_in_some_hours_nothing_is_missed_or_done_twice() -> None:
    diary = diary_of(seed=1, watches=9, days=0.3)

    assert ([], [], [], []) == (diary.missed, diary.double, diary.flooded, diary.wrong)
    assert (True, True) == (diary.looks > 40, diary.posts > 0)


def test_every_rhythm_is_among_the_rules_and_the_same_seed_draws_the_same() -> None:
    rules = rules_of(1, 60)
    rhythms = [one.rhythm for one in rules]

    assert rules == rules_of(1, 60)
    assert all(any(of) for of in zip(*((one.is_live, one.every, one.daily, one.cron)
                                       for one in rhythms), strict=True))  # fmt: skip
    assert any(one.hours for one in rules)
