from __future__ import annotations

from pathlib import Path

from bench.safety.altering import ALTERINGS
from bench.safety.journal import _altered


async def test_alterations_of_every_kind_are_named(tmp_path: Path) -> None:
    named, unnamed = await _altered(tmp_path, 3 * len(ALTERINGS))

    assert [] == unnamed
    assert {"removed", "cut", "swapped", "inserted", "repeated", "appended"} < set(named)
