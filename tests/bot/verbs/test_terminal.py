from __future__ import annotations

import getpass
import os
import pty
import signal
import sys

import pytest

from bot.verbs.terminal import Terminal, say
from tests.bot.verbs.desk import Lines


def test_answers_come_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Lines(" +1 2 ", "123 ", "sesame"))
    terminal = Terminal()

    assert terminal.phone() == "+1 2"
    assert terminal.code(wrong=False) == "123"
    assert terminal.password(wrong=True) == "sesame"
    assert "Password of your second factor: " in capsys.readouterr().out
    with pytest.raises(EOFError):
        terminal.code(wrong=True)


def test_a_password_is_not_shown_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(getpass, "getpass", lambda question: f"from {question}")
        got = Terminal().password(wrong=False)
    os.close(ours)

    assert got.startswith("from Password")
    assert capsys.readouterr().out == ""


def test_ctrl_c_ends_a_question_and_its_handler_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt() -> str:
        signal.raise_signal(signal.SIGINT)
        return "late"

    monkeypatch.setattr(sys, "stdin", Lines(interrupt))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(KeyboardInterrupt):
            Terminal().phone()

        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_qr_code_is_drawn_with_its_link(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().show_qr("tg://login?token=abc")
    out = capsys.readouterr().out

    assert "tg://login?token=abc" in out
    assert len(out.splitlines()) > 15


def test_a_line_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    say("hello")

    assert capsys.readouterr().out == "hello\n"
