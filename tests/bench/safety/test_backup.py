from __future__ import annotations

from pathlib import Path

from bench.safety.backup import Found, backed_up, figures_of


async def test_backups_under_load_are_whole_and_of_one_moment(tmp_path: Path) -> None:
    found = await backed_up(tmp_path, 2)

    assert [] == found.wrong
    assert 2 == len(found.tracks)
    assert found.writes


def test_one_bad_backup_misses_the_goal() -> None:
    bad, writes, _ = figures_of(Found(["half"], [1.0], [7], 5), 1)

    assert (True, False) == (bad.is_missed, writes.is_missed)
