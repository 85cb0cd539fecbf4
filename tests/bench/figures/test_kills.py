from __future__ import annotations

from collections import Counter

from bench.figures.kills import figures_of, sizes
from bench.killing import Moment, Tale
from bench.library import Findings

MIB = 1 << 20


def tale(findings: Findings, **changes: object) -> Tale:
    made = Tale(Counter({Moment.WORKING: 3, Moment.STARTING: 1}), findings=findings)
    made.size, made.sent = 10 * MIB, 14 * MIB
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def test_nothing_found_meets_every_goal_and_tells_how_often_it_was_killed() -> None:
    first, *others = figures_of([tale(Findings([], [], [], []))] * 2)

    assert not any(figure.is_missed for figure in (first, *others))
    assert (8, 6, 2) == tuple(
        first.detail[name] for name in ("kills", "while working", "while starting")
    )


def test_each_thing_found_is_counted_over_all_jobs_and_told() -> None:
    findings = Findings(["b"], ["l"], ["d"], ["s"])
    tales = [tale(findings, damage=["page 3"]), tale(findings, crashes=["trace"])]
    figures = {figure.figure: figure for figure in figures_of(tales)}

    assert [2, 2, 2, 2, 1, 1] == [
        figures[f"kills.{name}"].value
        for name in ("bad", "lost", "double", "stray", "damage", "crashes")
    ]
    assert all(figure.is_missed for name, figure in figures.items() if name != "kills.waste")
    assert ["l", "l"] == figures["kills.lost"].detail["found"]


def test_the_waste_is_what_was_sent_over_the_size_for_each_kill() -> None:
    *_, waste = figures_of([tale(Findings([], [], [], []))])

    assert ("kills.waste", 1.0) == (waste.figure, waste.value)


def test_the_sizes_are_mixed_and_always_the_same() -> None:
    drawn = sizes(1)

    assert drawn == sizes(1)
    assert 60 == len(drawn)
    assert 30 == sum(size > 3 * MIB - MIB for size in drawn)
    assert drawn[:30] != sorted(drawn)[:30]
