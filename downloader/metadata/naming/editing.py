"""Puts what people have said of a piece above all else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from downloader.metadata.naming.numbers import counted, partial
from downloader.metadata.naming.plain import plain
from storage.description import Description, Provenance

_TEXTS = frozenset({"title", "artist", "album", "album_artist", "genre", "composer"})
_NUMBERS = frozenset({"track_number", "track_total", "disc_number", "disc_total"})
_YES = frozenset({"yes", "true", "1"})
_UNKNOWN = object()


def edited(description: Description, edits: Mapping[str, str]) -> Description:
    """Return the description with what people have said; what cannot be understood says nothing.

    Of a field that somebody has said is empty, that stands in the provenance.
    """
    if not edits:
        return description
    values = {
        name: value for name, text in edits.items() if (value := _read(name, text)) is not _UNKNOWN
    }
    said = dict.fromkeys(values, Provenance.PERSON)
    return replace(description, **values, provenance={**description.provenance, **said})


def _read(name: str, text: str) -> Any:
    if name in _TEXTS:
        return plain(text)
    if name == "is_compilation":
        return text.strip().lower() in _YES
    if name == "date":
        return partial(text) or ("" if not text.strip() else _UNKNOWN)
    if name in _NUMBERS:
        number = counted(text)[0]
        return number if number is not None or not text.strip() else _UNKNOWN
    return _UNKNOWN
