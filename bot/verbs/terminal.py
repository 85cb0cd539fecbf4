"""A person at a terminal, or lines on standard input, who is asked for what signing in needs."""

from __future__ import annotations

import getpass
import io
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import segno


class Terminal:
    """A `Prompt`. Raises EOFError when nobody answers any more.

    It blocks the event loop on purpose: nothing else is to be done meanwhile, and a thread that
    waits for a line could not be ended by Ctrl-C. `hidden` asks without showing the answer.
    """

    def __init__(self, hidden: Callable[[str], str] = getpass.getpass) -> None:
        self._hidden = hidden

    def phone(self) -> str:
        return _line("Phone number, with country code: ")

    def code(self, *, wrong: bool) -> str:
        if wrong:
            say("That code was not accepted.")
        # Telegram allows three tries, and an empty line is none.
        while not (code := _line("Code that Telegram sent to your app: ")):
            pass
        return code

    def password(self, *, wrong: bool) -> str:
        if wrong:
            say("That password was not accepted.")
        question = "Password of your second factor: "
        if not sys.stdin.isatty():
            return _line(question)
        with _interruptible():
            return self._hidden(question)

    def show_qr(self, url: str) -> None:
        picture = io.StringIO()
        segno.make(url, error="l", micro=False).terminal(picture, compact=True)
        say(picture.getvalue())
        say("Scan it in Telegram: Settings > Devices > Link Desktop Device.")
        say(f"Or open this link on that phone: {url}")
        say("A new code follows when this one expires.")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _line(question: str) -> str:
    sys.stdout.write(question)
    sys.stdout.flush()
    with _interruptible():
        answer = sys.stdin.readline()
    if not answer:
        raise EOFError
    return answer.strip()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end a blocking read; asyncio's own handler would only set a mark."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are none of its business
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
