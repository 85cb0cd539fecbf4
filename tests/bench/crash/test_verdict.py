from __future__ import annotations

from pathlib import Path

import pytest

from bench.crash.life import End, Order, Report, live
from bench.crash.shapes import named
from bench.crash.verdict import STRANGER, Verdict, judge

SONG = "Band - Song 101.mp3"
KNOWN = named("known")


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """What a life tells after which everything is as it should be."""
    order = Order("first start", str(tmp_path))
    live(order)
    return order.told()


def judged(folder: Path, report: Report | None) -> Verdict:
    return judge(named("first start"), folder, report)


def test_a_life_that_nobody_struck_leaves_everything_sound(tmp_path: Path, report: Report) -> None:
    assert Verdict() == judged(tmp_path, report)
    assert judged(tmp_path, report).is_sound


def test_other_bytes_are_bad_and_the_document_is_lost(tmp_path: Path, report: Report) -> None:
    (tmp_path / "music" / "Jazz" / SONG).write_bytes(b"x")
    verdict = judged(tmp_path, report)

    assert [f"Jazz/{SONG}: not the bytes of Song 101"] == verdict.bad
    assert ["Song 101: no file"] == verdict.lost


def test_what_nobody_names_is_stray_in_either_folder(tmp_path: Path, report: Report) -> None:
    (tmp_path / "music" / ".tad" / "101.part").touch()
    (tmp_path / "data" / ".tad.key.new").touch()
    report.left = ["transfer 101"]

    assert [".tad/101.part", "transfer 101", ".tad.key.new"] == judged(tmp_path, report).stray


def test_the_file_of_a_stranger_is_kept_as_it_was(tmp_path: Path, report: Report) -> None:
    assert KNOWN.stranger is not None
    path = tmp_path / "music" / KNOWN.stranger
    path.write_bytes(STRANGER)
    assert [] == [line for line in judge(KNOWN, tmp_path, report).bad if "owner" in line]
    path.write_bytes(b"other")

    assert [f"{KNOWN.stranger}: not what its owner put there"] == judge(KNOWN, tmp_path, report).bad


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (None, "cut off"),
        (Report(), "stuck: "),
        (Report(End.REFUSED, "full: x"), "refused: full: x"),
    ],
)
def test_a_job_whose_last_life_has_not_ended_it_is_lost(
    tmp_path: Path, last: Report | None, told: str
) -> None:
    assert [f"the job: its last life was {told}"] == judged(tmp_path, last).lost
