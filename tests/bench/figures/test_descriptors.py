from __future__ import annotations

import pytest

from bench.crash.life import End, Report
from bench.crash.verdict import Verdict
from bench.figures.descriptors import Narrow

WAITS = ("waiting", "too many open files")


@pytest.mark.parametrize(
    ("report", "complaints"),
    [
        (Report(End.OVER, told=[WAITS, ("saved", None)]), []),
        (Report(End.REFUSED, "too many open files: x"), []),
        (Report(End.STUCK), []),
        (None, ["7 free: cut off"]),
        (
            Report(End.AT_REST, told=[WAITS, ("parked", "disk broken")]),
            ["7 free: told as disk broken"],
        ),
    ],
)
def test_f37_a_job_may_wait_for_files_and_not_complain_of_the_disk(
    report: Report | None, complaints: list[str]
) -> None:
    assert complaints == Narrow(7, report, Verdict()).complaints


def test_f37_with_enough_files_it_must_come_to_its_end() -> None:
    narrow = Narrow(20, Report(End.STUCK, told=[WAITS]), Verdict())

    assert ["20 free: stuck"] == narrow.complaints
    assert narrow.has_waited
