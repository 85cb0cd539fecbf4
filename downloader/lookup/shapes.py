"""Takes what strangers write in JSON for what it should be, else for nothing. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from storage.text import storable

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST = 1000  # characters

Words = Mapping[str, Any]


def opened(body: bytes) -> Words:
    """Return what an answer says; raises `ValueError` where that is no object of JSON."""
    try:
        said = words(json.loads(body))
    except RecursionError as error:
        raise ValueError from error
    if not said:
        raise ValueError(body[:1])
    return said


def words(value: object) -> Words:
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Words]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    return storable(value[:_LONGEST]) if isinstance(value, str) else ""


def an_id(value: object) -> str:
    """Return an id of MusicBrainz; it becomes part of an address, and so may be nothing else."""
    found = text(value).lower()
    return found if _ID.fullmatch(found) else ""


def number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < 1e12 else None


def counted(value: object) -> int | None:
    """Return a number from one on, such as tracks have."""
    found = number(value)
    return int(found) if found is not None and 1 <= found < 10_000 else None
