"""Describes tracks anew whose files have changed since they were entered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import Update

from storage.described import of_entry, of_text
from storage.description import Description, Provenance
from storage.entry import Entry
from storage.fingerprints import unlearn
from storage.formats import format_of
from storage.models import LocalFile
from storage.recordings import NAMELESS
from storage.search.index import leave
from storage.search.texts import Searched, searched
from storage.serving import introduce
from storage.tables import edits, tracks
from storage.track_rows import track_from


async def renew(connection: AsyncConnection, changed: dict[int, LocalFile]) -> None:
    """Describe these tracks by their files as they are now, and let them be found by that."""
    if not changed:
        return
    found = await connection.execute(select(tracks).where(tracks.c.id.in_(changed)))
    rows = {row.id: row for row in found}
    said = await _said(connection, changed)
    entries = {
        track_id: _renewed(rows[track_id], file.entry, said.get(track_id, {}))
        for track_id, file in changed.items()
    }
    values = [_columns(rows[one], changed[one], entry) for one, entry in entries.items()]
    await connection.execute(_changed(), values)
    await leave(connection, entries)
    keys = {row.recording or NAMELESS for row in rows.values()}
    texts = [
        _searched(track_id, entry.description, changed[track_id])
        for track_id, entry in entries.items()
    ]
    keys |= {one["recording"] for one in values}
    await introduce(connection, texts, keys, await unlearn(connection, entries))


def _columns(row: Row[Any], file: LocalFile, entry: Entry) -> dict[str, Any]:
    """Of a downloaded track the digest and the size of what was fetched stay.

    They tell it when it is posted again. Of an imported one nothing else was ever known.
    """
    is_imported = row.document_id is None
    size = entry.size if is_imported else row.size
    return {
        "track": row.id,
        **of_entry(entry, size, timedelta(0) if is_imported else row.duration),
        "size": size,
        "mime": file.mime,
        "format": file.format or format_of(file.path.name, file.mime) or "",
        "changed_at": file.changed_at,
        "damaged_at": None,
        "better_id": None,  # until that is settled
        "sha256": entry.sha256,
        "sha256_source": entry.sha256 if is_imported else row.sha256_source,
    }


def _renewed(row: Row[Any], entry: Entry, said: Mapping[str, str]) -> Entry:
    """Let stand what a person has said, whatever the file says."""
    called = entry.description
    if row.document_id is not None:
        called = _completed(called, track_from(row).description)
    values = {name: of_text(name, value) for name, value in said.items()}
    provenance = {**called.provenance, **dict.fromkeys(said, Provenance.PERSON)}
    return replace(entry, description=replace(called, **values, provenance=provenance))


def _completed(called: Description, before: Description) -> Description:
    """Keep what was known of a downloaded track as far as its file does not say it itself."""
    kept = {
        one.name: getattr(before, one.name)
        for one in fields(Description)
        if one.name != "provenance" and called.provenance.get(one.name) is not Provenance.TAGS
    }
    known = {name: value for name, value in kept.items() if value}
    sources = {name: before.provenance[name] for name in known if name in before.provenance}
    return replace(called, **known, provenance={**called.provenance, **sources})


def _searched(track_id: int, called: Description, file: LocalFile) -> Searched:
    name = file.path.name
    return searched(track_id, called.title, called.artist, called.album, called.genre, name)


async def _said(
    connection: AsyncConnection, track_ids: Collection[int]
) -> dict[int, dict[str, str]]:
    """Return what people have said of the tracks, by field."""
    said: dict[int, dict[str, str]] = {}
    wanted = select(edits.c.track_id, edits.c.field, edits.c.value)
    for row in await connection.execute(wanted.where(edits.c.track_id.in_(track_ids))):
        said.setdefault(row.track_id, {})[row.field] = row.value
    return said


@cache
def _changed() -> Update:
    return update(tracks).where(tracks.c.id == bindparam("track"))
