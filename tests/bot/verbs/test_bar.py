from __future__ import annotations

import io
from functools import partial

from bot.verbs.bar import Bar, drawn


class Screen(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


class Watch:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_sees_one_line_that_changes_ten_times_a_second() -> None:
    screen, watch = Screen(is_terminal=True), Watch()
    bar = Bar(screen, watch)
    for number in range(17):
        bar.show(partial("line {}".format, number))
        watch.now += 1 / 16
    bar.clear()

    lines = screen.getvalue().split("\r\x1b[K")[1:]
    assert "\n" not in screen.getvalue()
    assert [*[f"line {number}" for number in range(2, 17, 2)], ""] == lines


def test_elsewhere_a_line_is_written_every_ten_seconds() -> None:
    screen, watch = Screen(is_terminal=False), Watch()
    bar = Bar(screen, watch)
    for number in range(25):
        bar.show(partial("line {}".format, number))
        watch.now += 1
    bar.clear()

    assert "line 10\nline 20\n" == screen.getvalue()


def test_the_speed_is_that_of_the_last_seconds() -> None:
    screen, watch = Screen(is_terminal=False), Watch()
    bar = Bar(screen, watch)
    for second in range(1, 11):
        watch.now += 1
        bar.show_bytes(second * 2_000_000, 100_000_000, f"{second} of 50 files")

    assert screen.getvalue() == (
        "▰▰▱▱▱▱▱▱▱▱ 20 % · 20 MB of 100 MB · 2.0 MB/s · 40 s left · 10 of 50 files\n"
    )


def test_nothing_to_do_is_done() -> None:
    assert drawn(0, 0, 0).startswith("▰▰▰▰▰▰▰▰▰▰ 100 %")
    assert "▰▰▰▰▰▰▰▰▰▰ 100 % · 7 B of 5 B" == drawn(7, 5, 1)
