"""Files that lay in the library before the catalogue knew of them, as tests want them."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import PurePosixPath
from typing import Any

from storage.description import Description, Provenance
from storage.entry import Entry
from storage.models import LocalFile
from storage.sound import Sound


def local_file(path: PurePosixPath, size: int, sha256: str, **known: Any) -> LocalFile:
    return told(LocalFile(path, Entry(sha256, size)), **known)


def told(file: LocalFile, **known: Any) -> LocalFile:
    """Return a file of which more is known: fields of it, its entry, its tags or its sound."""
    entry = file.entry
    if "year" in known:
        year = known.pop("year")
        known["date"] = f"{year:04}" if year else ""
    if "description" in known:
        return replace(file, entry=replace(entry, description=known["description"]))
    called = {name: known.pop(name) for name in _names(Description) if name in known}
    sound = {name: known.pop(name) for name in _names(Sound) if name in known}
    entered = {name: known.pop(name) for name in _names(Entry) if name in known}
    sources = {**entry.description.provenance, **dict.fromkeys(called, Provenance.TAGS)}
    description = replace(entry.description, **called)
    sources = {name: source for name, source in sources.items() if getattr(description, name)}
    entry = replace(
        entry,
        **entered,
        description=replace(description, provenance=sources),
        sound=replace(entry.sound, **sound),
    )
    return replace(file, entry=entry, **known)


def _names(kind: type[Any]) -> list[str]:
    return [one.name for one in fields(kind)]
