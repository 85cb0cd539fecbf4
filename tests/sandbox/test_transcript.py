from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest

from sandbox.botapi.dialogs import Answer, Button, Heard, HeardKind, Media, MediaKind, Message
from sandbox.botapi.formatted import Formatted
from sandbox.transcript import Lines, Plain, Terminal, Transcript
from sandbox.world import World

HELLO = Message(7, datetime(2026, 1, 1, tzinfo=UTC), None, Formatted("Hello\nthere"))
BOARD = replace(
    HELLO,
    body=Formatted("Jazz 1/2"),
    keyboard=((Button("Pause", "callback_data", "p"), Button("Cancel", "callback_data", "c")),),
)
LATER = replace(BOARD, body=Formatted("Jazz 2/2"), keyboard=())


def message(shown: Message) -> Heard:
    return Heard(HeardKind.MESSAGE, shown)


def edit(shown: Message) -> Heard:
    return Heard(HeardKind.EDIT, shown)


def play(transcript: Transcript) -> None:
    transcript.said("/start")
    transcript.heard(message(HELLO))
    transcript.heard(message(BOARD))
    transcript.heard(edit(LATER))


def test_a_plain_transcript_appends_every_state() -> None:
    out = StringIO()
    play(Plain(out))

    assert [
        "> /start",
        "< Hello",
        "  there",
        "< Jazz 1/2",
        "  [ Pause ][ Cancel ]",
        "< Jazz 2/2",
    ] == out.getvalue().splitlines()


def test_a_terminal_shows_an_edit_in_the_place_of_the_message() -> None:
    out = StringIO()
    play(Terminal(out, columns=80, rows=24))

    assert screen(out.getvalue()) == ["> /start", "< Hello", "  there", "< Jazz 2/2"]


def test_a_terminal_leaves_alone_what_something_else_stands_below() -> None:
    out = StringIO()
    terminal = Terminal(out, columns=80, rows=24)
    terminal.heard(message(BOARD))
    terminal.said("/status")
    terminal.heard(edit(LATER))

    assert "< Jazz 1/2" in screen(out.getvalue())
    assert "< Jazz 2/2" == screen(out.getvalue())[-1]


def test_a_terminal_counts_the_rows_that_wide_lines_take() -> None:
    out = StringIO()
    terminal = Terminal(out, columns=10, rows=24)
    terminal.heard(message(replace(HELLO, body=Formatted("秋" * 12))))
    terminal.heard(edit(replace(HELLO, body=Formatted("short"))))

    assert ["< short"] == screen(out.getvalue())


def test_a_terminal_does_not_go_up_beyond_its_top() -> None:
    out = StringIO()
    terminal = Terminal(out, columns=80, rows=3)
    terminal.heard(message(replace(HELLO, body=Formatted("a\nb\nc\nd"))))
    terminal.heard(edit(replace(HELLO, body=Formatted("x"))))

    assert "\x1b[" not in out.getvalue()


def test_a_terminal_takes_back_what_is_deleted_if_nothing_stands_below() -> None:
    out = StringIO()
    terminal = Terminal(out, columns=80, rows=24)
    terminal.said("/start")
    terminal.heard(message(HELLO))
    terminal.heard(Heard(HeardKind.DELETE, HELLO))
    terminal.heard(message(LATER))
    terminal.heard(Heard(HeardKind.DELETE, HELLO))

    assert ["> /start", "< Jazz 2/2"] == screen(out.getvalue())


def test_answers_and_files_are_shown_and_what_is_deleted_stays() -> None:
    out = StringIO()
    plain = Plain(out)
    tune = World().add_document(size=1, name="tune.mp3")
    plain.heard(Heard(HeardKind.DELETE, HELLO))
    plain.heard(Heard(HeardKind.ANSWER, HELLO, Answer("Paused.")))
    plain.heard(message(replace(HELLO, body=Formatted(), media=Media(MediaKind.AUDIO, tune))))

    assert ["< (Paused.)", "< ♪ tune.mp3"] == out.getvalue().splitlines()


def test_lines_are_one_json_object_for_each_thing() -> None:
    out = StringIO()
    lines = Lines(out)
    play(lines)
    lines.heard(Heard(HeardKind.DELETE, HELLO))
    lines.heard(Heard(HeardKind.ANSWER, HELLO, Answer("Ok")))
    said, hello, board, later, gone, answer = map(json.loads, out.getvalue().splitlines())

    assert {"kind": "message", "from": "owner", "text": "/start"} == said
    assert ("message", "bot", 7, "Hello\nthere") == tuple(
        hello[name] for name in ("kind", "from", "message", "text")
    )
    assert [["Pause", "Cancel"]] == board["buttons"]
    assert ("edit", []) == (later["kind"], later["buttons"])
    assert {"kind": "delete", "from": "bot", "message": 7} == gone
    assert "Ok" == answer["text"]


@pytest.mark.parametrize("make", [Plain, Lines, lambda out: Terminal(out, 80, 24)])
def test_an_empty_line_does_no_harm(make: type[Plain]) -> None:
    out = StringIO()
    make(out).said("")

    assert out.getvalue().strip()


def screen(written: str) -> list[str]:
    """Return what a terminal would show: it knows "go up" and "clear below", as we use them."""
    shown: list[str] = []
    for line in written.replace("\x1b[1m", "").replace("\x1b[0m", "").split("\n")[:-1]:
        rest = line
        while rest.startswith("\x1b["):
            code, rest = rest[2:].split("F" if "F" in rest[2:6] else "J", 1)
            if code:
                del shown[len(shown) - int(code) :]
        shown.append(rest)
    return shown
