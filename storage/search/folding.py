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
_SEPARATORS = re.compile(r"[^\w\u0300-\u036f\u0900-\u0dff\u3099\u309a]+")

_SIGNS = frozenset("'’‘ʼ`´.$!")
# Of these, one character folds like any other, whatever stands beside it. Of Kana and Korean those
# that are whole: what is put together of pieces is not here.
_SIMPLE = "\0-\u06ff\u3000-\u3029\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u9fff\uac00-\ud7a3"
_NOT_SIMPLE = re.compile(f"[^{_SIMPLE}]")
# But for where a sign becomes something by its neighbours; accents may stand in between.
_IN_CONTEXT = re.compile(r"['’‘ʼ`´]|\S[$!]\S|\.[^\s.]+\.")


def fold(text: str) -> str:
    """Return the words of a text, folded; empty when there is none."""
    if _is_simple(text):
        return " ".join(text.translate(_alone()).split())
    return " ".join(_with_context(text).split())


def _is_simple(text: str) -> bool:
    if not text.isascii() and _NOT_SIMPLE.search(text) is not None:
        return False
    # Most names have none of these signs, and to see that costs less than the pattern does.
    return _SIGNS.isdisjoint(text) or _IN_CONTEXT.search(text) is None


def _with_context(text: str) -> str:
    text = _unmarked(text)
    text = _CONTRACTION.sub("", text)
    text = _ACRONYM.sub(lambda found: found[0].replace(".", ""), text)
    text = _DRAWN.sub(lambda found: _DRAWS[found[1]], text)
    return _SEPARATORS.sub(" ", _CUT.sub(r" \1 ", text))


class _Alone(dict[int, str]):
    """What each character becomes by itself: most names are folded so, in one step."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _with_context(chr(code))
        return folded


@cache
def _alone() -> _Alone:
    return _Alone()


def _unmarked(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    combining = unicodedata.combining
    kept = "".join([one for one in decomposed if combining(one) in _LETTER_MARKS])
    # Composed again: Korean syllables had been taken apart, and the dots of Kana.
    return unicodedata.normalize("NFC", kept).translate(_TYPED).lower()
