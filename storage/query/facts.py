"""What is known of a track or a posting, for a query to be held against. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.formats import average_bitrate, format_of
from storage.models import Audio, Chat


@dataclass(frozen=True, slots=True)
class Facts:
    """None is what is not known. `name` is that of the file, `format` as in `storage.formats`.

    `size` in bytes, `bitrate` in bits a second; `chats` are those in which it was posted.
    """

    artist: str | None = None
    title: str | None = None
    album: str | None = None
    name: str | None = None
    genre: str | None = None
    year: int | None = None
    duration: timedelta | None = None
    size: int | None = None
    bitrate: int | None = None
    format: str | None = None
    posted_at: datetime | None = None
    added_at: datetime | None = None
    chats: tuple[Chat, ...] | None = None
    has_cover: bool | None = None
    has_file: bool | None = None
    is_favorite: bool | None = None
    is_flawed: bool | None = None
    plays: int | None = None


def facts_of(audio: Audio) -> Facts:
    """Return what a posting tells of itself, before anything of it has been fetched."""
    return Facts(
        artist=audio.performer or None,
        title=audio.title or None,
        name=audio.name or None,
        duration=audio.duration or None,
        size=audio.size,
        bitrate=average_bitrate(audio.size, audio.duration),
        format=format_of(audio.name, audio.mime),
        posted_at=audio.posted_at,
    )
