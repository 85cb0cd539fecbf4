"""What people type when they look for a track, with the track that they have in mind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from random import Random

from bench.search.catalogue import Row

_COMMON = 50  # words that are called common
_MOST_WORDS = 5  # that anybody types
_LONG_WORD = 4  # letters from which on a word is mistyped
_WORD = re.compile(r"\w+")
_PART = re.compile(r" \(| - | Pt\. ")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
)


class Kind(StrEnum):
    COMMON = "one common word"
    TWO = "two words of a title"
    SHORT = "prefix of two letters"
    LONG = "longer prefix"
    CUT = "artist and title, cut"
    PIECE = "piece of CJK"
    TYPED = "artist and title"
    TYPOS = "the same with typing errors"


# All that makes up the mixture; what is typed without errors is judged only.
MIXED = frozenset(Kind) - {Kind.TYPED}


@dataclass(frozen=True, slots=True)
class Question:
    kind: Kind
    text: str
    id: int


def sample(rows: Iterable[Row], count: int, size: int) -> list[Row]:
    """Take about `size` of the `count` rows, evenly."""
    step = max(1, count // size)
    return [row for row in rows if row.id % step == 0]


def questions(known: Sequence[Row], kinds: Iterable[Kind], each: int, seed: int) -> list[Question]:
    """Ask so many of each kind about these tracks, in no order.

    Fewer where too few tracks are good for that kind.
    """
    chance = Random(seed)
    common = _common_words(known)
    made: list[Question] = []
    for kind in kinds:
        rows = chance.sample(known, len(known))
        made += islice(_asked(kind, rows, common, chance), each)
    return chance.sample(made, len(made))


def pairs(known: Sequence[Row], count: int, seed: int) -> tuple[list[Question], list[Question]]:
    """Ask for the same tracks typed right, and with an error in every word that is not short."""
    typed = questions(known, [Kind.TYPED], count, seed)
    chance = Random(seed)
    wrong = [Question(Kind.TYPOS, _mistyped_text(one.text, chance), one.id) for one in typed]
    return typed, wrong


def mistyped(word: str, chance: Random) -> str:
    """Make one error: a letter too many or too few, another one, or two swapped."""
    alphabet = next((letters for letters in _ALPHABETS if word[-1] in letters), word)
    while True:
        place, letter = chance.randrange(len(word) - 1), chance.choice(alphabet)
        before, here, after = word[:place], word[place : place + 2], word[place + 2 :]
        changed = chance.choice(
            (here[0] + letter + here[1], here[1], here[0] + letter, here[1] + here[0])
        )
        if changed != here:
            return before + changed + after


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _asked(
    kind: Kind, rows: Iterable[Row], common: frozenset[str], chance: Random
) -> Iterator[Question]:
    for row in rows:
        text = _TEXTS[kind](row, common, chance)
        if text is not None:
            yield Question(kind, text, row.id)


def _common_words(known: Sequence[Row]) -> frozenset[str]:
    titles = (_title(row) for row in known)
    counts = Counter(word for title in titles if not _CJK.search(title) for word in words_of(title))
    return frozenset(word for word, _ in counts.most_common(_COMMON))


def _title(row: Row) -> str:
    """Return it without what people leave out."""
    return _PART.split(row.title)[0]


def _common(row: Row, common: frozenset[str], _: Random) -> str | None:
    return next((word for word in words_of(_title(row)) if word in common), None)


def _two(row: Row, _: frozenset[str], chance: Random) -> str | None:
    words = words_of(_title(row))
    if len(words) < 2:
        return None
    return " ".join(chance.sample(words, 2))


def _short(row: Row, _: frozenset[str], chance: Random) -> str | None:
    return _beginning(row, chance, 2, 2)


def _long(row: Row, _: frozenset[str], chance: Random) -> str | None:
    return _beginning(row, chance, 3, 6)


def _beginning(row: Row, chance: Random, least: int, most: int) -> str | None:
    words = [word for word in words_of(f"{row.artist} {_title(row)}") if len(word) > least]
    if not words or _CJK.search(row.artist):
        return None
    word = chance.choice(words)
    return word[: chance.randint(least, min(most, len(word) - 1))]


def _cut(row: Row, common: frozenset[str], chance: Random) -> str | None:
    text = _typed(row, common, chance)
    last = text.split()[-1] if text else ""
    if text is None or len(last) < _LONG_WORD:
        return None
    return text[: -chance.randint(1, len(last) - 2)]


def _piece(row: Row, _: frozenset[str], chance: Random) -> str | None:
    text = chance.choice((row.artist, _title(row)))
    length = chance.randint(2, 4)
    if len(text) < length or not _CJK.search(text):
        return None
    begin = chance.randint(0, len(text) - length)
    return text[begin : begin + length]


def _typed(row: Row, _: frozenset[str], __: Random) -> str | None:
    words = words_of(f"{row.artist} {_title(row)}")[:_MOST_WORDS]
    long = [word for word in words if len(word) >= _LONG_WORD]
    # One word may be in a hundred tracks, and characters of CJK are picked, not spelled.
    if len(long) < 2 or _CJK.search(row.artist):
        return None
    return " ".join(words)


def _typos(row: Row, common: frozenset[str], chance: Random) -> str | None:
    text = _typed(row, common, chance)
    return None if text is None else _mistyped_text(text, chance)


def _mistyped_text(text: str, chance: Random) -> str:
    return " ".join(
        mistyped(word, chance) if len(word) >= _LONG_WORD else word for word in text.split()
    )


_TEXTS: dict[Kind, Callable[[Row, frozenset[str], Random], str | None]] = {
    Kind.COMMON: _common,
    Kind.TWO: _two,
    Kind.SHORT: _short,
    Kind.LONG: _long,
    Kind.CUT: _cut,
    Kind.PIECE: _piece,
    Kind.TYPED: _typed,
    Kind.TYPOS: _typos,
}
