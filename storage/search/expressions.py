"""Says in the language of FTS5 which words a track must have. Pure.

Only folded tokens, which are letters and digits, come into an expression: nothing that was typed
can mean anything in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from storage.query.tree import Within
from storage.search.latin import skeleton
from storage.search.wanted import Choice, Word

_COLUMNS = {
    Within.ANYWHERE: "title artist album",
    Within.ARTIST: "artist",
    Within.TITLE: "title",
    Within.ALBUM: "album",
    Within.GENRE: "genre",
}
_SHORTEST_BEGINNING = 2  # letters: fewer begin too many words


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a word may stand in a track."""

    tokens: tuple[str, ...]
    may_go_on: bool = False


Forms = Callable[[Word], Iterable[Form]]


def as_typed(word: Word) -> list[Form]:
    """Return the word itself, and its skeleton, which Cyrillic and Greek are found by."""
    found = [Form(word.tokens, word.may_go_on)]
    if _may_be_in_latin(word):
        same = tuple(filter(None, (skeleton(token) for token in word.tokens)))
        if same and same != word.tokens:
            found.append(Form(same, word.may_go_on))
    return found


def as_beginnings(word: Word) -> list[Form]:
    if word.is_exact:
        return as_typed(word)
    return [Form(form.tokens, may_go_on=True) for form in as_typed(word)]


def expression(choices: Sequence[Choice], forms: Forms) -> str:
    """Return an expression that a track must match; every choice has a word."""
    return " OR ".join(f"({_of_choice(choice, forms)})" for choice in choices)


def of_word(word: Word, forms: Forms = as_typed) -> str:
    alternatives = " OR ".join(_phrase(form) for form in forms(word))
    columns = _COLUMNS[word.within] + (" latin" if _may_be_in_latin(word) else "")
    return f"{{{columns}}} : ({alternatives})"


def _may_be_in_latin(word: Word) -> bool:
    return not word.is_exact and word.text.isascii() and word.within is not Within.GENRE


def _of_choice(choice: Choice, forms: Forms) -> str:
    wanted = " AND ".join(of_word(word, forms) for word in choice.words)
    if not choice.without:
        return wanted
    unwanted = " OR ".join(f"({of_word(word)})" for word in choice.without)
    return f"({wanted}) NOT ({unwanted})"


def _phrase(form: Form) -> str:
    quoted = '"' + " ".join(form.tokens) + '"'
    may_go_on = form.may_go_on and len(form.tokens[-1]) >= _SHORTEST_BEGINNING
    return f"{quoted} *" if may_go_on else quoted
