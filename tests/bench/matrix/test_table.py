"""The fault matrix in short: every fault once. The long form is `python -m bench matrix`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.matrix.coverage import LATER, coverage
from bench.matrix.play import Run, play
from bench.matrix.table import FAULTS

TESTS = Path(__file__).parents[2]
SEED = 1


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """Play all of them over one database: to make it takes longer than most runs."""
    plays = [([fault], SEED) for fault in FAULTS]
    return {run.faults[0]: run for run in play(plays, tmp_path_factory.mktemp("matrix") / "run")}


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS])
def test_with_every_fault_all_ends_as_it_should(runs: dict[str, Run], name: str) -> None:
    assert [] == runs[name].wrong


def test_every_fault_is_proven_by_the_matrix_or_by_a_test_that_carries_its_number() -> None:
    known = coverage([fault.number for fault in FAULTS], TESTS)

    assert [] == known.uncovered
    assert [] == known.needless
    assert len(known.covered) + len(LATER) == 65
