"""Characters: which ones may reach a parser or a screen, and how Telegram counts them."""

from __future__ import annotations

import unicodedata

# Control characters, invisible format characters (bidi overrides, zero width), lone surrogates,
# private use and unassigned: none of them helps a reader, and some of them deceive one.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Joins the parts of an emoji and of some scripts.
_JOINER = "\u200d"
# A letter never needs more marks on top of it than this.
_MARKS = 3


def cleaned(text: str) -> str:
    """Return `text` on one line, without what cannot be seen, and without piles of marks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept: list[str] = []
    marks = 0
    for letter in text:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind == "Mn" else 0
        if letter.isspace():
            kept.append(" ")
        elif letter == _JOINER or (kind not in _UNWANTED and marks <= _MARKS):
            kept.append(letter)
    return " ".join("".join(kept).split())


def units(text: str) -> int:
    """Count UTF-16 code units, as Telegram's limits do."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, room: int) -> str:
    """Shorten `text` to `room` UTF-16 units, with an ellipsis where something is missing."""
    if units(text) <= room:
        return text
    kept, used = [], 1
    for letter in text:
        used += 1 + (letter > "\uffff")
        if used > room:
            break
        kept.append(letter)
    return "".join(kept).rstrip(f" {_JOINER}") + "…"
