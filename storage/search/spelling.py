"""Finds the words that somebody may have meant: those that differ in one letter.

Two words differ in one letter, or in two neighbours that changed places, only if leaving out at
most one letter of each gives the same (P. Norvig's question, asked the other way round, as
SymSpell does). So each word of the catalogue is stored with these forms, and a word that was
typed is looked up by its own. What is stored is a checksum; whether two words really are that close
is seen afterwards.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from storage.search.checksum import checksum

_SHORTEST = 3  # letters of the words that are stored; two share their forms with too many
# Nobody types longer words by hand, and each letter more is a form more that is as long.
LONGEST = 60
_FORGIVEN_FROM = 4  # letters, from which on a word that was typed may be wrong
_MOST = 6
_NEAR = (
    "select distinct text, tracks from search_misspellings join search_terms on id = term_id"
    " where checksum in (select value from json_each(?)) and tracks > 0"
)
_KNOWN = (
    "select text, tracks from search_terms"
    " where text in (select value from json_each(?)) and tracks > 0"
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the catalogue, and in how many tracks it is."""

    text: str
    tracks: int


def forms(word: str) -> Iterator[int]:
    """Yield the checksums under which a word is stored and looked up."""
    for form in {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}:
        yield checksum(form)


def is_kept(word: str) -> bool:
    """Tell whether a word is stored with its forms."""
    return _SHORTEST <= len(word) <= LONGEST and not word.isdigit()


def is_correctable(word: str) -> bool:
    return len(word) >= _FORGIVEN_FROM and is_kept(word)


def corrections(cursor: sqlite3.Cursor, word: str) -> list[Term]:
    """Return the words that may be meant, the likeliest first; the word itself is none."""
    if not is_correctable(word):
        return []
    rows = cursor.execute(_NEAR, (json.dumps(list(forms(word))),))
    near = [Term(*row) for row in rows if row[0] != word and _is_near(word, row[0])]
    # The first letter is seldom the wrong one.
    near.sort(key=lambda term: (term.text[0] != word[0], -term.tracks))
    return near[:_MOST]


def known(cursor: sqlite3.Cursor, words: list[str]) -> dict[str, int]:
    """Return in how many tracks each of the words is, where there are any."""
    return dict(cursor.execute(_KNOWN, (json.dumps(words),)).fetchall())


def _is_near(word: str, other: str) -> bool:
    return OSA.distance(word, other, score_cutoff=1) <= 1
