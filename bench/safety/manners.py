"""What Telegram takes, besides what the sandbox checks: letters, rows, what is shown. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox.botapi.markup import MarkupError, parse_html
from sandbox.botapi.params import Params

# https://core.telegram.org/bots/api: what is not told there is what its clients show.
_WIDEST_ROW = 8
_MOST_ENTITIES = 100
_PLACEHOLDER = range(1, 65)
_SEARCH_BUTTON = 64  # bytes of a label, which clients cut after far less
_TEXTS = ("text", "caption")


def complaints(method: str, params: Params) -> Iterator[str]:
    """Yield what is wrong with a call, in words."""
    if not is_writable(dict(params.values)):
        yield "letters that are none"
    yield from _of_markup(params)
    for name in _TEXTS:
        written = params.text(name)
        if written and method != "answerCallbackQuery":
            yield from _of_text(written)


def is_writable(value: Any) -> bool:
    """Tell whether all texts within a value can be written as UTF-8."""
    match value:
        case str():
            return _is_text(value)
        case dict():
            return all(is_writable(key) and is_writable(one) for key, one in value.items())
        case list():
            return all(map(is_writable, value))
    return True


def _is_text(written: str) -> bool:
    try:
        written.encode()
    except UnicodeEncodeError:
        return False
    # What is sent as JSON hides them behind `\ud800`.
    hidden = "\\ud" in written and written[:1] in {"{", "["}
    return not hidden or is_writable(json.loads(written))


def _of_markup(params: Params) -> Iterator[str]:
    written = params.text("reply_markup")
    markup = json.loads(written) if written else {}
    rows = markup.get("inline_keyboard", [])
    if any(len(row) > _WIDEST_ROW for row in rows):
        yield "a row that is too wide"
    if any(not row for row in rows):
        yield "a row without buttons"
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and len(placeholder) not in _PLACEHOLDER:
        yield "a placeholder that is too long"


def _of_text(written: str) -> Iterator[str]:
    try:
        shown = parse_html(written)
    except MarkupError:
        return  # the sandbox says so itself
    if not any(letter.isprintable() and not letter.isspace() for letter in shown.text):
        yield "nothing that can be seen"
    if len(shown.entities) > _MOST_ENTITIES:
        yield "more marks than are shown"
