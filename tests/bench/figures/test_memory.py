from __future__ import annotations

import os

import pytest

from bench.figure import CannotMeasureError
from bench.figures import imports, memory

STATUS = "Name:\tpython\nVmHWM:\t  305152 kB\nVmRSS:\t  240000 kB\nThreads:\t7\n"


def test_a_field_of_the_kernels_answer_is_read_in_mib() -> None:
    assert (298.0, 234.4) == (
        memory.field_mib(STATUS, "VmHWM"),
        memory.field_mib(STATUS, "VmRSS"),
    )


def test_a_kernel_that_does_not_tell_cannot_be_measured() -> None:
    with pytest.raises(CannotMeasureError, match="VmSwap"):
        memory.field_mib(STATUS, "VmSwap")


def test_a_running_process_has_a_peak_not_below_what_it_takes() -> None:
    peak = memory.status_mib(os.getpid(), "VmHWM")

    assert peak >= 1


def test_the_window_is_what_ten_workers_ask_for_at_once() -> None:
    assert memory.window_mib() == 36


def test_the_base_holds_the_libraries_of_the_other_figure_too() -> None:
    assert set(imports.LIBRARIES) < set(memory.LIBRARIES)
