from __future__ import annotations

import pytest

from bench.power.trace import Call, TraceError, calls


def test_a_call_that_succeeded_is_read_with_its_arguments() -> None:
    (call,) = calls([r'7 openat(AT_FDCWD, "\x2f\x61", O_RDWR|O_CREAT, 0600) = 9'])

    assert "openat" == call.name
    assert "/a" == call.text(1)
    assert {"O_RDWR", "O_CREAT"} == call.flags(2)
    assert 0o600 == int(call.arguments[3], 8)
    assert 9 == call.result


def test_calls_that_overlap_come_in_the_order_of_their_ends() -> None:
    lines = [
        r'7 pwrite64(3, "\x00\xff", 2, 4096 <unfinished ...>',
        "8 fsync(4 <unfinished ...>",
        "7 <... pwrite64 resumed>) = 2",
        "8 <... fsync resumed>)            = 0",
    ]

    assert [
        Call("pwrite64", ("3", r'"\x00\xff"', "2", "4096"), 2, 0, 5),
        Call("fsync", ("4",), 0, 2, 7),
    ] == list(calls(lines))


def test_moments_go_on_from_the_life_before() -> None:
    (call,) = calls(["7 fsync(4) = 0"], first=10)

    assert (20, 21) == (call.begin, call.end)


@pytest.mark.parametrize(
    "line",
    [
        "7 fsync(4) = -1 EIO (Input/output error) (INJECTED)",
        "7 --- SIGCHLD {si_signo=SIGCHLD} ---",
        "7 +++ exited with 0 +++",
    ],
)
def test_what_did_nothing_is_left_out(line: str) -> None:
    assert [] == list(calls([line]))


@pytest.mark.parametrize("line", ["7 fsync(4 <unfinished ...>", "7 fsync(4) = ?"])
def test_a_call_whose_end_nobody_saw_is_an_error(line: str) -> None:
    with pytest.raises(TraceError):
        list(calls([line]))


def test_bytes_that_were_cut_short_are_an_error() -> None:
    (call,) = calls([r'7 pwrite64(3, "\x00\xff"..., 4096, 0) = 4096'])

    with pytest.raises(TraceError):
        call.bytes(1)
