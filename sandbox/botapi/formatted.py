"""Text with entities: lengths in UTF-16 units, trimming, and what is found without markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

Json = dict[str, Any]
Extra = tuple[tuple[str, Any], ...]

# Spelled as the server finds them; a piece that lies within code or a link is left alone.
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])"
    r"|(?<![\w/@])(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)",
)
_OPAQUE = {"code", "pre", "text_link", "text_mention"}


@dataclass(frozen=True, slots=True)
class Entity:
    """`offset` and `length` count UTF-16 units; `extra` holds what only this kind has."""

    kind: str
    offset: int
    length: int
    extra: Extra = ()

    @property
    def end(self) -> int:
        return self.offset + self.length

    def as_json(self) -> Json:
        shape = {"type": self.kind, "offset": self.offset, "length": self.length}
        return shape | dict(self.extra)


@dataclass(frozen=True, slots=True)
class Formatted:
    text: str = ""
    entities: tuple[Entity, ...] = ()


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def trimmed(formatted: Formatted) -> Formatted:
    """Cut white space from both ends, and the entities with it."""
    text = formatted.text.strip()
    lead = utf16(formatted.text) - utf16(formatted.text.lstrip())
    total = utf16(text)
    kept = []
    for entity in formatted.entities:
        start = max(entity.offset - lead, 0)
        end = min(entity.end - lead, total)
        if end > start:
            kept.append(replace(entity, offset=start, length=end - start))
    return Formatted(text, ordered(kept))


def ordered(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length)))


def enriched(formatted: Formatted) -> Formatted:
    """Add what the server finds by itself: commands, mentions, links, hashtags."""
    closed = [entity for entity in formatted.entities if entity.kind in _OPAQUE]
    found = [
        entity
        for entity in _found(formatted.text)
        if not any(entity.offset < other.end and other.offset < entity.end for other in closed)
    ]
    return Formatted(formatted.text, ordered((*formatted.entities, *found)))


def _found(text: str) -> Iterable[Entity]:
    for match in _FOUND.finditer(text):
        assert match.lastgroup is not None
        piece = match[match.lastgroup]
        yield Entity(match.lastgroup, utf16(text[: match.start()]), utf16(piece))
