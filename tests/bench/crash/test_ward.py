from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.crash.calls import Strike
from bench.crash.life import End, Order
from bench.crash.nursery import Nursery, open_nursery
from bench.crash.shapes import named
from bench.crash.sudden import killed
from bench.crash.sweep import Sweep, by_name
from bench.crash.verdict import STRANGER
from bench.crash.ward import Ward
from bench.figure import CannotMeasureError

SMALL = named("small")


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with open_nursery() as nursery:
        yield nursery


@pytest.fixture
def ward(nursery: Nursery, tmp_path: Path) -> Ward:
    return Ward(nursery, tmp_path)


def needs_strace(ward: Ward) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    try:
        ward.calls(named("empty"))
    except CannotMeasureError as error:
        pytest.skip(str(error))


def test_lives_are_lived_one_after_the_other(nursery: Nursery, tmp_path: Path) -> None:
    order = Order("first start", str(tmp_path))
    first, second = nursery.lived(order), nursery.lived(order)

    assert first is not None
    assert second is not None
    assert (End.OVER, End.OVER) == (first.end, second.end)


def test_a_life_that_kills_itself_is_cut_off_and_half_of_its_file_is_there(ward: Ward) -> None:
    folder = ward.folder(named("resumed"))

    assert (folder / "music" / ".tad" / "101.part").exists()
    assert not (folder / "music" / "Jazz").exists()


def test_a_stranger_has_put_a_file_into_the_library(ward: Ward) -> None:
    shape = named("known")
    assert shape.stranger is not None

    assert STRANGER == (ward.folder(shape) / "music" / shape.stranger).read_bytes()


def test_calls_are_the_same_in_every_life(ward: Ward, nursery: Nursery, tmp_path: Path) -> None:
    needs_strace(ward)
    other = tmp_path / "other"
    other.mkdir()

    assert ward.calls(SMALL) == Ward(nursery, other).calls(SMALL)


def test_a_strike_meets_the_call_that_it_is_for(ward: Ward) -> None:
    needs_strace(ward)
    link = next(call for call in ward.calls(SMALL) if call.name == "linkat")
    killing = ward.tried(SMALL, Strike(link, "signal=KILL"))
    failing = ward.tried(SMALL, Strike(link, "error=EIO"))

    assert (-9, None, link) == (
        killing.lived.code, killing.lived.report, killing.lived.calls[-1]
    )  # fmt: skip
    assert failing.lived.report is not None
    assert End.AT_REST is failing.lived.report.end
    for trial in (killing, failing):
        assert trial.has_met
        assert trial.verdict.is_sound
    assert {"linkat": 1} == by_name([Sweep(SMALL, [link], [killing, failing])])


def test_a_name_that_is_torn_off_has_two_links(ward: Ward) -> None:
    needs_strace(ward)
    music = ward.folder(named("torn off")) / "music"

    assert (music / ".tad" / "101.part").samefile(music / "Jazz" / "Band - Song 101.mp3")


def test_only_what_went_wrong_is_kept(ward: Ward, tmp_path: Path) -> None:
    ward.folder(named("first start")).rmdir()
    assert any(tmp_path.iterdir())
    ward.tidy()

    assert [] == list(tmp_path.iterdir())


def test_f38_a_program_that_is_killed_at_random_loses_nothing(ward: Ward) -> None:
    tale = killed(ward, seed=1, kills=2)

    assert 2 == tale.kills
    assert [] == tale.crashes + [told for told in tale.verdicts if not told[1].is_sound]
