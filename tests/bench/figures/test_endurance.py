from __future__ import annotations

from bench.figure import Figure
from bench.figures.endurance import figures_of
from bench.transfer.child import Words

LOOK: Words = {
    "resident": 80.0, "descriptors": 9, "threads": 5, "tasks": 7, "wal": 4.0, "seconds": 50.0,
    "wrong": 0,
}  # fmt: skip


def figures(*changes: Words) -> dict[str, Figure]:
    looks = [LOOK | change for change in changes]
    return {figure.figure: figure for figure in figures_of(looks)}


def test_a_process_that_stays_as_it_was_meets_every_goal() -> None:
    found = figures({}, {}, {}, {})

    assert not any(figure.is_missed for figure in found.values())
    assert 10 == found["endurance.rate"].value
    assert 2000 == found["endurance.growth"].detail["files"]


def test_what_comes_in_the_first_thousand_is_not_growth() -> None:
    found = figures({"resident": 50.0, "threads": 2}, {"resident": 80.0}, {"resident": 89.0}, {})

    assert 0 == found["endurance.growth"].value
    assert 0 == found["endurance.threads"].value


def test_what_is_new_after_it_is_told() -> None:
    more = {"resident": 91.0, "descriptors": 10, "threads": 7, "tasks": 8, "wal": 65.0, "wrong": 1}
    found = figures({}, {}, {}, more)

    assert [11, 1, 2, 1, 65, 1] == [
        found[f"endurance.{name}"].value
        for name in ("growth", "descriptors", "threads", "tasks", "wal", "wrong")
    ]
    assert all(figure.is_missed for name, figure in found.items() if name != "endurance.rate")
