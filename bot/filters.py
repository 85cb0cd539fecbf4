"""Tells the words of a query from the options of a command around it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import assert_never

from bot.errors import Usage, UsageError
from storage.query.fields import Special, field_of, nearest_field
from storage.query.parser import parse
from storage.query.scanner import OPERATOR, as_typed_here
from storage.query.tree import (
    Between,
    Claim,
    Condition,
    During,
    InChat,
    Is,
    Measure,
    OfFormat,
    Stamp,
    Text,
    Within,
    conditions,
)

_AROUND_FIELD = re.compile(rf"(?<!\S)(-*\(*)([a-z]+)\s*({OPERATOR})\s*(?=\S)", re.IGNORECASE)
_BEGINNING = re.compile(rf'-+\D|[("|]|-*([a-z]+)(?:{OPERATOR})', re.IGNORECASE)
_PART = re.compile(rf'-*\(*(?:[a-z]+(?:{OPERATOR}))?"[^"]*(?:"\*?\)*|$)|\S+', re.IGNORECASE)
_QUOTED = re.compile('"[^"]*(?:"|$)')
_OPTIONS = ("oldest", "newest", "voice", "takeout", "since", "until")


def parts(text: str) -> Iterator[str]:
    """Split a text at spaces, but keep together what stands in quotes or in brackets."""
    text = _AROUND_FIELD.sub(_tight, text)
    same = as_typed_here(text)
    start, opened = 0, 0
    for match in _PART.finditer(same):
        part = match[0]
        if not opened:
            start = match.start()
        if opened or part.lstrip("-").startswith("("):
            bare = _QUOTED.sub("", part)
            opened = max(0, opened + bare.count("(") - bare.count(")"))
        if not opened:
            yield text[start : match.end()]
    if opened:
        yield text[start:]


def _tight(match: re.Match[str]) -> str:
    return match[0] if field_of(match[2]) is None else f"{match[1]}{match[2]}{match[3]}"


def is_of_query(part: str) -> bool:
    """Tell whether it can be nothing else: a phrase, a group, a negation, a field and its value.

    A field may be misspelt; that is told when the query is read.
    """
    match = _BEGINNING.match(as_typed_here(part))
    if match is None:
        return False
    name = match[1]
    return name is None or bool(field_of(name) or nearest_field(name))


def misspelt(word: str, options: Iterable[str] = _OPTIONS) -> str | None:
    """Return the option that a word is one slip away from, or is itself at the wrong place."""
    near = _without_one(word.lower())
    return next((option for option in options if near & _without_one(option)), None)


def checked(query: str) -> str:
    """Return the query of a download, if it asks only for what is known before one.

    Raises `QueryError` where it cannot be read.
    """
    node = parse(f"{query} ").node if query else None
    if query and node is None:
        raise UsageError(Usage.UNKNOWN_WORD, query)
    for condition in conditions(node):
        if late := _known_late(condition):
            raise UsageError(Usage.NOT_KNOWN_YET, late)
    return query


def _known_late(condition: Condition) -> str | None:
    """Name what nobody knows of a track before it is here."""
    match condition:
        case Text(within=Within.ALBUM | Within.GENRE as field):
            return str(field)
        case Between(measure=Measure.YEAR | Measure.PLAYS as field):
            return str(field)
        case During(stamp=Stamp.ADDED as field):
            return str(field)
        case Is(claim=field) if field is not Claim.LOSSLESS:
            return str(field)
        case InChat():
            return str(Special.CHAT)
        case Text() | Between() | During() | Is() | OfFormat():
            return None
        case other:
            assert_never(other)


def _without_one(word: str) -> set[str]:
    """Return a word, and all that is left of it when one letter is lost."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
