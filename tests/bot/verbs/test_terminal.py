from __future__ import annotations

import asyncio
import os
import pty
import signal

import pytest

from bot.verbs.terminal import Terminal, say
from tests.bot.verbs.desk import Lines, streams


async def test_answers_come_from_standard_input() -> None:
    with streams(Lines(" +1 2 ", "123 ", "sesame")) as (out, _):
        terminal = Terminal()

        assert await terminal.phone() == "+1 2"
        assert await terminal.code(wrong=False) == "123"
        assert await terminal.password(wrong=True) == "sesame"
        assert "Password of your second factor: " in out.getvalue()
        with pytest.raises(EOFError):
            await terminal.code(wrong=True)


async def test_a_password_is_not_shown_at_a_terminal() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as keyboard, streams(keyboard) as (out, _):
        terminal = Terminal(hidden=lambda question: f"hidden: {question}")
        got = await terminal.password(wrong=False)
    os.close(ours)

    assert got.startswith("hidden: Password")
    assert out.getvalue() == ""


def test_ctrl_c_ends_a_question_and_its_handler_comes_back() -> None:
    def interrupt() -> str:
        signal.raise_signal(signal.SIGINT)
        return "late"

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with streams(Lines(interrupt)), pytest.raises(KeyboardInterrupt):
            asyncio.run(Terminal().phone())

        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


async def test_a_qr_code_is_drawn_with_its_link() -> None:
    with streams(Lines()) as (out, _):
        await Terminal().show_qr("tg://login?token=abc")

    assert "tg://login?token=abc" in out.getvalue()
    assert len(out.getvalue().splitlines()) > 15


def test_a_line_is_said() -> None:
    with streams(Lines()) as (out, _):
        say("hello")

    assert out.getvalue() == "hello\n"
