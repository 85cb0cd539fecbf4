from __future__ import annotations

import pytest

from bench import registry
from bench.figures import transfer
from bench.registry import OneCase
from tests.sources import ROOT


def test_the_names_are_the_modules_in_the_figures_folder() -> None:
    files = (ROOT / "bench" / "figures").glob("[a-z]*.py")

    assert sorted(file.stem for file in files) == registry.names()


def test_one_case_of_a_long_measurement_runs_alone() -> None:
    found = registry.cases("transfer")

    assert "transfer.memory" in found
    assert [] == registry.cases("start")
    assert {*found, *registry.cases("safety"), *registry.names()} <= set(registry.known())
    assert OneCase(transfer, "memory") == registry.load("transfer.memory")


@pytest.mark.parametrize("name", registry.names())
def test_each_figure_has_what_the_protocol_asks_for(name: str) -> None:
    measurement = registry.load(name)

    assert callable(measurement.measure)
    assert measurement.SOAK is (name in registry.soaks())
    assert registry.summary(name).endswith(".")
