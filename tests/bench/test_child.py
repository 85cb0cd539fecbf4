from __future__ import annotations

import os

import pytest

from bench import child
from bench.figure import CannotMeasureError

STATUS = "Name:\tpython\nVmHWM:\t  305152 kB\nVmRSS:\t  240000 kB\nThreads:\t7\n"


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


def test_a_field_of_the_kernels_answer_is_read_in_mib() -> None:
    assert (298.0, 234.4) == (
        child.field_mib(STATUS, "VmHWM"),
        child.field_mib(STATUS, "VmRSS"),
    )


def test_a_kernel_that_does_not_tell_cannot_be_measured() -> None:
    with pytest.raises(CannotMeasureError, match="VmSwap"):
        child.field_mib(STATUS, "VmSwap")


def test_a_running_process_has_a_peak_not_below_what_it_takes() -> None:
    peak = child.status_mib(os.getpid(), "VmHWM")

    assert peak >= 1
