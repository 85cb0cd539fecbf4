"""Brings text to the form in which it is searched: what people do not type is gone from it.

Folded text is lower case words with one space between them. Accents and other marks are gone,
letters that no key has are those that people type instead, and scripts without spaces are cut into
single characters, so that every part of a name can be found. Both sides of a comparison are folded.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Letters that have no decomposition, or one that nobody types.
_TYPED = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i",
        "þ": "th", "ŋ": "n", "ə": "e", "ʻ": "", "ʼ": "'", "’": "'", "‘": "'", "`": "'", "´": "'",
        "ς": "σ", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ہ": "ه", "ـ": "",
        "…": " ", "–": " ", "—": " ", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "",
        "_": " ",
        # The digits of Arabic and Persian.
        **{chr(0x660 + digit): str(digit) for digit in range(10)},
        **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
        # Katakana as Hiragana: which of the two is written is a matter of taste.
        **{chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)},
    }
)  # fmt: skip
# Marks of these classes make another letter: nukta, the two dots of Kana, and virama.
_LETTER_MARKS = frozenset({0, 7, 8, 9})
# Thai and Lao, Burmese, Khmer, Kana and Bopomofo, and everything Chinese.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u312f\u31f0-\u31ff"
    "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_CUT = re.compile(f"([{_UNSPACED}])")
# Contractions are typed without the apostrophe as often as with it; other words begin behind one.
_CONTRACTION = re.compile(r"'(?=(?:t|s|m|d|ll|re|ve)\b)")
_ACRONYM = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
_DRAWN = re.compile(r"(?<=\w)([$!])(?=\w)")  # letters that are drawn, as in Ke$ha and P!nk
_DRAWS = {"$": "s", "!": "i"}
# Where what a sign becomes depends on what stands beside it; accents may stand in between.
_CONTEXT = r"['’‘ʼ`´]|\S[$!]\S|\.[^\s.]+\."
_SEPARATORS = re.compile(r"[^\w\u0300-\u036f\u0900-\u0dff\u3099\u309a]+")


_SIGNS = frozenset("'’‘ʼ`´.$!")
# Of these, one character folds like any other, whatever stands beside it.
_SIMPLE = 0x700
_NOT_SIMPLE = re.compile(f"[{chr(_SIMPLE)}-\U0010ffff]|{_CONTEXT}")


def fold(text: str) -> str:
    """Return the words of a text, folded; empty when there is none."""
    # Most names have none of these signs, and to see that costs less than the pattern does.
    has_none = _SIGNS.isdisjoint(text) and (text.isascii() or max(text) < chr(_SIMPLE))
    if has_none or _NOT_SIMPLE.search(text) is None:
        return " ".join(text.translate(_simple()).split())
    return " ".join(_with_context(text).split())


def _with_context(text: str) -> str:
    text = _unmarked(text)
    text = _CONTRACTION.sub("", text)
    text = _ACRONYM.sub(lambda found: found[0].replace(".", ""), text)
    text = _DRAWN.sub(lambda found: _DRAWS[found[1]], text)
    return _SEPARATORS.sub(" ", _CUT.sub(r" \1 ", text))


@cache
def _simple() -> dict[int, str]:
    """Return what each simple character becomes: most names are folded so, in one step."""
    return {code: _SEPARATORS.sub(" ", _unmarked(chr(code))) for code in range(_SIMPLE)}


def _unmarked(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    combining = unicodedata.combining
    kept = "".join([one for one in decomposed if combining(one) in _LETTER_MARKS])
    # Composed again: Korean syllables had been taken apart, and the dots of Kana.
    return unicodedata.normalize("NFC", kept).translate(_TYPED).lower()
