"""The names of what can be asked for."""

from __future__ import annotations

from difflib import get_close_matches
from enum import StrEnum

from storage.query.tree import Measure, Stamp, Within


class Special(StrEnum):
    """Fields that read their values in a way of their own."""

    CHAT = "chat"
    FORMAT = "format"
    HAS = "has"
    IS = "is"
    SINCE = "since"
    UNTIL = "until"


Field = Within | Measure | Stamp | Special

_NAMES: dict[str, Field] = {
    **{within: within for within in Within if within is not Within.ANYWHERE},
    **{measure: measure for measure in Measure},
    **{stamp: stamp for stamp in Stamp},
    **{special: special for special in Special},
}
_ALIASES: dict[str, Field] = {
    "by": Within.ARTIST, "performer": Within.ARTIST, "band": Within.ARTIST,
    "song": Within.TITLE, "track": Within.TITLE,
    "length": Measure.DURATION, "filesize": Measure.SIZE, "played": Measure.PLAYS,
    "channel": Special.CHAT, "ext": Special.FORMAT,
    "after": Special.SINCE, "before": Special.UNTIL,
}  # fmt: skip
# Short names are like too many words.
_SHORTEST = 4
_ALIKE = 0.75


def field_of(name: str) -> Field | None:
    name = name.lower()
    return _NAMES.get(name) or _ALIASES.get(name)


def nearest_field(name: str) -> str | None:
    """Return the name that was probably meant, None where nothing is much like it."""
    names = [str(one) for one in _NAMES if len(one) >= _SHORTEST]
    return next(iter(get_close_matches(name.lower(), names, 1, _ALIKE)), None)
