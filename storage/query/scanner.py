"""Cuts the text of a query into tokens, each with its place in the text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from storage.query.amounts import is_unit
from storage.query.dates import is_unit_of_days
from storage.query.errors import QueryError, Wrong
from storage.query.fields import Field, field_of, nearest_field
from storage.query.tree import Measure, Stamp

# What other keyboards write for the same, one letter for one, so that places stay.
_SAME = str.maketrans("：＝＞＜（）｜＂－−–“”„‟«»", ':=><()|"---""""""')
OPERATOR = ">=|<=|==|=>|=<|[:=<>≥≤]"
_FIELD = re.compile(rf"([A-Za-z]+)(\s*)({OPERATOR})\s*", re.ASCII)
_OPERATORS = {"==": "=", "=>": ">=", "=<": "<=", "≥": ">=", "≤": "<="}
_NEGATION = re.compile(r"-+(?=[^\s\-)|])")
_PHRASE = re.compile(r'"([^"]*)(?:"(\*?)|$)')
_SPACED = re.compile(r"(\d[\d.,]*)\s+([A-Za-z/]+)(?=[\s)|]|$)", re.ASCII)


class Sort(StrEnum):
    WORD = "word"
    PHRASE = "phrase"
    FIELD = "field"  # the word or phrase behind it is its value
    NOT = "not"
    OR = "or"
    OPEN = "open"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is a word or phrase as typed, `start` and `end` its place with quotes and `*`."""

    sort: Sort
    start: int
    end: int
    text: str = ""
    is_beginning: bool = False
    is_left_open: bool = False
    field: Field | None = None
    operator: str = ""


def as_typed_here(text: str) -> str:
    """Return a text with the quotes, brackets and so on that this keyboard has, each in place."""
    return text.translate(_SAME)


def tokens(text: str) -> Iterator[Token]:
    """Yield them in order. Raises `QueryError` where a field is misspelt or has no value."""
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._typed = text
        self._text = as_typed_here(text)
        self._at = 0

    def run(self) -> Iterator[Token]:
        while self._skip_spaces() < len(self._text):
            yield from self._next()

    def _next(self) -> Iterator[Token]:
        at = self._at
        if mark := _MARKS.get(self._text[at]):
            self._at += 1
            yield Token(mark, at, self._at)
        elif negation := _NEGATION.match(self._text, at):
            self._at = negation.end()
            yield Token(Sort.NOT, at, self._at)
        elif field := self._field():
            yield field
            yield self._value(field)
        elif self._text[at] == '"':
            yield self._phrase()
        else:
            word = self._word()
            yield Token(Sort.OR, at, word.end) if word.text.lower() == "or" else word

    def _field(self) -> Token | None:
        match = _FIELD.match(self._text, self._at)
        if match is None:
            return None
        name, space, operator = match.groups()
        field = field_of(name)
        if field is None:
            if not space and (meant := nearest_field(name)):
                raise QueryError(
                    Wrong.UNKNOWN_FIELD, self._typed, match.start(), match.end(1), meant
                )
            return None
        start, self._at = self._at, match.end()
        operator = _OPERATORS.get(operator, operator)
        return Token(Sort.FIELD, start, match.end(3), name, field=field, operator=operator)

    def _is_at_field(self) -> bool:
        match = _FIELD.match(self._text, self._at)
        return match is not None and not match[2] and field_of(match[1]) is not None

    def _value(self, field: Token) -> Token:
        at = self._at
        if at > field.end and self._is_at_field():  # whose value this must not become
            raise QueryError(Wrong.NO_VALUE, self._typed, field.start, field.end)
        if at < len(self._text) and self._text[at] == '"':
            token = self._phrase()
        elif spaced := self._number_and_unit(field):
            token, self._at = spaced, spaced.end
        else:
            token = self._word()
        if not token.text.strip():
            raise QueryError(Wrong.NO_VALUE, self._typed, field.start, field.end)
        return token

    def _number_and_unit(self, field: Token) -> Token | None:
        """Read `20 MB`, which without a space would be one word."""
        match = _SPACED.match(self._text, self._at)
        if match is None:
            return None
        if isinstance(field.field, Measure):
            belongs = is_unit(field.field, match[2])
        else:
            belongs = isinstance(field.field, Stamp) and is_unit_of_days(match[2])
        text = match[1] + match[2]
        return Token(Sort.WORD, match.start(), match.end(), text) if belongs else None

    def _phrase(self) -> Token:
        match = _PHRASE.match(self._text, self._at)
        assert match is not None, "it begins with a quote and may end anywhere"
        self._at = match.end()
        typed = self._typed[match.start(1) : match.end(1)]
        is_left_open = match.end(1) == match.end()
        return Token(Sort.PHRASE, match.start(), match.end(), typed, bool(match[2]), is_left_open)

    def _word(self) -> Token:
        """Read up to a space, or the end of a group: brackets inside a word belong to it."""
        start, opened = self._at, 0
        for letter in self._text[start:]:
            opened += {"(": 1, ")": -1}.get(letter, 0)
            if letter.isspace() or letter == "|" or opened < 0 or self._is_group(letter, start):
                break
            self._at += 1
        typed = self._typed[start : self._at]
        bare = typed.rstrip("*")
        return Token(Sort.WORD, start, self._at, bare, bare != typed)

    def _is_group(self, letter: str, start: int) -> bool:
        return letter == "(" and self._at == start

    def _skip_spaces(self) -> int:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at


_MARKS = {"(": Sort.OPEN, ")": Sort.CLOSE, "|": Sort.OR}
