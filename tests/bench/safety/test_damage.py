from __future__ import annotations

from pathlib import Path

from bench.safety.damage import Found, figures_of, tried


async def test_each_kind_of_damage_is_refused_and_nothing_replaced(tmp_path: Path) -> None:
    found = await tried(tmp_path, 7)

    assert 7 == found.refused.total() == len(found.refused)
    assert ([], []) == (found.taken, found.replaced)


def test_one_archive_that_is_taken_misses_the_goal() -> None:
    taken, replaced = figures_of(Found(taken=["1: cut"]))

    assert (True, False) == (taken.is_missed, replaced.is_missed)
