"""Characters: which ones may reach a parser or a screen, and how Telegram counts them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# Control characters, invisible format characters (bidi overrides, zero width), lone surrogates,
# private use and unassigned: none of them helps a reader, and some of them deceive one.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Joins the parts of an emoji and of some scripts.
_JOINER = "\u200d"
# A letter never needs more marks on top of it than this.
_MARKS = 3
_ON_TOP = frozenset({"Mn", "Mc", "Me"})
_SKINS = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))


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


def clusters(text: str) -> list[str]:
    """Return what people see as single characters: marks, and parts of one emoji, stay together."""
    found: list[str] = []
    for letter in text:
        if found and _goes_on(found[-1], letter):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def columns(text: str) -> int:
    """Tell how wide a text is: letters of East Asia, and emoji, take the place of two."""
    return sum(map(_columns, clusters(text)))


def fitted(text: str, room: int, end: int = 0) -> str:
    """Shorten `text` to so many columns; the ellipsis stands before what of its `end` is kept."""
    parts = clusters(text)
    if sum(map(_columns, parts)) <= room:
        return text
    last = _taken(parts[::-1], end)
    first = _taken(parts, room - 1 - sum(map(_columns, last)))
    return f"{''.join(first).rstrip()}…{''.join(last[::-1]).lstrip()}"


def _taken(parts: Sequence[str], room: int) -> list[str]:
    """Return as many of the first as have room."""
    taken: list[str] = []
    for part in parts:
        room -= _columns(part)
        if room < 0:
            break
        taken.append(part)
    return taken


def _goes_on(cluster: str, letter: str) -> bool:
    if letter == _JOINER or cluster.endswith(_JOINER) or letter in _SKINS:
        return True
    if letter in _FLAGS:  # two of these letters are one flag
        return len(cluster) == 1 and cluster in _FLAGS
    return unicodedata.category(letter) in _ON_TOP


def _columns(cluster: str) -> int:
    return 2 if unicodedata.east_asian_width(cluster[0]) in "WF" or len(cluster) > 2 else 1


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
