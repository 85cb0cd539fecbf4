"""Takes from the index the few tracks that are worth ranking; blocking, in SQLite's thread.

What is typed often matches far more tracks than anybody reads, and SQLite ranks only by looking at
every one of them. So at most a window of the newest ones is taken, besides those that are called
exactly what was typed. Only where that is little does one look further: for words that begin so,
for words that differ in one letter, and at last for all words but one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from storage.search.expressions import Form, Forms, as_beginnings, as_typed, expression
from storage.search.filters import Sql
from storage.search.ranking import Found
from storage.search.spelling import corrections, is_correctable
from storage.search.texts import key
from storage.search.wanted import Choice, Wanted, Word

WINDOW = 300
_ENOUGH = 20
_NAMESAKES = 100  # tracks of exactly that title, or of exactly that artist
_LEAST_LEFT = 2  # words, of which one may be left away

_MATCHING = (
    "select rowid from search_index where search_index match ? and rowid <= ? and rowid < ?"
    " order by rowid desc limit ?"
)
# In place of the braces comes what else a track must meet.
_MATCHING_AND = (
    "select i.rowid from search_index i cross join tracks t on t.id = i.rowid"
    " where i.search_index match ? and i.rowid <= ? and i.rowid < ? and {}"
    " order by i.rowid desc limit ?"
)
_NEWEST = (
    "select t.id from tracks t where t.better_id is null and t.id <= ? and t.id < ? and {}"
    " order by t.id desc limit ?"
)
_CALLED = "select track_id from search_texts where {} = ? and track_id <= ? order by 1 desc limit ?"
_TEXTS = (
    "select track_id, title, artist, album, latin from search_texts"
    " where track_id in (select value from json_each(?))"
)
_PLAYS = "select track_id, times from plays where track_id in (select value from json_each(?))"
ANY_ID = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Span:
    """Tracks up to `newest`, and of those only the ones before `before`."""

    newest: int
    before: int = ANY_ID


@dataclass(frozen=True, slots=True)
class Candidates:
    """`window` are those that match as typed, the newest first: at most `WINDOW`.

    `corrected` is what was searched for instead of a word.
    """

    found: list[Found]
    plays: dict[int, int]
    window: list[int]
    corrected: dict[str, tuple[str, ...]] | None = None


class Lookup:
    """One search; `claim` is what every track must meet beside the words."""

    def __init__(
        self, cursor: sqlite3.Cursor, wanted: Wanted, claim: Sql | None, span: Span
    ) -> None:
        self._cursor = cursor
        self._choices = wanted.choices
        self._claim = claim
        self._span = span
        self._effort: dict[int, int] = {}

    def newest(self) -> list[int]:
        """Return tracks that meet the claim, the newest first: at most `WINDOW`."""
        claim = self._claim or Sql("1")
        statement = _NEWEST.format(claim.text)
        return self._ids(statement, *self._bounds(), *claim.parameters, WINDOW)

    def candidates(self) -> Candidates:
        window = self._matching(self._choices, as_typed)
        self._take(window, effort=0)
        is_first = self._span.before == ANY_ID
        namesakes = self._namesakes()
        if is_first:
            self._take(namesakes, effort=0)
        else:
            for track_id in namesakes:  # they have been shown before all others
                self._effort.pop(track_id, None)
        corrected = None
        if is_first and len(self._effort) < _ENOUGH:
            corrected = self._look_further()
        return Candidates(self._texts(), self._plays(), window, corrected)

    def _look_further(self) -> dict[str, tuple[str, ...]] | None:
        self._take(self._matching(self._choices, as_beginnings), effort=1)
        if len(self._effort) >= _ENOUGH:
            return None
        had = len(self._effort)
        meant = self._meant()
        if meant:
            forms = _or_meant(meant)
            self._take(self._matching(self._choices, forms), effort=2)
            if not self._effort:
                fewer = tuple(_with_one_left_away(self._choices))
                if fewer:
                    self._take(self._matching(fewer, forms), effort=3)
            return None if had else meant
        if not self._effort and (fewer := tuple(_with_one_left_away(self._choices))):
            self._take(self._matching(fewer, as_beginnings), effort=3)
        return None

    def _meant(self) -> dict[str, tuple[str, ...]]:
        """Return what may be meant by each word that may be wrong."""
        found: dict[str, tuple[str, ...]] = {}
        for choice in self._choices:
            for word in choice.words:
                if word.is_exact or len(word.tokens) > 1 or not is_correctable(word.text):
                    continue
                if near := corrections(self._cursor, word.text):
                    found[word.text] = tuple(term.text for term in near)
        return found

    def _take(self, ids: Sequence[int], effort: int) -> None:
        for track_id in ids:
            self._effort.setdefault(track_id, effort)

    def _matching(self, choices: Sequence[Choice], forms: Forms) -> list[int]:
        words = expression(choices, forms)
        if self._claim is None:
            return self._ids(_MATCHING, words, *self._bounds(), WINDOW)
        statement = _MATCHING_AND.format(self._claim.text)
        return self._ids(statement, words, *self._bounds(), *self._claim.parameters, WINDOW)

    def _namesakes(self) -> list[int]:
        """Return tracks whose title or artist is exactly what was typed."""
        if self._claim is not None or any(choice.without for choice in self._choices):
            return []
        found: list[int] = []
        for choice in self._choices:
            checksum = key(choice.text)
            for column in ("title_key", "artist_key"):
                called = _CALLED.format(column)
                found += self._ids(called, checksum, self._span.newest, _NAMESAKES)
        return found

    def _bounds(self) -> tuple[int, int]:
        return self._span.newest, self._span.before

    def _ids(self, statement: str, *parameters: object) -> list[int]:
        return [row[0] for row in self._cursor.execute(statement, parameters)]

    def _texts(self) -> list[Found]:
        rows = self._cursor.execute(_TEXTS, (json.dumps(list(self._effort)),))
        return [
            Found(track_id, title, artist, album, latin, self._effort[track_id])
            for track_id, title, artist, album, latin in rows
        ]

    def _plays(self) -> dict[int, int]:
        return dict(self._cursor.execute(_PLAYS, (json.dumps(list(self._effort)),)).fetchall())


def _or_meant(meant: dict[str, tuple[str, ...]]) -> Forms:
    def forms(word: Word) -> Iterable[Form]:
        yield from as_beginnings(word)
        for text in meant.get(word.text, ()):
            yield Form((text,), word.may_go_on)

    return forms


def _with_one_left_away(choices: Sequence[Choice]) -> Iterator[Choice]:
    for choice in choices:
        if len(choice.words) < _LEAST_LEFT:
            continue
        for place in range(len(choice.words)):
            yield replace(choice, words=choice.words[:place] + choice.words[place + 1 :])
