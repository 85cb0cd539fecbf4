"""Tracks as rows, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from storage.models import Track


def track_from(row: Row[Any]) -> Track:
    return Track(
        id=row.id,
        document_id=row.document_id,
        title=row.title,
        performer=row.performer,
        duration=row.duration,
        size=row.size,
        mime=row.mime,
        name=row.name,
        path=row.path,
        sha256_source=row.sha256_source,
        sha256=row.sha256,
        added_at=row.added_at,
        album=row.album,
        genre=row.genre,
        year=row.year,
        format=row.format,
        bitrate=row.bitrate,
        has_cover=row.has_cover,
        changed_at=row.changed_at,
        better_id=row.better_id,
    )
