from __future__ import annotations

import pytest

from bench.figure import Goal
from bench.naming.labels import cases
from bench.naming.rates import Judged, judged, rate


@pytest.fixture(scope="module")
def fitted() -> list[Judged]:
    return judged(cases(held_out=False))


@pytest.fixture(scope="module")
def held_out() -> list[Judged]:
    return judged(cases(held_out=True))


def test_there_are_enough_cases(fitted: list[Judged], held_out: list[Judged]) -> None:
    assert len(fitted) >= 300
    assert len(held_out) >= 80


def test_nineteen_names_of_twenty_come_out_to_the_letter(
    fitted: list[Judged], held_out: list[Judged]
) -> None:
    figure = rate("library.naming", [*fitted, *held_out], Goal(at_least=95))

    assert not figure.is_missed, figure.detail["wrong"]


def test_what_no_rule_was_fitted_to_comes_out_too(held_out: list[Judged]) -> None:
    figure = rate("library.naming_held_out", held_out, Goal(at_least=95))

    assert not figure.is_missed, figure.detail["wrong"]


def test_no_other_field_that_was_labelled_comes_out_otherwise(fitted: list[Judged]) -> None:
    assert [] == rate("library.naming", fitted, None).detail["other fields"]
