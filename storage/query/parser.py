"""Reads what people write to say which tracks they mean.

    query     = [ choice ]
    choice    = terms { ( "or" | "|" ) terms }          "or" binds loosest
    terms     = term { term }                           all of them must match
    term      = { "-" } ( "(" choice ")" | condition )
    condition = word | phrase | field operator ( word | phrase ) | "lossless"
    word      = letters up to a space, with "*" behind them the beginning of a word
    phrase    = a text between quotes of any kind
    operator  = ":" | "=" | ">" | ">=" | "<" | "<="     with or without spaces around it

Fields of text (`artist`, `title`, `album`, `genre`) take any value, so does `chat`; `format`,
`has` and `is` take certain words. Numbers (`duration`, `size`, `bitrate`, `year`, `plays`) and
dates (`posted`, `added`) take all operators, and `a..b` behind `:`. `since` and `until` are short
for `posted`. All names are in `storage.query.fields`.

People are still typing while this is read: a quote or a bracket that is not closed ends with the
text, and an `or` or a bracket with nothing beside it says nothing. So does a word without letters
and digits. A word with a colon that is no field is a word, unless it is much like one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from storage.query.amounts import unit_assumed
from storage.query.conditions import condition
from storage.query.errors import QueryError, Wrong
from storage.query.scanner import Sort, Token, tokens
from storage.query.tree import All, Assumed, Claim, Either, Is, Node, Not, Query, Text
from storage.search.folding import fold

LONGEST = 1000
DEEPEST = 16


def parse(text: str) -> Query:
    """Read a query. Raises `QueryError`, and nothing else, whatever the text."""
    if len(text) > LONGEST:
        raise QueryError(Wrong.TOO_LONG, text, LONGEST, len(text))
    reading = _Reading(text)
    query = _query(text, reading.all(), is_unfinished=reading.is_unfinished)
    return replace(query, assumed=frozenset(reading.assumed))


def plain(text: str) -> Query:
    """Take everything for words, as far as `LONGEST`; never fails."""
    text = text[:LONGEST]
    words = [Text(word) for word in text.split() if fold(word)]
    is_unfinished = bool(words) and text.endswith(words[-1].text)
    if is_unfinished:
        words[-1] = replace(words[-1], is_unfinished=True)
    return _query(text, _together(list(words), All), is_unfinished=is_unfinished)


def _query(text: str, node: Node | None, *, is_unfinished: bool) -> Query:
    return Query(node, is_unfinished, is_meaningless=node is None and bool(text.strip()))


class _Reading:
    """The tokens that are still to be read, one ahead."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: Iterator[Token] = tokens(text)
        self._token = next(self._tokens, None)
        self._negations = 0
        self.is_unfinished = False
        self.assumed: set[Assumed] = set()

    def all(self) -> Node | None:
        """Read everything; a bracket that closes nothing is passed over."""
        found: list[Node] = []
        while self._token is not None:
            if node := self._choice(0):
                found.append(node)
            self._take(Sort.CLOSE)
        return _together(found, All)

    def _choice(self, depth: int) -> Node | None:
        found: list[Node] = []
        while True:
            if node := self._terms(depth):
                found.append(node)
            if not self._take(Sort.OR):
                return _together(found, Either)

    def _terms(self, depth: int) -> Node | None:
        found: list[Node] = []
        while self._token is not None and self._token.sort not in {Sort.OR, Sort.CLOSE}:
            if node := self._term(depth):
                found.append(node)
        return _together(found, All)

    def _term(self, depth: int) -> Node | None:
        if self._take(Sort.NOT):
            return self._negated(depth)
        opened = self._take(Sort.OPEN)
        if opened is None:
            return self._condition()
        if depth == DEEPEST:
            raise QueryError(Wrong.TOO_DEEP, self._text, opened.start, opened.end)
        node = self._choice(depth + 1)
        if self._take(Sort.CLOSE) is None:
            self.assumed.add(Assumed.BRACKET_ENDS)
        return node

    def _negated(self, depth: int) -> Node | None:
        """Read what must not match; more than what is typed so far must not be excluded."""
        self._negations += 1
        node = self._term(depth)
        self._negations -= 1
        return node and Not(node)

    def _condition(self) -> Node | None:
        field = self._take(Sort.FIELD)
        value = self._next()
        if value.is_left_open:
            self.assumed.add(Assumed.QUOTE_ENDS)
        if field and (unit := unit_assumed(field.field, value.text)):
            self.assumed.add(unit)
        node = condition(self._text, field, value) if field else _free(value)
        if isinstance(node, Text) and not self._negations and self._ends_with(value):
            self.is_unfinished = True
            return replace(node, is_unfinished=True)
        return node

    def _ends_with(self, word: Token) -> bool:
        return word.sort is Sort.WORD and word.end == len(self._text) and not word.is_beginning

    def _next(self) -> Token:
        token = self._token
        assert token is not None, "a field comes with its value, and terms are asked for first"
        self._token = next(self._tokens, None)
        return token

    def _take(self, sort: Sort) -> Token | None:
        return self._next() if self._token is not None and self._token.sort is sort else None


def _free(token: Token) -> Node | None:
    is_phrase = token.sort is Sort.PHRASE
    if not is_phrase and token.text.lower() == Claim.LOSSLESS:
        return Is(Claim.LOSSLESS)
    if not fold(token.text):
        return None
    return Text(token.text, is_phrase=is_phrase, is_beginning=token.is_beginning)


def _together(nodes: list[Node], join: type[All | Either]) -> Node | None:
    if len(nodes) > 1:
        return join(tuple(nodes))
    return nodes[0] if nodes else None
