from __future__ import annotations

import pytest

from bench.figures.library import figures_of
from bench.pooled import Taken, Times


@pytest.mark.parametrize(("wall", "is_missed"), [(0.012, False), (0.013, True)])
def test_children_may_cost_a_quarter_of_the_time(wall: float, is_missed: bool) -> None:
    here = Times([Taken(0.004, 0.004)] * 3, [Taken(0.006, 0.006)] * 3)
    ours = Times([Taken(0.005, 0.006), Taken(9, 9), Taken(0.005, 0.006)], [Taken(wall - 0.005, 0)])
    times = {"in this process": here, "through children": ours}
    figures = {figure.figure: figure for figure in figures_of(times)}

    assert 200 == pytest.approx(figures["library.extract"].value)
    assert is_missed == figures["library.children"].is_missed
