"""Sorts a query into words, which are ranked by, and conditions, which hold or not. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from storage.query.tree import All, Either, Node, Not, Query, Text, Within, exactly
from storage.search.folding import fold

# Words, and choices, beyond which nothing more is searched: no name has so many. Of one word so
# many characters of a script without spaces: SQLite steps through every track once for each.
_MOST = 32


@dataclass(frozen=True, slots=True)
class Word:
    """What was typed as one word; folded it may be several, which stand beside each other.

    `may_go_on` where only its beginning was typed. One that `is_exact` is never corrected.
    """

    tokens: tuple[str, ...]
    within: Within
    may_go_on: bool
    is_exact: bool

    @property
    def text(self) -> str:
        return " ".join(self.tokens)


@dataclass(frozen=True, slots=True)
class Choice:
    """Words that must all be there, and those of which none may."""

    words: tuple[Word, ...]
    without: tuple[Word, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def is_exact(self) -> bool:
        """Tell whether any of it must be there as it was typed."""
        return any(word.is_exact for word in self.words)

    @property
    def is_within_fields(self) -> bool:
        """Tell whether a word must be in one field only."""
        return any(word.within is not Within.ANYWHERE for word in self.words)

    @property
    def is_of_album(self) -> bool:
        """Tell whether an album is asked for, and no song of it."""
        fields = {word.within for word in self.words}
        return Within.ALBUM in fields and fields <= {Within.ALBUM, Within.ARTIST}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of the choices must be met, where there are any, and every condition."""

    choices: tuple[Choice, ...]
    conditions: tuple[Node, ...]


def wanted(query: Query) -> Wanted:
    match query.node:
        case None:
            return Wanted((), ())
        case All(nodes):
            return _of_all(nodes)
        case node:
            return _of_all((node,))


def _of_all(nodes: tuple[Node, ...]) -> Wanted:
    words: list[Word] = []
    without: list[Word] = []
    conditions: list[Node] = []
    choices: tuple[Choice, ...] = ()
    for node in nodes:
        match node:
            case Text():
                words += _one(node)
            # Of a field it must be known what it says, which the index cannot tell.
            case Not(Text(within=Within.ANYWHERE | Within.TITLE) as text):
                without += _one(exactly(text))
            case Either(parts) if not choices and (found := _choices(parts)):
                choices = found  # of a second one, only whether it holds is asked
            case _:
                conditions.append(node)
    if not words and not choices:
        # What is only left out leaves everything else, which no index can list.
        left_out = [node for node in nodes if isinstance(node, Not) and node not in conditions]
        return Wanted((), (*conditions, *left_out))
    each = tuple(
        Choice(_some((*choice.words, *words)), _some((*choice.without, *without)))
        for choice in choices[:_MOST] or (Choice((), ()),)
    )
    return Wanted(each, tuple(conditions))


def _choices(parts: tuple[Node, ...]) -> tuple[Choice, ...]:
    """Return the choices that these are; none where one of them is not only of words."""
    found = [_of_all(part.nodes if isinstance(part, All) else (part,)) for part in parts]
    if any(one.conditions or len(one.choices) != 1 for one in found):
        return ()
    return tuple(one.choices[0] for one in found)


def _some(words: tuple[Word, ...]) -> tuple[Word, ...]:
    return tuple(dict.fromkeys(words))[:_MOST]


def word_of(text: Text) -> Word | None:
    """Return the word, or None where nothing of it can be searched."""
    tokens = tuple(fold(text.text).split()[:_MOST])
    if not tokens:
        return None
    may_go_on = text.is_beginning or (text.is_unfinished and not text.is_phrase)
    return Word(tokens, text.within, may_go_on, text.is_phrase)


def _one(text: Text) -> list[Word]:
    word = word_of(text)
    return [] if word is None else [word]
