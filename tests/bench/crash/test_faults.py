from __future__ import annotations

import pytest

from bench.crash.calls import Call, Strike
from bench.crash.faults import complaints, lasting_strikes, strikes
from bench.crash.life import End, Report
from bench.crash.shapes import named
from bench.crash.verdict import Verdict
from bench.crash.ward import Lived, Trial

PART = Call("pwrite64", 3, "music/.tad/101.part")
WAL = Call("pwrite64", 9, "data/tad.db-wal")


def trial(
    how: str, *told: str | None, call: Call = PART, end: End = End.OVER, words: str = ""
) -> Trial:
    report = Report(end, words, [("waiting", reason) for reason in told])
    return Trial(named("parts"), Strike(call, how), Lived(0, report, [call]), Verdict())


def test_each_call_meets_the_errors_that_it_may_meet() -> None:
    calls = [PART, WAL, Call("unlink", 1, "music/.tad/101.part"), Call("openat", 2, "music")]
    chosen = {(strike.call, strike.how) for strike in strikes(calls)}

    assert {(PART, "retval=64"), (PART, "error=ENOSPC"), (calls[3], "error=EMFILE")} < chosen
    assert {"error=EIO", "error=EROFS", "error=EACCES"} == {
        how for call, how in chosen if call is calls[2]
    }
    # Of a database, what strace only says to be written would be lost.
    assert (WAL, "retval=64") not in chosen
    assert len(chosen) == len(strikes(calls))


def test_a_fault_that_lasts_begins_at_one_call_and_meets_all_that_come_after() -> None:
    link, later = Call("linkat", 1, "music/x.mp3"), Call("pwrite64", 10, "data/tad.db-wal")
    chosen = [one for one in lasting_strikes([WAL, link, later]) if one.how == "error=ENOSPC"]

    assert [(WAL, (WAL, link)), (link, (link, later)), (later, (later,))] == [
        (strike.call, strike.lasting) for strike in chosen
    ]


def test_a_life_need_not_end_while_a_fault_lasts() -> None:
    lasting = Strike(PART, "error=EIO", (PART,))
    life = Lived(0, Report(End.STUCK, told=[("waiting", "disk denied")]), [PART])

    assert [] == list(complaints([Trial(named("parts"), lasting, life, Verdict())]))


@pytest.mark.parametrize(
    "well",
    [
        trial("error=ENOSPC", "disk full", None),
        trial("error=EIO", "disk broken", end=End.AT_REST),
        trial("error=EROFS", "disk denied"),
        trial("retval=64"),
        trial("error=EIO", end=End.REFUSED, words="broken: /x"),
        trial("error=EIO", "disk denied", call=WAL),
    ],
)
def test_a_fault_that_is_told_as_what_it_is_is_taken_well(well: Trial) -> None:
    assert [] == list(complaints([well]))


@pytest.mark.parametrize(
    ("badly", "words"),
    [
        (trial("error=ENOSPC", "disk broken"), "told as disk broken"),
        (trial("error=EMFILE", "broken", "disk broken"), "told as broken, disk broken"),
        (trial("retval=64", "disk full"), "told as disk full"),
        (trial("error=EIO", "broken", call=WAL), "told as broken"),
        (trial("error=EIO", end=End.STUCK), "stuck"),
        (trial("error=EIO", end=End.REFUSED, words="full: /x"), "refused as full: /x"),
        (Trial(named("parts"), Strike(PART, "error=EIO"), Lived(1, None, []), Verdict()), "code 1"),
    ],
)
def test_everything_else_is_complained_of(badly: Trial, words: str) -> None:
    [complaint] = complaints([badly])

    assert complaint.startswith("parts, ")
    assert complaint.endswith(words)
