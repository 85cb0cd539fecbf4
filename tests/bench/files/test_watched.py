from __future__ import annotations

from bench.files.stages import Stage
from bench.files.watched import DONE_BY, TABLES


def test_each_stage_is_done_by_somebody() -> None:
    assert set(Stage) == {stage for stage, _, _ in DONE_BY} | {Stage.DATABASE}


def test_what_is_watched_is_there() -> None:
    assert all(callable(getattr(owner, name)) for _, owner, name in DONE_BY)
    assert all(any(not name.startswith("_") for name in vars(table)) for table in TABLES)
