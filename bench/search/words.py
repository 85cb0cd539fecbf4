"""Words that are made up of the syllables of seven kinds of writing.

What they mean does not matter; that they have the lengths, endings and near likenesses of real
ones does: a typing error may make one word of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from random import Random


class Script(StrEnum):
    LATIN = "Latin"
    ACCENTED = "accented"
    CYRILLIC = "Cyrillic"
    CJK = "CJK"
    ARABIC = "Arabic"
    GREEK = "Greek"


@dataclass(frozen=True, slots=True)
class _Sounds:
    """What a syllable is made of; `closed` is the share of those with a consonant at the end."""

    onsets: str
    vowels: str
    codas: str
    endings: str
    closed: float


_LATIN = _Sounds(
    onsets="b c d f g h j k l m n p r s t v w y ch sh th st tr br cr gr pl sl fl",
    vowels="a a e e e i i o o u ai ea ee oo ou ie",
    codas="n r l s t m d k nd st rt ck ng",
    endings="s ed er ing y ly",
    closed=0.5,
)
_ACCENTED = _Sounds(
    onsets="b c d f g l m n p r s t v z ch br tr gr b d l m n r s t ñ ç š č ž ř",
    vowels="a e i o u a e i o u a e i o u é è á í ó ú ã ä ö ü ê ô å ø",
    codas="n r s l m ń ł",
    endings="s a os as ção",
    closed=0.5,
)
_CYRILLIC = _Sounds(
    onsets="б в г д ж з к л м н п р с т х ц ч ш ст пр тр кр гр св вл",
    vowels="а а о о о е е и у ы я ю ё",
    codas="н р л с т м к й нь сть",
    endings="а ы и ов ая ый ой ом",
    closed=0.5,
)
_GREEK = _Sounds(
    onsets="β γ δ ζ θ κ λ μ ν π ρ σ τ φ χ ψ στ πρ τρ κρ",
    vowels="α α ε η ι ο ω ου αι ει ά έ ί ό",
    codas="ν ρ λ σ",
    endings="ς α ο ες ων",
    closed=0.5,
)
_ARABIC = _Sounds(
    onsets="ب ت ث ج ح خ د ر ز س ش ص ض ط ع غ ف ق ك ل م ن ه",
    vowels="ا ا و ي أ ى",
    codas="ب ت د ر س ف ق ل م ن",
    endings="ة ي ين ات",
    closed=0.4,
)
_ARTICLE = "ال"
_WITH_ARTICLE = 0.2
_FORMS = 0.15  # of the words are another one with an ending: what is alike most often
_HAN = range(0x4E00, 0x9FA6)
_HAN_IN_USE = 2400
_ALL_HAN, _ALL_HIRAGANA = 0.6, 0.2  # the rest is Katakana
_HIRAGANA, _KATAKANA = range(0x3042, 0x3094), range(0x30A2, 0x30F4)
_TRIES_FOR_ONE_LENGTH = 8

# Distinct words of each; together with the single characters of CJK about 64,000 terms.
SIZES = {
    Script.LATIN: 37_000,
    Script.ACCENTED: 6_000,
    Script.CYRILLIC: 13_000,
    Script.CJK: 9_000,
    Script.ARABIC: 4_000,
    Script.GREEK: 1_500,
}


class Vocabulary:
    """The words of one kind of writing, the most frequent first, drawn as in real texts."""

    def __init__(self, script: Script, chance: Random) -> None:
        self.words = list(_words(script, SIZES[script], chance))
        # Zipf's law as Mandelbrot has it: without the shift the first word would be in half of
        # all titles, and in real catalogues it is in every sixth.
        self._often = list(accumulate(1 / (rank + 3.7) for rank in range(len(self.words))))
        self._rather = list(accumulate(1 / (rank + 60) ** 0.7 for rank in range(len(self.words))))

    def draw(self, chance: Random) -> Iterator[str]:
        """Yield words without end, frequent ones often."""
        while True:
            yield from chance.choices(self.words, cum_weights=self._often, k=4096)

    def draw_names(self, chance: Random) -> Iterator[str]:
        """Yield them for names, in which rare words are not as rare."""
        while True:
            yield from chance.choices(self.words, cum_weights=self._rather, k=1024)


def _words(script: Script, count: int, chance: Random) -> Iterator[str]:
    make = _makers(chance)[script]
    seen: set[str] = set()
    while len(seen) < count:
        word = _new(make, seen, chance)
        seen.add(word)
        yield word


def _new(make: Callable[[int], str], seen: set[str], chance: Random) -> str:
    """Short words run out, and there must be more than one try for each length."""
    length = _length(len(seen), chance)
    while True:
        for _ in range(_TRIES_FOR_ONE_LENGTH):
            if (word := make(length)) not in seen:
                return word
        length += 1


def _length(rank: int, chance: Random) -> int:
    """Frequent words are short. Returns syllables."""
    if rank < 40:
        return 1
    if rank < 800:
        return chance.choice((1, 2, 2))
    return chance.choice((2, 2, 2, 3, 3, 4))


def _makers(chance: Random) -> dict[Script, Callable[[int], str]]:
    return {
        Script.LATIN: _spoken(_LATIN, chance),
        Script.ACCENTED: _spoken(_ACCENTED, chance),
        Script.CYRILLIC: _spoken(_CYRILLIC, chance),
        Script.GREEK: _spoken(_GREEK, chance),
        Script.ARABIC: _with_article(_spoken(_ARABIC, chance), chance),
        Script.CJK: _cjk(chance),
    }


def _spoken(sounds: _Sounds, chance: Random) -> Callable[[int], str]:
    onsets, vowels, codas = sounds.onsets.split(), sounds.vowels.split(), sounds.codas.split()
    endings, choice, random = sounds.endings.split(), chance.choice, chance.random
    known = [choice(onsets) + choice(vowels)]

    def make(length: int) -> str:
        if length > 1 and random() < _FORMS:
            return choice(known) + choice(endings)
        parts = []
        for _ in range(length):
            parts += [choice(onsets), choice(vowels)]
            if random() < sounds.closed:
                parts.append(choice(codas))
        known.append("".join(parts))
        return known[-1]

    return make


def _with_article(make: Callable[[int], str], chance: Random) -> Callable[[int], str]:
    def made(length: int) -> str:
        return _ARTICLE * (chance.random() < _WITH_ARTICLE) + make(length)

    return made


def _cjk(chance: Random) -> Callable[[int], str]:
    han = [chr(code) for code in chance.sample(_HAN, _HAN_IN_USE)]

    def make(length: int) -> str:
        kind = chance.random()
        if kind < _ALL_HAN:
            # Characters follow Zipf's law too.
            drawn = [han[int(len(han) * chance.random() ** 2)] for _ in range(min(length, 3))]
        else:
            kana = _HIRAGANA if kind < _ALL_HAN + _ALL_HIRAGANA else _KATAKANA
            drawn = [chr(chance.choice(kana)) for _ in range(length + 1)]
        return "".join(drawn)

    return make
