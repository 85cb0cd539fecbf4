from __future__ import annotations

from itertools import chain
from pathlib import Path

from bench.watches.scan import scanned


async def test_a_history_is_read_by_both_and_again_after_a_kill(tmp_path: Path) -> None:
    scan = await scanned(tmp_path, posts=250, rounds=1)

    assert (250, 0, 0) == (scan.posts, scan.lost, scan.double)
    assert all(seconds > 0 for seconds in (*scan.ours, *scan.bare, *chain(*scan.memory)))
    assert scan.pages >= 3
