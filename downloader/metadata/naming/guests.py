"""Writes guests of a recording in one way: `Song (feat. Guest)`, and `Artist feat. Guest`. Pure."""

from __future__ import annotations

import re

_SAYS = r"(?:feat|ft|featuring|фит|при\s+уч(?:астии)?)\b\.?"
_BRACKETED = re.compile(
    rf"\s*[(\[{{（【]\s*{_SAYS}:?\s*([^()\[\]]*?[^()\[\]\s])\s*[)\]}}）】]", re.IGNORECASE
)
# Up to the next bracket or dash, behind which something else is said.
_BARE = re.compile(
    rf"(?<=\S)\s+{_SAYS}\s+([^()\[\]]*?[^()\[\]\s])(?=\s*[(\[]|\s+[-–—|]\s|\s*$)", re.IGNORECASE
)
_ANY = re.compile(_SAYS, re.IGNORECASE)


def in_title(title: str) -> str:
    """Return the title with its guests in brackets."""
    if not _ANY.search(title):
        return title
    bracketed = _BRACKETED.sub(r" (feat. \1)", title)
    return " ".join(_BARE.sub(r" (feat. \1)", bracketed).split())


def in_artist(artist: str) -> str:
    """Return the artist with guests behind it, without brackets."""
    if not _ANY.search(artist):
        return artist
    bare = _BRACKETED.sub(r" feat. \1", artist)
    return " ".join(_BARE.sub(r" feat. \1", bare).split())


def without(artist: str) -> str:
    """Return the artist whose guests the others are."""
    found = _BARE.search(artist) or _BRACKETED.search(artist)
    return artist[: found.start()].strip() if found else artist
