"""Parts what stands on one line with a dash in between, where the dash parts anything. Pure."""

from __future__ import annotations

import re

from downloader.metadata.naming.edges import unquoted

_SPACED = re.compile(r"\s+[-–—―‒‐_]{1,2}\s+")
_HALF_SPACED = re.compile(r"(?<=\w)[-–—―]\s+(?=\S)|(?<=\S)\s+[-–—―](?=\w)")
_LONG = re.compile(r"(?<=[^\W\d])[—―–](?=[^\W\d])")
_WIDE = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
_SHORT_BESIDE_WIDE = re.compile(f"(?<={_WIDE})[-_](?=\\w)|(?<=\\w)[-_](?={_WIDE})")
# Words that say so wherever they stand; then those that do at the end; then those at the start.
_VERSION = re.compile(
    r"\b(?:re-?mix(?:ed)?|rmx|acoustic|unplugged|remaster(?:ed)?|instrumental|a ?cappella|bootleg"
    r"|mashup|slowed|sped up|nightcore|karaoke|version|versión|versão|ремикс|ремікс|ремастер|кавер"
    r"|акустика|акустическая|версия|версія|инструментал|akustik|akustisch|acústic[oa]|رمیکس|ريمكس)\b"
    r"|\b(?:mix|edit|live|demo|cover|session|extended|ost|en vivo|en directo|ao vivo|dal vivo"
    r"|en public|canlı|концерт|наживо|вживую|ζωντανά|حفلة|اجرای زنده)\W*$"
    r"|^(?:live (?:at|in|from|on|session|version|\d)|bonus track"
    r"|(?:part|pt\.?|take|часть|частина) ?[\dIVX]+\W*$)"
    r"|现场|現場|伴奏|리믹스|라이브",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[（【][^()\[\]（）【】]*[)\]）】]")
_QUOTED_BEHIND = re.compile(
    r"(?P<before>[^«„“\"「『《»]{1,80}?)\s*[-–—:]?\s*[«„“\"「『《»](?P<inside>[^«»„“”\"「」『』《》]{1,120})"
    r"[»“”\"」』》«](?P<behind>.*)"
)
_QUOTED_BY = re.compile(r"[«„“\"]([^«»„“”\"]{1,120})[»“”\"]\s+(?:by|von|de|от)\s+(.{1,80})")
_WIDE_BRACKETED = re.compile(r"([^「『《【]+)[「『《【]([^「」『』《》【】]+)[」』》】]")
_IN_BRACKETS = re.compile(r"(?P<before>.*\S)\s*[(\[](?P<inside>[^()\[\]]+)[)\]]")


def parts(text: str) -> list[str]:
    """Return what dashes part, at least the text itself; what is in brackets is left together."""
    for pattern, most in ((_SPACED, 9), (_HALF_SPACED, 1), (_LONG, 1), (_SHORT_BESIDE_WIDE, 1)):
        cuts = [found for found in pattern.finditer(text) if not _is_bracketed(text, found.start())]
        if 0 < len(cuts) <= most:
            starts = [0, *(cut.end() for cut in cuts)]
            ends = [*(cut.start() for cut in cuts), len(text)]
            found = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
            return [one for one in found if one] or [text]
    return [text]


def parted(text: str) -> tuple[str, str] | None:
    """Return what stands before the first dash and all behind it, if there is one."""
    found = parts(text)
    if len(found) < 2:
        return None
    return found[0], unquoted(" - ".join(found[1:]))


def tight(text: str) -> tuple[str, str] | None:
    """Return what stands before and behind the only hyphen: two names, if one of them is known."""
    found = text.split("-")
    return (found[0].strip(), found[1].strip()) if len(found) == 2 and all(found) else None


def says_version(text: str) -> bool:
    """Tell whether a text says which version of a piece it is."""
    return _VERSION.search(_BRACKETS.sub(" ", text).strip()) is not None


def quoted(text: str) -> tuple[str, str] | None:
    """Return artist and title of `Artist «Title»` and of `“Title” by Artist`."""
    if found := _QUOTED_BY.fullmatch(text):
        return found[2].strip(), found[1].strip()
    found = _QUOTED_BEHIND.fullmatch(text)
    if not found or found["behind"].strip():
        return None
    return found["before"].strip(), found["inside"].strip()


def wide_bracketed(text: str) -> tuple[str, str] | None:
    """Return artist and title of `Artist「Title」` and its like, as they are usual in the East."""
    found = _WIDE_BRACKETED.fullmatch(text)
    return (found[1].strip(), found[2].strip()) if found else None


def is_quoted(text: str) -> bool:
    """Tell whether a short name and a dash stand before quotes that close at the end."""
    found = _QUOTED_BEHIND.fullmatch(text)
    return found is not None and not found["behind"].strip() and len(found["before"].split()) <= 6


def bracketed(text: str) -> tuple[str, str] | None:
    """Return what stands before brackets at the end, and what is in them."""
    found = _IN_BRACKETS.fullmatch(text)
    return (found["before"], found["inside"].strip()) if found else None


def _is_bracketed(text: str, place: int) -> bool:
    before = text[:place]
    return sum(map(before.count, "([（【")) > sum(map(before.count, ")]）】"))
