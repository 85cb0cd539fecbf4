"""Brings any text to one form: composed, on one line, bounded, all of it visible. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from storage.search.folding import fold
from storage.text import storable

# Characters: no name is longer, and no pattern takes more than some milliseconds for so few.
LONGEST = 300
# Controls, marks of direction, and spaces without width; the joiners are part of several scripts.
_UNSEEN = re.compile(
    "[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_EDGES = " \u200c\u200d\ufe0f"
_ARTICLE = re.compile(r"the (?=\S)")


def plain(text: str) -> str:
    """Return the text on one line, in NFC and cut to a length that is passed on."""
    if text.isascii() and text.isprintable() and len(text) <= LONGEST:
        return " ".join(text.split())
    # Longer than what is kept: composing makes it shorter, and some of it cannot be seen.
    seen = storable(_UNSEEN.sub("", text[: LONGEST * 8]))
    composed = unicodedata.normalize("NFC", " ".join(seen.split()))
    return " ".join(composed[:LONGEST].split()).strip(_EDGES)


@lru_cache(maxsize=8192)
def likeness(text: str) -> str:
    """Return what spellings of one name share; empty where nothing of a name is there."""
    return _ARTICLE.sub("", fold(text), count=1).replace(" ", "")


def is_like(one: str, other: str) -> bool:
    """Tell whether two texts spell one name; what is empty is like nothing."""
    return bool(one) and likeness(one) == likeness(other) != ""
