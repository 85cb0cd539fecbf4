"""The rules by which names lose what is no part of them: each has a name, and can be switched off.

Upper and lower case stay. What tells recordings apart (remix, live, acoustic, version, part) is in
no rule.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from downloader.metadata.naming import guests
from downloader.metadata.naming.advertising import without_advertising, without_sites
from downloader.metadata.naming.edges import BRACKETED, trimmed, unquoted
from downloader.metadata.naming.plain import plain
from storage.nameless import is_said

_LETTERS_FOR_SHOW = re.compile("[\U0001d400-\U0001d7ff]")
_LINK = re.compile(
    r"(?:https?://|tg://|www\.)[^\s)\]】]+|(?<![\w.@])(?:t|telegram)\.(?:me|dog)/[^\s)\]】]*",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"(?:\b(?:via|by|from|join|от|канал|channel|канале|canal|kanal)[: ]\s*)?(?<![\w@.])@\w{4,32}",
    re.IGNORECASE,
)
_BITRATE = re.compile(
    r"(?<![\w.])(?:64|96|128|160|192|224|256|320)\s?k(?:b(?:it)?(?:ps|/s)?|bps)?(?!\w)"
    r"|(?<![\w.])(?:16|24)\s?-?bits?(?!\w)|(?<![\w.])\d{2,3}(?:\.\d)?\s?khz(?!\w)",
    re.IGNORECASE,
)
_QUALITY = re.compile(
    r"(?:(?:4k|hd) upgrade|upgrade|mp3|flac|alac|aac|m4a|wav|lossless|hi-?res"
    r"|320|256|192|128|cbr|vbr|web|cd-?rip|vinyl ?rip|(?:high|hq|best|good) quality"
    r"|(?:хорошее|высокое) качество|alta calidad|[ ,/|+-])+",
    re.IGNORECASE,
)
_TRAILING_SAID = re.compile(
    r"(?:[\s|–-]+|(?<=[」』》】]))(?:(?:official|oficial)(?: (?:music|lyric|lyrics|hd|4k|audio))* "
    r"(?:video|audio|clip|mv|visuali[sz]er)|mv|m/v|(?:music|lyrics?) video|video ?oficial"
    r"|официальн\w+ (?:видео|клип|аудио)"
    r"|офіційн\w+ (?:відео|кліп|аудіо))(?: (?:hd|hq|4k))?\s*$",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s+[-–—|•]+\s+|\s*\|+\s*")
_TOPIC = re.compile(r"\s+[-–—]\s+topic\s*$|(?<=\S)vevo\s*$", re.IGNORECASE)
# Signs and pictures, but none of the signs of a musical key, and nothing of Latin-1.
_PICTURE = (
    "[\u2022\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u266c\u2670-\u27bf\u2934-\u2935\u2b00-\u2bff"
    "\u3030\u303d\ufe0f\u20e3\u200d\U0001f000-\U0001fbff\U000e0020-\U000e007f]"
)
_DECORATION = re.compile(rf"^(?:{_PICTURE}|\s)+|(?:{_PICTURE}|\s)+$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; what it leaves may be nothing, where `may_empty`."""

    name: str
    apply: Callable[[str], str]
    may_empty: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold: all but those that are `off`."""

    off: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        return name not in self.off

    def cleaned(self, text: str) -> str:
        """Return a name without what is no part of it; empty where nothing else was there."""
        return _cleaned(text, self.off) if text else ""

    def artist(self, text: str) -> str:
        """Return an artist, cleaned, with guests as we write them."""
        cleaned = self.cleaned(text)
        return guests.in_artist(cleaned) if self.has("guests") else cleaned

    def title(self, text: str) -> str:
        """Return a title, cleaned, with guests as we write them."""
        cleaned = self.cleaned(text)
        return guests.in_title(cleaned) if self.has("guests") else cleaned


@cache
def rules() -> tuple[Rule, ...]:
    """Return those of cleaning, in their order; `names` has those too that act elsewhere."""
    return (
        Rule("letters for show", _ordinary, may_empty=False),
        Rule("links", lambda text: _LINK.sub(" ", text)),
        Rule("sites", without_sites),
        Rule("channels", lambda text: _CHANNEL.sub(" ", text)),
        Rule("advertising", without_advertising),
        Rule("quality", _without_quality, may_empty=False),
        Rule("video words", _without_said, may_empty=False),
        Rule("topic", lambda text: _TOPIC.sub("", text), may_empty=False),
        Rule("quotes", unquoted, may_empty=False),
        Rule("decorations", lambda text: _DECORATION.sub("", text), may_empty=False),
    )


def names() -> tuple[str, ...]:
    """Return what rules can be switched off."""
    return (*(rule.name for rule in rules()), "mojibake", "guests", "channel names", "swapped")


# Of a group of postings each looks at all.
@lru_cache(maxsize=4096)
def _cleaned(text: str, off: frozenset[str]) -> str:
    text = plain(text)
    # One that is gone may bring another to light.
    while text and (shorter := _once(text, off)) != text:
        text = shorter
    return text


def _once(text: str, off: frozenset[str]) -> str:
    text = trimmed(text) or text
    for rule in rules():
        left = rule.apply(text) if rule.name not in off else text
        if left != text and ((left := trimmed(left)) or rule.may_empty):
            text = left
    return plain(text)


def _ordinary(text: str) -> str:
    """Return ordinary letters for those that mathematicians have, which people use for show."""
    return _LETTERS_FOR_SHOW.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _without_quality(text: str) -> str:
    bare = _BITRATE.sub(" ", text)
    return BRACKETED.sub(
        lambda found: " " if _QUALITY.fullmatch(found[1].strip()) else found[0], bare
    )


def _without_said(text: str) -> str:
    bare = BRACKETED.sub(lambda found: " " if is_said(found[1]) else found[0], text)
    bare = _TRAILING_SAID.sub("", bare)
    while (joints := list(_JOINT.finditer(bare))) and is_said(bare[joints[-1].end() :]):
        bare = bare[: joints[-1].start()]
    return bare
