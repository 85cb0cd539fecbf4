"""What is said on both sides, as it is said: for a terminal, for a file, or as lines of JSON."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TextIO

from sandbox.botapi.dialogs import Heard, HeardKind, Message


class Transcript(Protocol):
    def said(self, line: str) -> None:
        """Show what the owner says."""
        ...

    def heard(self, heard: Heard) -> None:
        """Show what the bot does."""
        ...


@dataclass(slots=True)
class Plain:
    """Appends: an edited message is shown again in its new state, a deleted one stays."""

    out: TextIO

    def said(self, line: str) -> None:
        self._write(_block(">", line.splitlines() or [""]))

    def heard(self, heard: Heard) -> None:
        if heard.kind is not HeardKind.DELETE:
            self._write(_block("<", _lines(heard)))

    def _write(self, lines: Iterable[str]) -> None:
        for line in lines:
            print(line, file=self.out)
        self.out.flush()


@dataclass(slots=True)
class Terminal:
    """Updates an edited message in its place as long as nothing stands below it."""

    out: TextIO
    columns: int
    rows: int
    _last: tuple[int, int] | None = field(default=None, init=False)  # message id, rows taken

    def said(self, line: str) -> None:
        self._write(_block("\x1b[1m>", line.splitlines() or [""]), end="\x1b[0m")
        self._last = None

    def heard(self, heard: Heard) -> None:
        is_last = self._last is not None and self._last[0] == heard.message.id
        if self._last and is_last and heard.kind in {HeardKind.EDIT, HeardKind.DELETE}:
            self.out.write(f"\x1b[{self._last[1]}F\x1b[J")
            self._last = None
        if heard.kind is HeardKind.DELETE:
            return
        wrapped = (_wrapped(line, self.columns) for line in _block("<", _lines(heard)))
        rows = [row for line in wrapped for row in line]
        self._write(rows)
        is_in_sight = len(rows) < self.rows
        may_change = heard.kind is not HeardKind.ANSWER
        self._last = (heard.message.id, len(rows)) if may_change and is_in_sight else None

    def _write(self, lines: Iterable[str], end: str = "") -> None:
        for line in lines:
            self.out.write(f"{line}{end}\n")
        self.out.flush()


@dataclass(slots=True)
class Lines:
    """Writes one JSON object for each message, edit, deletion or answer."""

    out: TextIO

    def said(self, line: str) -> None:
        self.put({"kind": "message", "from": "owner", "text": line})

    def heard(self, heard: Heard) -> None:
        message = heard.message
        thing: dict[str, Any] = {"kind": heard.kind.value, "from": "bot", "message": message.id}
        if heard.answer is not None:
            thing["text"] = heard.answer.text
        elif heard.kind is not HeardKind.DELETE:
            thing["text"] = message.text
            thing["buttons"] = [[button.text for button in row] for row in message.keyboard]
        if message.media:
            thing["file"] = message.media.document.name
        self.put(thing)

    def put(self, thing: dict[str, Any]) -> None:
        print(json.dumps(thing, ensure_ascii=False), file=self.out, flush=True)


def _lines(heard: Heard) -> list[str]:
    if heard.kind is HeardKind.ANSWER:
        return [f"({heard.answer.text})" if heard.answer else "()"]
    return [*_text(heard.message), *_buttons(heard.message)]


def _text(message: Message) -> list[str]:
    file = [f"♪ {message.media.document.name}"] if message.media else []
    return [*file, *message.text.splitlines()] or [""]


def _buttons(message: Message) -> list[str]:
    return ["".join(f"[ {button.text} ]" for button in row) for row in message.keyboard]


def _block(mark: str, lines: Iterable[str]) -> list[str]:
    """Put the mark before the first line and room before the others."""
    return [f"{mark if number == 0 else ' '} {line}".rstrip() for number, line in enumerate(lines)]


def _wrapped(line: str, columns: int) -> list[str]:
    """Cut a line where the terminal would, so that its rows can be counted."""
    parts, width = [""], 0
    for character in line:
        taken = _columns(character)
        if width + taken > columns:
            parts.append("")
            width = 0
        parts[-1] += character
        width += taken
    return parts


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
