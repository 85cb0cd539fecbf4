"""Reads what the name of a file says. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from downloader.metadata.naming import worth
from downloader.metadata.naming.numbers import within, without_number
from downloader.metadata.naming.parting import parts, quoted
from downloader.metadata.naming.plain import likeness
from downloader.metadata.naming.reading import Reading
from downloader.metadata.naming.rules import Rules
from storage.description import Description, Provenance
from storage.formats import without_ending

_FOLDERS = re.compile(r".*[/\\]")
_OTHER_ENDING = re.compile(
    r"\.(?:mpeg|mpga|m4r|3gpp?|mkv|avi|mov|weba|tmp|temp|part|crdownload|download|bin|exe|lrc|zip)$",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
# `03-some_artist-some_title-grp.mp3`, as groups of the scene write it.
_SCENE = re.compile(r"(\d{2,3})-([^-\s]+)-([^-\s]+?)(?:-[a-z0-9]{2,6})?")
_JOINED = re.compile(r"([^-_]+_[^-]*[^-_])-([^-_][^-]*)")  # `Some_Artist-Some_Title`
_COPY = re.compile(
    r"\s*(?:\(\d{1,2}\)|[-–—]\s*(?:copy|копия|copia|kopie|kopya)(?: \(\d+\))?)\s*$", re.IGNORECASE
)
# As a well-known program puts the id of a video behind its title.
_VIDEO = re.compile(r"\s*\[(?=[^\]]*(?:[\d_-]|[a-z][A-Z]))[A-Za-z0-9_-]{11}\]\s*$")
_ALONE = re.compile(
    r"(?:track|трек|дорожка|titel|piste|pista|faixa|parça)?\s*(\d{1,2})", re.IGNORECASE
)


def read(name: str, rules: Rules) -> Reading:
    """Return what the name of a file says; nothing where a program has made it up."""
    if not name:
        return Reading(Provenance.NAME)
    text = _VIDEO.sub("", stem(name))
    text = rules.cleaned(_COPY.sub("", rules.cleaned(text)))
    if found := _ALONE.fullmatch(text):
        return Reading(Provenance.NAME, Description(track_number=within(found[1])))
    if not text or worth.is_given(text):
        return Reading(Provenance.NAME)
    text, disc, number = without_number(text)
    return _parted(text, Description(disc_number=disc, track_number=number))


def stem(name: str) -> str:
    """Return the name without folders and endings, with spaces between its words."""
    text = _FOLDERS.sub("", name.strip())
    if without_ending(f"_{text}") == "_":
        return ""  # nothing but an ending
    if _ESCAPED.search(text):
        text = unquote(text, errors="replace")
    while (shorter := _OTHER_ENDING.sub("", without_ending(text)).rstrip(" .")) != text:
        text = shorter
    if " " not in text and (found := _SCENE.fullmatch(text)):
        text = " - ".join(found.groups())
    if " " not in text and (found := _JOINED.fullmatch(text)):
        text = " - ".join(found.groups())
    if " " not in text and text.count("+") > 1:
        text = text.replace("+", " ")
    return " ".join(text.replace(" _ ", " - ").replace("_", " ").split())


def _parted(text: str, said: Description) -> Reading:
    if pair := quoted(text):
        artist, title = pair
        if "-" not in artist and likeness(title):
            return Reading(Provenance.NAME, replace(said, artist=artist, title=title))
    found = parts(text)
    place = next((at for at, one in enumerate(found[1:], 1) if _is_number(one)), 0)
    if place and place < len(found) - 1:
        said = replace(said, track_number=within(found.pop(place)))
        # `Album - 03 - Artist - Title`, and `Artist - Album - 03 - Title`.
        if place == 1 and len(found) > 2:
            said = replace(said, album=found.pop(0))
        elif place == 2 and len(found) > 2:
            said = replace(said, album=found.pop(1))
    if len(found) == 1:
        return Reading(Provenance.NAME, replace(said, title=found[0]))
    said = replace(said, artist=found[0], title=" - ".join(found[2:] or found[1:]))
    return Reading(Provenance.NAME, said, middle=found[1] if len(found) > 2 else "")


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= 2
