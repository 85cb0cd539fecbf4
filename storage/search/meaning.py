"""What may be meant by words that no track has; blocking, in SQLite's thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from storage.query.tree import Within
from storage.search.expressions import Form, as_beginnings, as_typed
from storage.search.latin import skeleton, transliterated
from storage.search.spelling import corrections, is_correctable, known
from storage.search.wanted import Choice, Word

_LEAST_LEFT = 2  # words, of which one may be left away
_SHORTEST_PIECE = 2  # letters
_MOST_CUTS = 2


@dataclass(frozen=True, slots=True)
class Meaning:
    """By each typed word that may be wrong, what it may stand for; `unknown` are surely wrong."""

    near: Mapping[str, tuple[Form, ...]]
    unknown: frozenset[str]

    @classmethod
    def of(cls, cursor: sqlite3.Cursor, choices: Sequence[Choice]) -> Meaning:
        words = {word.text for choice in choices for word in choice.words if _may_be_wrong(word)}
        there = known(cursor, sorted(words))
        near = {word: (*_spelt(cursor, word), *_cut(cursor, word)) for word in sorted(words)}
        return cls(near, frozenset(words - there.keys()))

    def of_unknown(self, word: Word) -> Iterator[Form]:
        """Yield the word as typed where there is such a one, else what it may stand for."""
        if word.text in self.unknown:
            yield from self.of_any(word)
        else:
            yield from as_typed(word)

    def of_any(self, word: Word) -> Iterator[Form]:
        yield from as_beginnings(word)
        for form in self.near.get(word.text, ()):
            yield replace(form, may_go_on=word.may_go_on)

    def told(self, choice: Choice, there: set[str]) -> str | None:
        """Return the choice in the words that a track has; None where they are those typed."""
        words = [self._told(word, there) for word in choice.words]
        text = " ".join(filter(None, words))
        return text if text != choice.text else None

    def _told(self, word: Word, there: set[str]) -> str:
        """Return nothing for a word that the track does not have in any way."""
        if any(there.issuperset(form.tokens) for form in as_typed(word)):
            return word.text
        for form in self.near.get(word.text, ()):
            if there.issuperset(form.tokens):
                return " ".join(form.tokens)
        return min((one for one in there if one.startswith(word.text)), default="")


def joined(cursor: sqlite3.Cursor, choices: Sequence[Choice]) -> list[Choice]:
    """Return the choices with two neighbours written as one word, where there is such a one."""
    pairs = [
        (choice, place, choice.words[place].text + choice.words[place + 1].text)
        for choice in choices
        for place in range(len(choice.words) - 1)
        if not any(word.is_exact for word in choice.words[place : place + 2])
    ]
    there = known(cursor, [text for _, _, text in pairs])
    return [_with_joined(choice, place, text) for choice, place, text in pairs if text in there]


def apart(choices: Sequence[Choice]) -> list[Choice]:
    """Return the choices whose words need no longer stand as they were typed: without spaces."""
    return [
        replace(choice, words=tuple(dict.fromkeys(_each_token(choice))))
        for choice in choices
        if any(_is_compound(word) for word in choice.words)
    ]


def with_one_left_away(choices: Sequence[Choice]) -> Iterator[Choice]:
    for choice in choices:
        if len(choice.words) < _LEAST_LEFT:
            continue
        for place, word in enumerate(choice.words):
            # What stands in quotes or in a field was meant as it is.
            if not word.is_exact and word.within is Within.ANYWHERE:
                yield replace(choice, words=choice.words[:place] + choice.words[place + 1 :])


def _each_token(choice: Choice) -> Iterator[Word]:
    for word in choice.words:
        if _is_compound(word):
            yield from (replace(word, tokens=(token,)) for token in word.tokens)
        else:
            yield word


def _is_compound(word: Word) -> bool:
    return len(word.tokens) > 1 and not word.is_exact


def _may_be_wrong(word: Word) -> bool:
    return not word.is_exact and len(word.tokens) == 1 and is_correctable(word.text)


def _spelt(cursor: sqlite3.Cursor, word: str) -> Iterator[Form]:
    """Yield the words of other spelling, also of the one in Latin letters."""
    spellings = dict.fromkeys((word, transliterated(word), skeleton(word)))
    for spelling in spellings:
        if spelling != word and known(cursor, [spelling]):
            yield Form((spelling,))
        for term in corrections(cursor, spelling):
            yield Form((term.text,))


def _cut(cursor: sqlite3.Cursor, word: str) -> Iterator[Form]:
    """Yield the word cut into two, where both are words."""
    places = range(_SHORTEST_PIECE, len(word) - _SHORTEST_PIECE + 1)
    pieces = [(word[:place], word[place:]) for place in places]
    there = known(cursor, [piece for pair in pieces for piece in pair])
    both = [pair for pair in pieces if there.keys() >= set(pair)]
    both.sort(key=lambda pair: -min(there[piece] for piece in pair))
    for pair in both[:_MOST_CUTS]:
        yield Form(pair)


def _with_joined(choice: Choice, place: int, text: str) -> Choice:
    first, second = choice.words[place : place + 2]
    one = replace(first, tokens=(text,), may_go_on=second.may_go_on)
    return replace(choice, words=(*choice.words[:place], one, *choice.words[place + 2 :]))
