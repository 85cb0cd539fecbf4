"""Tells how much text beyond Latin looks like what people write, by the letters in it. Pure.

Wrong decodings show themselves twice: capital letters stand inside of words, and the letters that
every language of a script uses most are rare. What is counted is the share of letters that are
among those, as tables of letter frequencies have them; in natural text it is about four of five.
"""

from __future__ import annotations

import re

_COMMON = {
    "Cyrillic": frozenset("оеаинтсрвлкмдпуязыьіїйчбг"),
    "Greek": frozenset("αοιετσνηυρπκμλςάέήίόύώδγω"),
    "Arabic": frozenset("ابتحدرسعفقكلمنهويىةأشخجیکگپ"),
}
_SCRIPTS = (("Greek", 0x370, 0x400), ("Cyrillic", 0x400, 0x530), ("Arabic", 0x600, 0x700))
_WORD = re.compile(r"[^\W\d_]+")
# Letters of the Balkans: in nearly all that comes out of a wrong decoding, in few names.
_RARE = frozenset("ЅѕЈјЌќЋћЂђЉљЊњЏџѓЃ")
# Greek has one accent in a word, and in its capitals none.
_ACCENTS = re.compile("[άέήίόύώΐΰ]")
_PUNCTUATION = frozenset("«»„“”‘’‚‹›–—…№·•°©®\xa0\u200c\u060c\u061b\u061f")
_MARKS = re.compile("[\u064b-\u0655]")  # Arabic writes them in dictionaries
_HUMPS = re.compile(r"(?:[А-ЯЁІЇЄҐ][а-яёіїєґ]{3,})+")


def naturalness(text: str) -> float:
    """Return from 0 to 1 how natural the letters beyond Latin are; 0 where there are none."""
    words = [word for word in _WORD.findall(text) if any(map(_script, word))]
    letters = [one for word in words for one in word if _script(one)]
    if not letters:
        return 0.0
    common = sum(one.lower() in _COMMON[_script(one)] for one in letters)
    natural = sum(len(word) for word in words if _is_natural(word)) / sum(map(len, words))
    return common / len(letters) * natural


def is_of_one_script(text: str) -> bool:
    """Tell whether all letters beyond ASCII are of one of these scripts, and nothing is odd."""
    scripts = {_script(one) for one in text if one > "\x7f" and one not in _PUNCTUATION}
    return len(scripts) == 1 and scripts != {""} and not _MARKS.search(text)


def _script(letter: str) -> str:
    code = ord(letter)
    return next((name for name, first, end in _SCRIPTS if first <= code < end), "")


def _is_natural(word: str) -> bool:
    """Tell whether capitals stand where they may, and one script is in it."""
    if len({_script(one) for one in word}) > 1 or "ς" in word[:-1] or _RARE & set(word):
        return False
    if len(_ACCENTS.findall(word)) > 1:
        return False
    is_cased = word[1:].islower() or word.isupper() or word.lower() == word.upper()
    return is_cased or word.islower() or _HUMPS.fullmatch(word) is not None
