"""Tracks as rows, and back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row

from storage.documents import provenance_from
from storage.models import Track
from storage.sound import Flaw, Grade


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
        album_artist=row.album_artist,
        composer=row.composer,
        date=row.date,
        track_number=row.track_number,
        track_total=row.track_total,
        disc_number=row.disc_number,
        disc_total=row.disc_total,
        is_compilation=row.is_compilation,
        provenance=provenance_from(row.provenance),
        codec=row.codec,
        sample_rate=row.sample_rate,
        channels=row.channels,
        bits=row.bits,
        grade=None if row.grade is None else Grade(row.grade),
        flaws=flaws_from(row.flaws),
        has_lyrics=row.has_lyrics,
        published_size=row.published_size,
        is_damaged=row.damaged_at is not None,
    )


def flaws_text(flaws: Collection[Flaw]) -> str:
    return ",".join(sorted(flaws))


def flaws_from(text: str) -> frozenset[Flaw]:
    return frozenset(Flaw(one) for one in text.split(",") if one)
