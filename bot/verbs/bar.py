"""Shows how far a long work is: on one line of a terminal, or now and then on a new one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import TextIO

from bot import texts
from bot.progress import Speed

_DRAWN = 0.1  # seconds between two drawings on a terminal
_WRITTEN = 10.0  # and between two lines in a log
_CLEARED = "\r\x1b[K"


class Bar:
    """Lines are made only when it is time to show one."""

    def __init__(self, stream: TextIO, monotonic: Callable[[], float]) -> None:
        self._stream = stream
        self._monotonic = monotonic
        self._is_terminal = stream.isatty()
        self._speed = Speed(monotonic())
        self._done = 0
        self._shown_at = monotonic()

    def show(self, line: Callable[[], str]) -> None:
        now = self._monotonic()
        if now - self._shown_at < (_DRAWN if self._is_terminal else _WRITTEN):
            return
        self._shown_at = now
        if self._is_terminal:
            # A line that wraps could not be drawn over.
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(f"{_CLEARED}{line()[:width]}")
        else:
            self._stream.write(f"{line()}\n")
        self._stream.flush()

    def show_bytes(self, done: int, total: int, note: str) -> None:
        """Show how many bytes are done, and how fast that goes."""
        now = self._monotonic()
        self._speed.add(now, max(0, done - self._done))
        self._done = done
        self.show(lambda: f"{drawn(done, total, self._speed.at(now))} · {note}")

    def clear(self) -> None:
        if self._is_terminal:
            self._stream.write(_CLEARED)
            self._stream.flush()


def drawn(done: int, total: int, speed: float) -> str:
    """Draw `▰▰▰▰▰▱▱▱▱▱ 50 % · 1.2 GB of 2.4 GB · 80.0 MB/s · 15 s left`."""
    part = min(1.0, done / total) if total else 1.0
    parts = [texts.bar(part), f"{texts.size(done)} of {texts.size(total)}"]
    if speed >= 1 and done < total:
        left = timedelta(seconds=(total - done) / speed)
        parts += [f"{texts.size(speed)}/s", f"{texts.time_left(left)} left"]
    return " · ".join(parts)
