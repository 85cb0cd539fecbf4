"""Reads what people say of a track: `title: So What`, one field in a line. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.characters import cleaned
from downloader.metadata.naming.numbers import counted, partial

# What people call the fields of a description; a number comes with its total.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "artist": ("artist",),
    "album": ("album",),
    "album artist": ("album_artist",),
    "track": ("track_number", "track_total"),
    "disc": ("disc_number", "disc_total"),
    "year": ("date",),
    "genre": ("genre",),
    "composer": ("composer",),
    "compilation": ("is_compilation",),
}
_ALSO = {"date": "year", "performer": "artist", "albumartist": "album artist", "disk": "disc"}
_RESET, _EVERYTHING = "reset", "all"
_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0", ""})
_NAMES = "|".join(sorted((*FIELDS, *_ALSO), key=len, reverse=True))
# Titles may have semicolons, too.
_BETWEEN = re.compile(rf"\n|;(?=\s*(?:(?:{_NAMES})\s*:|{_RESET}\s))", re.IGNORECASE)
_TAKEN_BACK = re.compile(rf"{_RESET}\b(?!.*:)(.*)", re.IGNORECASE)


class Wrong(StrEnum):
    """What is wrong with a line."""

    NO_FIELD = "no field"
    UNKNOWN_FIELD = "unknown field"
    BAD_NUMBER = "bad number"
    BAD_DATE = "bad date"
    NEITHER_YES_NOR_NO = "neither yes nor no"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Mistake:
    """`field` is as people call it, `text` what was written of it, or the line."""

    wrong: Wrong
    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, and which fields were taken back, by the names in a description.

    Nothing of it counts where there are mistakes.
    """

    values: Mapping[str, str]
    taken_back: frozenset[str]
    mistakes: Sequence[Mistake] = ()


def read(text: str) -> Said:
    """Read lines such as `track: 3/12` or `reset title`; on one line they stand between `;`."""
    values: dict[str, str] = {}
    taken_back: set[str] = set()
    mistakes: list[Mistake] = []
    for line in filter(None, map(cleaned, _BETWEEN.split(text))):
        found = _read(line)
        if isinstance(found, Mistake):
            mistakes.append(found)
            continue
        names = {*found} if isinstance(found, dict) else found
        if names & {*values, *taken_back}:
            mistakes.append(Mistake(Wrong.TWICE, line, line.partition(":")[0]))
        elif isinstance(found, dict):
            values |= found
        else:
            taken_back |= found
    return Said(values, frozenset(taken_back), mistakes)


def _read(line: str) -> dict[str, str] | frozenset[str] | Mistake:
    if reset := _TAKEN_BACK.fullmatch(line):
        return _taken_back(line, reset[1])
    said, colon, value = line.partition(":")
    if not colon:
        return Mistake(Wrong.NO_FIELD, line)
    field = _field(said)
    if field is None:
        return Mistake(Wrong.UNKNOWN_FIELD, said)
    return _valued(field, value.strip())


def _taken_back(line: str, fields: str) -> frozenset[str] | Mistake:
    if fields.strip().lower() in {"", _EVERYTHING}:
        return frozenset(name for names in FIELDS.values() for name in names)
    found: set[str] = set()
    for said in fields.split(","):
        field = _field(said)
        if field is None:
            return Mistake(Wrong.UNKNOWN_FIELD, said.strip() or line)
        found.update(FIELDS[field])
    return frozenset(found)


def _field(said: str) -> str | None:
    name = " ".join(said.lower().replace("_", " ").split())
    name = _ALSO.get(name, name)
    return name if name in FIELDS else None


def _valued(field: str, value: str) -> dict[str, str] | Mistake:
    names = FIELDS[field]
    if field == "compilation":
        if value.lower() not in _YES | _NO:
            return Mistake(Wrong.NEITHER_YES_NOR_NO, value, field)
        return {names[0]: "yes" if value.lower() in _YES else ""}
    if not value:
        return dict.fromkeys(names, "")
    if field == "year":
        return {names[0]: value} if partial(value) else Mistake(Wrong.BAD_DATE, value, field)
    if len(names) > 1:
        return dict(_numbered(names, value)) or Mistake(Wrong.BAD_NUMBER, value, field)
    return {names[0]: value}


def _numbered(names: tuple[str, ...], value: str) -> Iterator[tuple[str, str]]:
    for name, number in zip(names, counted(value), strict=True):
        if number is not None:
            yield name, str(number)
