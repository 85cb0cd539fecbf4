"""Writes Cyrillic and Greek in Latin letters, as people do who have no other keyboard.

There are many ways to do so: Цой is Tsoi, Tsoy, Coj and Coy. All of them are brought to one
spelling that nobody writes, the **skeleton**, and skeletons are compared.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "",
        "ы": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "є": "e", "ґ": "g", "ў": "u",
        "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "ch", "џ": "dz", "ѓ": "g", "ќ": "k",
        "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
        "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
        "τ": "t", "υ": "y", "φ": "f", "χ": "h", "ψ": "ps", "ω": "o",
    }
)  # fmt: skip
_GREEK_PAIRS = (
    ("ου", "u"), ("αι", "e"), ("ει", "i"), ("οι", "i"), ("υι", "i"), ("αυ", "av"), ("ευ", "ev"),
    ("μπ", "b"), ("ντ", "d"), ("γκ", "g"), ("γγ", "g"), ("τζ", "dz"),
)  # fmt: skip
_OTHER_SCRIPT = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_GREEK = re.compile("[\u0370-\u03ff]")
# The longer ones first: each is looked for in what the ones before have left.
_SPELLINGS = tuple(
    (re.compile(pattern), same)
    for pattern, same in (
        ("shch|sch", "sh"),
        ("tsch|tch", "ch"),
        ("kh", "h"),
        ("ph", "f"),
        ("th", "t"),
        ("ts|tz", "c"),
        ("ck|q", "k"),
        ("x", "ks"),
        ("w", "v"),
        ("zh", "z"),
        ("ou|oo", "u"),
        ("[yj]", "i"),
        ("ee", "i"),
        ("ie", "e"),
        (r"(.)\1+", r"\1"),
    )
)


def in_latin(folded: str) -> str:
    """Return the skeletons of those words of a folded text that are Cyrillic or Greek."""
    # To look for one of their letters costs less than to look at each word.
    if folded.isascii() or not _OTHER_SCRIPT.search(folded):
        return ""
    words = (word for word in folded.split() if _OTHER_SCRIPT.search(word))
    return " ".join(filter(None, map(skeleton, words)))


@lru_cache(maxsize=65536)  # names come again and again while a catalogue is read in
def skeleton(word: str) -> str:
    """Return the spelling that all Latin spellings of a folded word share."""
    word = transliterated(word)
    for pattern, same in _SPELLINGS:
        word = pattern.sub(same, word)
    return word


def transliterated(word: str) -> str:
    """Write a folded word in Latin letters, in one of the ways in which people do."""
    if _GREEK.search(word):
        for pair, one in _GREEK_PAIRS:
            word = word.replace(pair, one)
    return word.translate(_LETTERS)
