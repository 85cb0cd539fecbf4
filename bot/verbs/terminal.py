"""A person at a terminal: asked for what signing in needs, told how it goes, free to leave."""

from __future__ import annotations

import asyncio
import getpass
import io
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import segno

from bot.logs import hide

Answer = TypeVar("Answer")


class Terminal:
    """A `Prompt`. Raises EOFError when nobody answers any more.

    It blocks the event loop on purpose: nothing else is to be done meanwhile, and a thread that
    waits for a line could not be ended by Ctrl-C. `hidden` asks without showing the answer.
    """

    def __init__(self, hidden: Callable[[str], str] = getpass.getpass) -> None:
        self._hidden = hidden

    async def phone(self) -> str:
        return _kept(_line("Phone number, with country code: "))

    async def code(self, *, wrong: bool) -> str:
        if wrong:
            say("That code was not accepted.")
        # Telegram allows three tries, and an empty line is none.
        while not (code := _line("Code that Telegram sent to your app: ")):
            pass
        return _kept(code)

    async def password(self, *, wrong: bool) -> str:
        if wrong:
            say("That password was not accepted.")
        question = "Password of your second factor: "
        if not sys.stdin.isatty():
            return _kept(_line(question))
        with _interruptible():
            return _kept(self._hidden(question))

    async def show_qr(self, url: str) -> None:
        picture = io.StringIO()
        segno.make(url, error="l", micro=False).terminal(picture, compact=True)
        say(picture.getvalue())
        say("Scan it in Telegram: Settings > Devices > Link Desktop Device.")
        say(f"Or open this link on that phone: {url}")
        say("A new code follows when this one expires.")


def carry_out(main: Coroutine[Any, Any, Answer]) -> Answer:
    """Run to the end; raises `KeyboardInterrupt` after Ctrl-C, as `asyncio.run` does."""
    if threading.current_thread() is not threading.main_thread():
        return asyncio.run(main)  # signals are none of its business
    return asyncio.run(_awoken_by_ctrl_c(main))


async def _awoken_by_ctrl_c(main: Coroutine[Any, Any, Answer]) -> Answer:
    """Have the loop wake up for SIGINT, and leave to `asyncio.run` what it does then.

    The system may tell any thread of it. Told another one, Python waits for the main thread to go
    on; but that sleeps until there is work, unless the loop has a handler of its own.
    """
    handler = signal.getsignal(signal.SIGINT)
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: None)
    signal.signal(signal.SIGINT, handler)
    return await main


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def confirmed(question: str) -> bool:
    """Ask for a yes; anything else, and no answer at all, is a no."""
    try:
        return _line(f"{question} [y/N] ").lower() in {"y", "yes"}
    except EOFError:
        return False


def _kept(answer: str) -> str:
    """Keep an answer out of all that is written from now on."""
    hide(answer)
    return answer


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
