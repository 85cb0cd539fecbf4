from __future__ import annotations

import pytest

from bench import child
from bench.figure import CannotMeasureError


def test_a_child_runs_in_the_project_folder() -> None:
    assert f"{child.ROOT}\n" == child.python("-c", "import os; print(os.getcwd())")


def test_a_child_that_fails_cannot_be_measured() -> None:
    with pytest.raises(CannotMeasureError, match="no way"):
        child.python("-c", "raise SystemExit('no way')")


def test_contenders_take_turns(tmp_path_factory: pytest.TempPathFactory) -> None:
    log = tmp_path_factory.mktemp("turns") / "log"

    def told(name: str) -> tuple[str, ...]:
        return ("-c", f"open({str(log)!r}, 'a').write({name!r})")

    times = child.interleaved({"a": told("a"), "b": told("b")}, repeats=2)

    assert "abab" == log.read_text(encoding="utf-8")
    assert [2, 2] == [len(values) for values in times.values()]


def test_a_spread_tells_the_median_and_the_extremes() -> None:
    expected = {"median": 2.0, "lowest": 1.0, "highest": 9.0, "repeats": 3}

    assert expected == child.spread([9.0, 1.0, 2.0])
