"""Repairs text that was read in another encoding than it was written in. Pure.

A wrong reading is undone only where all of the text can be, and where what comes out is clearly
better. Good text with accents is left alone: in it letters beyond ASCII stand among others, while
text of another script has hardly any other. All texts of one file are looked at together, since
whoever wrote one of them wrote all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from downloader.metadata.naming.alphabets import is_of_one_script, naturalness

# What cp1252 makes of the bytes that are no Latin-1; five it does not define stay controls.
_WINDOWS = "\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_LATIN = re.compile(f"[\0-\xff{_WINDOWS}]*")
_CYRILLIC = re.compile(f"[\0-\xff\u0401-\u0491{_WINDOWS}\u2116]*")
# In good text no small letter stands before a capital, and hardly a letter before such a sign.
_ODD_CYRILLIC = re.compile(
    "[а-яё][А-ЯЁ]|^[а-я][А-Я]+"
    f"|[А-Яа-ф][\x80-\xb7\xbc-\xbf{_WINDOWS}\u0402\u0403\u0405\u0408-\u040f\u0452\u0453\u0455\u0458-\u045f\u2116]"
)
_HIGH = re.compile("[^\0-\x7f]")
_FOREIGN = re.compile(f"[\x80-\x9f\xa1-\xff{_WINDOWS}]")
_TRACES_OF_JAPANESE = re.compile(f"[\x80-\x9f{_WINDOWS}]")
_SYMBOLS = re.compile("[\xa1-\xbf]")
_WORD = re.compile(r"\S\S+")
_SURE = 3.0
_DENSE = 0.6
# UTF-8 in the eyes of cp1252 and of cp1251: a first byte, and one of those that follow it.
_UTF8_TRACES = re.compile(
    f"[\xc2-\xf4][\x80-\xbf{_WINDOWS}]"
    "|[РС][\x80-\xbf\u0402\u0403\u0452\u0453\u0409\u0459-\u045f\u040a-\u040f\u0490\u2013-\u203a]"
)
# A space that does not break was one of the bytes, and has become a plain one on the way.
_SPLIT_SPACE = re.compile("([Ã])  ?|([ÐÎÙØР]) ")
_TURKISH = re.compile("[ÐÝÞðýþ]")
_NORDIC = re.compile("[ÁÉÍÓÚÆáéíóúæåø]")
_TURKISH_TOO = re.compile("[ÜÖÇüöç]")


@dataclass(frozen=True, slots=True)
class _Misreading:
    """Text written in one encoding and read in another, and how sure one can be of it."""

    written: str
    read: str
    sureness: Callable[[str, str], float]  # of the text as it is, and as it would be


def repaired(texts: Sequence[str]) -> list[str]:
    """Return the texts of one file, each repaired where that is sure; order and number stay."""
    high = [text for text in texts if _HIGH.search(text)]
    if not high or not _CYRILLIC.fullmatch("".join(high)):
        return [_alone(text) for text in texts] if len(high) > 1 else list(texts)
    best = _best(high)
    if best is None:
        return [_alone(text) for text in texts] if len(high) > 1 else list(texts)
    return [_undone(text, best) or text if _HIGH.search(text) else text for text in texts]


def is_broken(text: str) -> bool:
    """Tell whether so much of a text is lost that it says nothing any more."""
    if text.isascii() and "?" not in text:
        return False
    shown = len(text) - text.count(" ")
    lost = text.count("?")
    if "\ufffd" in text or (lost >= 3 and lost * 2 >= shown):
        return True
    traces = len(_UTF8_TRACES.findall(text))
    return (traces >= 2 and traces * 4 >= shown) or _density(text) >= 0.9


def _alone(text: str) -> str:
    if not _HIGH.search(text) or not _CYRILLIC.fullmatch(text):
        return text
    best = _best([text])
    return (_undone(text, best) or text) if best else text


def _best(texts: Sequence[str]) -> _Misreading | None:
    joined = "\n".join(texts)
    best, most = None, 0.0
    encodings = _read_as(joined)
    for how in _misreadings():
        undone = _all_undone(texts, how) if how.read in encodings else ""
        sureness = how.sureness(joined, undone) if undone else 0.0
        if sureness > most:
            best, most = how, sureness
        if most >= _SURE:
            break
    return best


def _read_as(text: str) -> tuple[str, ...]:
    """Return in what encodings a text may have been read, if it was read wrongly."""
    if _LATIN.fullmatch(text):
        return ("cp1252",)
    return ("cp1251",) if _ODD_CYRILLIC.search(text) else ()


def _all_undone(texts: Sequence[str], how: _Misreading) -> str:
    undone = [_undone(text, how) for text in texts]
    # That text can be read as UTF-8 is no chance, so that beside it others may be good already.
    needed = any(undone) if how.written == "utf-8" else all(undone)
    return "\n".join(filter(None, undone)) if needed else ""


def _undone(text: str, how: _Misreading) -> str:
    try:
        return _bytes(text, how.read).decode(how.written)
    except UnicodeError:
        if how.written != "utf-8":
            return ""
    spaced = _SPLIT_SPACE.sub(
        lambda found: f"{found[1]}\xa0 " if found[1] else f"{found[2]}\xa0", text
    )
    try:
        return _bytes(spaced, how.read).decode(how.written)
    except UnicodeError:
        return ""


def _bytes(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeError:
        if not _LATIN.fullmatch(text) or encoding != "cp1252":
            raise
    return b"".join(
        bytes((ord(one),)) if "\x80" <= one < "\xa0" else one.encode(encoding) for one in text
    )


def _density(text: str) -> float:
    """Return the share of letters beyond ASCII in the words that have one.

    In languages of Latin letters that is about a third. Words of one letter say nothing.
    """
    words = [word for word in _WORD.findall(text) if _FOREIGN.search(word)]
    foreign = sum(len(_FOREIGN.findall(word)) for word in words)
    letters = foreign + sum(one.isascii() and one.isalpha() for word in words for one in word)
    return foreign / letters if letters > 2 else 0.0


@cache
def _misreadings() -> tuple[_Misreading, ...]:
    return (
        _Misreading("utf-8", "cp1252", _as_utf8),
        _Misreading("utf-8", "cp1251", _as_utf8),
        _Misreading("cp1251", "cp1252", _as_script),
        _Misreading("koi8-r", "cp1252", _as_script),
        _Misreading("cp1253", "cp1252", _as_script),
        _Misreading("cp1256", "cp1252", _as_script),
        _Misreading("koi8-r", "cp1251", _as_other_cyrillic),
        _Misreading("cp1254", "cp1252", _as_turkish),
        _Misreading("gbk", "cp1252", _as_chinese),
        _Misreading("euc-kr", "cp1252", _as_korean),
        _Misreading("cp932", "cp1252", _as_japanese),
    )


def _as_utf8(text: str, undone: str) -> float:
    return _SURE if undone != text and all(map(_is_usual, undone)) else 0.0


def _is_usual(one: str) -> bool:
    if one < "\x80":
        return True
    is_private = "\ue000" <= one < "\uf900" or one < "\xa0" or one == "\ufffd"
    # Two signs of good text are now and then the bytes of a letter that only phoneticians use.
    return not is_private and (not "\u0250" <= one < "\u0300" or one == "ə")


def _as_script(text: str, undone: str) -> float:
    if _density(text) < _DENSE or not is_of_one_script(undone):
        return 0.0
    natural = naturalness(undone)
    return natural if natural > 0.6 else 0.0


def _as_other_cyrillic(text: str, undone: str) -> float:
    """Read as other Cyrillic, small letters become capitals, and the reverse."""
    better = naturalness(undone)
    return better if better > 0.7 and better - naturalness(text) > 0.35 else 0.0


def _as_turkish(text: str, _: str) -> float:
    """Turkish has its own letters where Latin-1 has those of Iceland."""
    if _NORDIC.search(text) or _density(text) > 0.75:
        return 0.0
    found = set(_TURKISH.findall(text))
    return 1.0 if len(found) > 1 or (found and _TURKISH_TOO.search(text)) else 0.0


def _as_chinese(text: str, undone: str) -> float:
    return _as_pairs(text, undone, "gb2312", range(0xB0, 0xD8))  # the characters of every day


def _as_korean(text: str, undone: str) -> float:
    return _as_pairs(text, undone, "euc-kr", range(0xB0, 0xC9)) * 1.1  # all syllables


def _as_pairs(text: str, undone: str, encoding: str, usual: range) -> float:
    wide = [one for one in undone if one > "\x7f"]
    if len(wide) < 3 or _density(text) < _DENSE:
        return 0.0
    leads = [one.encode(encoding, "ignore")[:1] for one in wide]
    share = sum(lead[0] in usual for lead in leads if lead) / len(wide)
    # Letters alone, without a symbol among them, are more likely those of an alphabet.
    weight = 1.2 if _SYMBOLS.search(text) else 0.75
    return share * weight if share >= 0.8 else 0.0


def _as_japanese(text: str, undone: str) -> float:
    wide = [one for one in undone if one > "\x7f"]
    kana = sum("\u3040" <= one <= "\u30ff" for one in wide)
    kanji = sum("\u4e00" <= one <= "\u9fff" for one in wide)
    if not kana or (kana + kanji) / len(wide) < 0.9:
        return 0.0
    return 1.3 if len(_TRACES_OF_JAPANESE.findall(text)) * 3 >= len(wide) else 0.0
