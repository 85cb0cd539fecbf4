from __future__ import annotations

from bench.figures import imports, memory


def test_the_window_is_what_ten_workers_ask_for_at_once() -> None:
    assert memory.window_mib() == 48


def test_the_base_holds_the_libraries_of_the_other_figure_too() -> None:
    assert set(imports.LIBRARIES) < set(memory.LIBRARIES)
