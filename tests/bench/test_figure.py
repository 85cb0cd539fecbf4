from __future__ import annotations

import json

import pytest

from bench.figure import Figure, Goal


@pytest.mark.parametrize(
    ("goal", "value", "is_met"),
    [
        (Goal(at_most=0.5), 0.5, True),
        (Goal(at_most=0.5), 0.51, False),
        (Goal(at_least=10), 10, True),
        (Goal(at_least=10), 9.9, False),
        (Goal(at_least=1, at_most=2), 1.5, True),
        (Goal(at_least=1, at_most=2), 3, False),
    ],
)
def test_a_goal_includes_its_bounds(goal: Goal, value: float, *, is_met: bool) -> None:
    assert is_met is goal.is_met_by(value)


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (Goal(at_most=0.5), "<= 0.5"),
        (Goal(at_least=20), ">= 20"),
        (Goal(at_least=1, at_most=2), ">= 1 and <= 2"),
    ],
)
def test_a_goal_is_written_with_its_direction(goal: Goal, words: str) -> None:
    assert words == str(goal)


def test_a_figure_is_one_line_of_json_with_six_fields() -> None:
    figure = Figure("start.help", 0.123456, "s", Goal(at_most=0.5), {"repeats": 3, "peer": "é"})

    line = figure.line()

    assert "\n" not in line
    assert {
        "figure": "start.help",
        "value": 0.1235,
        "unit": "s",
        "goal": "<= 0.5",
        "met": True,
        "detail": {"repeats": 3, "peer": "é"},
    } == json.loads(line)


def test_a_figure_over_its_goal_says_so() -> None:
    figure = Figure("start.help", 0.7, "s", Goal(at_most=0.5))

    assert figure.is_missed
    assert json.loads(figure.line())["met"] is False


def test_a_figure_without_a_goal_is_only_told() -> None:
    figure = Figure("imports.rss", 310, "MiB")

    assert not figure.is_missed
    assert json.loads(figure.line())["goal"] is None
    assert json.loads(figure.line())["met"] is None
