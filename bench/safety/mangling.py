"""Damages an update: what is missing, of another type, or too large. Pure."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
Place = tuple[Any, Any]  # a dict or a list, and the key there

_INSTEAD: tuple[Any, ...] = (None, 0, -1, 2**63, 2**70, 1.5, "", "x", "\ud800", True, [], {}, [{}])


def damaged(update: Json, chance: random.Random) -> Json:
    """Change one or two values anywhere below its number."""
    changed = copy.deepcopy(update)
    for _ in range(chance.randint(1, 2)):
        places = list(within(changed))
        if not places:
            return changed
        holder, key = chance.choice(places)
        if isinstance(holder, dict) and chance.random() < 0.4:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(chance.choice(_INSTEAD))
    return changed


def within(update: Json) -> Iterator[Place]:
    """Yield where all values are but that which numbers the update."""
    for holder, key in _places(update):
        if key != "update_id":
            yield holder, key


def _places(value: Any) -> Iterator[Place]:
    keys: Any = ()
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = range(len(value))
    for key in keys:
        yield value, key
        yield from _places(value[key])
