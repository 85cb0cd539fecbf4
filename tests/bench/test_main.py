from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bench.__main__ import Outcome, main, run_one
from bench.figure import CannotMeasureError, Figure, Goal, Measurement

FAST = Figure("a.fast", 1, "s", Goal(at_most=2))
SLOW = Figure("a.slow", 3, "s", Goal(at_most=2))


@dataclass
class Recorded:
    """Yields what it was given, then raises what it was given."""

    figures: tuple[Figure, ...]
    error: Exception | None = None
    SOAK: bool = False
    was_quick: bool | None = None

    def measure(self, *, quick: bool) -> Iterator[Figure]:
        self.was_quick = quick
        yield from self.figures
        if self.error:
            raise self.error


def outcome_of(measurement: Measurement) -> Outcome:
    return run_one("a", lambda: measurement, quick=True)


def test_the_list_tells_every_figure_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--list"])

    out = capsys.readouterr().out
    assert code == 0
    assert "start        How long" in out
    assert "imports      How much" in out
    assert "\n  transfer.cpu\n" in out


def test_figures_that_meet_their_goals_give_zero(capsys: pytest.CaptureFixture[str]) -> None:
    recorded = Recorded((FAST, Figure("a.told", 9, "MiB")))

    assert 0 == int(outcome_of(recorded))
    assert recorded.was_quick
    lines = capsys.readouterr().out.splitlines()
    assert [True, None] == [json.loads(line)["met"] for line in lines]


def test_one_missed_goal_gives_one_and_the_rest_is_still_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert 1 == int(outcome_of(Recorded((SLOW, FAST))))
    assert ["a.slow", "a.fast"] == [
        json.loads(line)["figure"] for line in capsys.readouterr().out.splitlines()
    ]


def test_a_figure_that_cannot_be_measured_gives_two_and_the_reason_on_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    recorded = Recorded((FAST,), CannotMeasureError("no ffmpeg"))

    assert 2 == int(outcome_of(recorded))
    assert "a: no ffmpeg\n" == capsys.readouterr().err


def test_a_figure_that_breaks_gives_two_and_its_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert outcome_of(Recorded((), ValueError("bug"))) == Outcome.COULD_NOT_RUN
    assert "ValueError: bug" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["no-such-figure"], ["transfer.no-such-case"]])
def test_a_wrong_command_is_answered_with_the_way_to_the_list(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)

    assert raised.value.code == Outcome.COULD_NOT_RUN
    assert "--list" in capsys.readouterr().err


def test_a_real_figure_runs_from_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["start", "--quick"])

    figure = json.loads(capsys.readouterr().out)
    assert code in {Outcome.MET, Outcome.MISSED}
    assert ("start.help", "s", "<= 0.5") == (figure["figure"], figure["unit"], figure["goal"])
    assert {"help", "bare", "load"} == figure["detail"].keys()
