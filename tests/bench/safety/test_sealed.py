from __future__ import annotations

from pathlib import Path

from bench.safety.sealed import struck


async def test_a_library_survives_whoever_seals_it_being_killed(tmp_path: Path) -> None:
    found = await struck(tmp_path, files=3, kills=1)

    assert 1 == found.kills
    assert ([], []) == (found.lost, found.wrong)
