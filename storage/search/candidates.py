"""Takes from the index the few tracks that are worth ranking; blocking, in SQLite's thread.

What is typed often matches far more tracks than anybody reads, and SQLite ranks only by looking at
every one of them. So at most a window of the newest ones is taken, besides those that are called
exactly what was typed. Only where there is none does one look further, with ever more effort.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storage.search.albums import in_order
from storage.search.expressions import Forms, as_typed, expression
from storage.search.filters import Sql
from storage.search.meaning import Meaning, apart, joined, with_one_left_away
from storage.search.ranking import Found
from storage.search.texts import key
from storage.search.wanted import Choice, Wanted

WINDOW = 200
ANY_ID = (1 << 63) - 1
_MOST_MEANT = 12  # words that may be wrong: of more, too much may be meant
_NAMESAKES = 100  # tracks of exactly that title or artist

# In place of the last braces comes what else a track must meet.
_MATCHING = (
    "select rowid from search_index where search_index match ? and rowid <= ? and rowid < ?"
    " order by rowid desc limit ?"
)
_MATCHING_AND = (
    "select i.rowid from search_index i cross join tracks t on t.id = i.rowid"
    " where i.search_index match ? and i.rowid <= ? and i.rowid < ? and {}"
    " order by i.rowid desc limit ?"
)
_NEWEST = (
    "select t.id from tracks t where t.better_id is null and t.removed_at is null"
    " and t.id <= ? and t.id < ? and {} order by t.id desc limit ?"
)
_CALLED = (
    "select n.track_id from search_names n cross join search_texts s using (track_id)"
    " cross join tracks t on t.id = n.track_id"
    " where n.checksum = ? and ? in ({}) and n.track_id <= ? and {}"
    " order by n.track_id desc limit ?"
)
_NAMES = "s.title, s.artist"
_NAMES_IN_ONE = "replace(s.title, ' ', ''), replace(s.artist, ' ', '')"
_TEXTS = (
    "select track_id, title, artist, album, latin from search_texts"
    " where track_id in (select value from json_each(?))"
)
# What was played of a recording before its best track came counts for that.
_PLAYS = (
    "select coalesce(t.better_id, t.id), sum(p.times) from plays p join tracks t on t.id ="
    " p.track_id where t.id in (select value from json_each(?1))"
    " or t.better_id in (select value from json_each(?1)) group by 1"
)
_ALWAYS = Sql("(1)")


@dataclass(frozen=True, slots=True)
class Span:
    """Tracks up to `newest`, and of those only the ones before `before`."""

    newest: int
    before: int = ANY_ID

    @property
    def is_first(self) -> bool:
        return self.before == ANY_ID


@dataclass(frozen=True, slots=True)
class Candidates:
    """`window` are those that match as typed, the newest first: at most `WINDOW`.

    `meaning` where other words were searched than those that were typed.
    """

    found: list[Found]
    plays: dict[int, int]
    window: list[int]
    meaning: Meaning | None = None


class Lookup:
    """One search; `claim` is what every track must meet beside the words."""

    def __init__(
        self, cursor: sqlite3.Cursor, wanted: Wanted, claim: Sql | None, span: Span
    ) -> None:
        self._cursor = cursor
        self._choices = wanted.choices
        self._claim = claim
        self._span = span

    def newest(self) -> list[int]:
        """Return tracks that meet the claim, the newest first: at most `WINDOW`."""
        claim = self._claim or _ALWAYS
        statement = _NEWEST.format(claim.text)
        bounds = (self._span.newest, self._span.before)
        return self._ids(statement, *bounds, *claim.parameters, WINDOW)

    def in_album_order(self, track_ids: Sequence[int]) -> list[int]:
        return in_order(self._cursor, track_ids)

    def candidates(self) -> Candidates:
        window = self._matching(self._choices, as_typed)
        namesakes = self._namesakes()
        if not self._span.is_first:  # the namesakes have been shown before all others
            return self._candidates(set(window) - set(namesakes), window)
        if window or namesakes:
            return self._candidates({*window, *namesakes}, window)
        if self._has_too_many_words() or self._is_ruled_out():
            return Candidates([], {}, [])
        meaning = Meaning.of(self._cursor, self._choices)
        for choices, forms in self._further(meaning):
            if choices and (found := self._matching(choices, forms)):
                return self._candidates(set(found), [], meaning)
        return Candidates([], {}, [])

    def _has_too_many_words(self) -> bool:
        return sum(len(choice.words) for choice in self._choices) > _MOST_MEANT

    def _is_ruled_out(self) -> bool:
        """Tell whether there are such tracks, and it is the conditions that none of them meets."""
        if self._claim is None:
            return False
        words, bounds = expression(self._choices, as_typed), (self._span.newest, self._span.before)
        return bool(self._ids(_MATCHING, words, *bounds, 1))

    def _further(self, meaning: Meaning) -> Iterator[tuple[Sequence[Choice], Forms]]:
        """Yield what else may be searched: first where only unknown words are taken for wrong."""
        together = joined(self._cursor, self._choices)
        yield (*self._choices, *together, *apart(self._choices)), meaning.of_unknown
        yield self._choices, meaning.of_any
        yield tuple(with_one_left_away(self._choices)), meaning.of_any

    def _matching(self, choices: Sequence[Choice], forms: Forms) -> list[int]:
        words, bounds = expression(choices, forms), (self._span.newest, self._span.before)
        if self._claim is None:
            return self._ids(_MATCHING, words, *bounds, WINDOW)
        statement = _MATCHING_AND.format(self._claim.text)
        return self._ids(statement, words, *bounds, *self._claim.parameters, WINDOW)

    def _namesakes(self) -> list[int]:
        """Return tracks whose title or artist is what was typed, a phrase with the same spaces."""
        claim = self._claim or _ALWAYS
        found: list[int] = []
        for choice in self._choices:
            if not choice.is_within_fields and not choice.without:
                name = choice.text if choice.is_exact else choice.text.replace(" ", "")
                names = _NAMES if choice.is_exact else _NAMES_IN_ONE
                parameters = (key(name), name, self._span.newest, *claim.parameters, _NAMESAKES)
                found += self._ids(_CALLED.format(names, claim.text), *parameters)
        return found

    def _ids(self, statement: str, *parameters: object) -> list[int]:
        return [row[0] for row in self._cursor.execute(statement, parameters)]

    def _candidates(
        self, ids: set[int], window: list[int], meaning: Meaning | None = None
    ) -> Candidates:
        wanted = (json.dumps(sorted(ids)),)
        texts = self._cursor.execute(_TEXTS, wanted)
        found = [
            Found(track_id, title, artist, album, latin)
            for track_id, title, artist, album, latin in texts
        ]
        plays = dict(self._cursor.execute(_PLAYS, wanted).fetchall())
        return Candidates(found, plays, window, meaning)
