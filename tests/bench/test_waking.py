"""An engine that ends in the middle, and one that goes on."""

from __future__ import annotations

import json
from pathlib import Path

from bench import child


def test_it_goes_on_with_what_was_left_unfinished(tmp_path: Path) -> None:
    child.python("-m", "bench.waking", str(tmp_path), "40")
    before = len(list((tmp_path / "music").rglob("*.mp3")))
    told = json.loads(child.python("-m", "bench.waking", str(tmp_path)))

    assert 5 <= before < 40
    assert before < len(list((tmp_path / "music").rglob("*.mp3")))
    assert {"store", "engine"} == told.keys()
