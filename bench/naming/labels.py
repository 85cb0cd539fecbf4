"""Reads the combinations of evidence that people have labelled; a README beside them tells how."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.figure import CannotMeasureError
from downloader.metadata.naming.evidence import Evidence
from storage.description import Description

_FOLDER = Path(__file__).parents[2] / "tests/downloader/metadata/naming/labels"
_HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True)
class Case:
    """One combination, with what a careful person makes of it; `also` are fields beside names."""

    name: str
    evidence: Evidence
    artist: str
    title: str
    also: Mapping[str, Any]

    def is_right(self, found: Description) -> bool:
        return (found.artist, found.title) == (self.artist, self.title)

    def wrong_fields(self, found: Description) -> list[str]:
        """Return which of the other fields did not come out; nothing and zero are one."""
        return [
            name for name, value in self.also.items() if (getattr(found, name) or 0) != (value or 0)
        ]


def cases(*, held_out: bool) -> Iterator[Case]:
    """Yield those that no rule was fitted to, or all others."""
    if not _FOLDER.is_dir():
        raise CannotMeasureError("the tests are not here")
    for path in sorted(_FOLDER.glob("*.toml")):
        if (path.stem == _HELD_OUT) == held_out:
            rows = tomllib.loads(path.read_text(encoding="utf-8"))["cases"]
            yield from (_case(f"{path.stem} {at}", row) for at, row in enumerate(rows, 1))


def _case(name: str, row: Mapping[str, Any]) -> Case:
    artist, title = row["want"]
    return Case(name, _evidence(row), artist, title, row.get("also", {}))


def _evidence(row: Mapping[str, Any]) -> Evidence:
    performer, title = row.get("tg", ("", ""))
    chat_title, username = row.get("chat", ("", ""))
    position = row.get("at", 1)
    near = [_evidence(other) for other in row.get("near", ())]
    places = [place for place in range(1, len(near) + 2) if place != position]
    return Evidence(
        tags=replace(Description(), **row["tags"]) if "tags" in row else None,
        title=title,
        performer=performer,
        file_name=row.get("file", ""),
        caption=row.get("caption", ""),
        album_captions=tuple(row.get("albums", ())),
        position=position,
        neighbours=tuple(zip(places, near, strict=True)),
        chat_title=chat_title,
        chat_username=username,
    )
