"""The program struck at chosen calls to the system; `make soak` strikes it at every one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench.crash.calls import Call, Strike
from bench.crash.faults import complaints
from bench.crash.life import End, Order
from bench.crash.shapes import named
from bench.crash.source import HOLLOW
from bench.crash.verdict import judge
from bench.crash.ward import Trial, Ward, open_ward
from bench.figure import CannotMeasureError

KILL = "signal=KILL"
DATABASE = "data/tad.db"
PART = ".part"


@pytest.fixture(scope="module")
def ward() -> Iterator[Ward]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    with open_ward() as ward:
        try:
            ward.calls(named("empty"))
        except CannotMeasureError as error:
            pytest.skip(str(error))
        yield ward


def tried(ward: Ward, shape: str, how: str, calls: Sequence[Call]) -> list[Trial]:
    return [ward.tried(named(shape), Strike(call, how)) for call in calls]


def found(trials: Sequence[Trial]) -> list[str]:
    """Return what is wrong after these; that nothing was tried is wrong, too."""
    wrong = [f"{t}: {t.verdict}" for t in trials if not (t.verdict.is_sound and t.has_met)]
    return wrong if trials else ["nothing was tried"]


def test_f38_a_first_start_killed_at_any_call_outside_the_database_loses_nothing(
    ward: Ward,
) -> None:
    calls = [call for call in ward.calls(named("first start")) if is_decisive(call)]

    assert {"mkdir", "fallocate", "pwrite64", "fdatasync", "fsync", "linkat", "unlink"} <= {
        call.name for call in calls
    }
    assert [] == found(tried(ward, "first start", KILL, calls))


def is_decisive(call: Call) -> bool:
    """Tell whether it changes something in the library, or makes the key."""
    if call.place.startswith("music/"):
        return call.name != "openat"
    return call.place.endswith(".new") and call.name in {"write", "unlink"}


@pytest.mark.parametrize("shape", ["known", "resumed", "torn off", "cancelled"])
def test_f38_a_job_killed_between_two_writes_of_the_database_loses_nothing(
    ward: Ward, shape: str
) -> None:
    syncs = [call for call in ward.calls(named(shape)) if call.name == "fdatasync"]

    assert [] == found(tried(ward, shape, KILL, [syncs[len(syncs) * 2 // 3]]))


@pytest.mark.parametrize(("shape", "last"), [("torn off", "unlink"), ("known", "linkat")])
def test_f40_names_that_an_earlier_life_may_have_made_are_made_durable(
    ward: Ward, shape: str, last: str
) -> None:
    calls = ward.calls(named(shape))
    end = next(n for n, call in enumerate(calls) if call.name == last and "music" in call.place)
    synced = {call.place for call in calls[:end] if call.name == "fsync"}

    # The folders were there: torn off with the file in them, or made by a stranger.
    assert "music" in synced
    assert ("music/Jazz" in synced) == (shape == "torn off")


@pytest.mark.parametrize(
    ("how", "name", "place", "words"),
    [
        ("error=ENOSPC", "fallocate", PART, "disk full"),
        ("error=ENOSPC", "pwrite64", PART, "disk full"),
        ("error=EACCES", "linkat", ".mp3", "disk denied"),
        ("error=EROFS", "mkdir", "music/Jazz", "disk denied"),
        ("error=EIO", "fdatasync", PART, "disk broken"),
        ("error=EIO", "fsync", PART, "disk broken"),
        ("retval=0", "pwrite64", PART, "disk broken"),
        ("error=EMFILE", "openat", PART, "too many open files"),
    ],
)
def test_f31_f33_f34_f35_f37_an_error_of_the_disk_is_told_and_does_no_harm(
    ward: Ward, how: str, name: str, place: str, words: str
) -> None:
    calls = [c for c in ward.calls(named("parts")) if c.name == name and c.place.endswith(place)]
    [trial] = tried(ward, "parts", how, calls[-1:])

    assert [] == found([trial]) + list(complaints([trial]))
    assert trial.lived.report
    assert words in {reason for _, reason in trial.lived.report.told}


def test_f36_a_short_write_is_made_whole_in_the_same_life(ward: Ward) -> None:
    calls = [c for c in ward.calls(named("parts")) if c.name == "pwrite64" if PART in c.place]
    trials = tried(ward, "parts", f"retval={HOLLOW}", calls[1:2])

    assert [] == found(trials) + list(complaints(trials))
    assert {End.OVER} == {trial.lived.report.end for trial in trials if trial.lived.report}


def test_f32_a_database_that_cannot_be_written_once_tells_no_lie(ward: Ward) -> None:
    calls = [c for c in ward.calls(named("parts")) if c.name == "pwrite64" if "-wal" in c.place]
    trials = tried(ward, "parts", "error=ENOSPC", calls[len(calls) // 3 :: 50])

    assert [] == found(trials) + list(complaints(trials))


@pytest.mark.parametrize("how", ["error=EMFILE", "error=EIO"])
def test_f37_a_database_that_was_opened_for_reading_only_is_soon_opened_anew(
    ward: Ward, how: str
) -> None:
    calls = [c for c in ward.calls(named("parts")) if c.name == "openat" if c.place == DATABASE]
    trials = tried(ward, "parts", how, calls[-2:])

    assert [] == found(trials) + list(complaints(trials))
    assert {End.OVER} == {trial.lived.report.end for trial in trials if trial.lived.report}


@pytest.mark.parametrize("free", [2, 3, 8, 20])
def test_f37_a_job_of_several_files_gets_on_with_few_that_may_be_open(
    ward: Ward, free: int
) -> None:
    shape = named("several")
    order = Order(shape.name, str(ward.folder(shape)), in_line=False)
    first = ward.nursery.lived(replace(order, descriptors=free, patience=5.0))

    assert first is not None
    assert {reason for _, reason in first.told} <= {None, "too many open files"}
    assert judge(shape, Path(order.folder), ward.nursery.lived(order)).is_sound
    shutil.rmtree(order.folder)
