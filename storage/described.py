"""What of a description and an entry stands in the columns of a track. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from storage.description import Description
from storage.documents import provenance_document
from storage.entry import Entry
from storage.formats import average_bitrate
from storage.models import Audio
from storage.recordings import key_of
from storage.track_rows import flaws_text

_NUMBERS = frozenset({"track_number", "track_total", "disc_number", "disc_total"})


def of_description(description: Description) -> dict[str, Any]:
    """Return all that a track is called, and the recording that follows from it."""
    return {
        "title": description.title,
        "performer": description.artist,
        "album": description.album,
        "album_artist": description.album_artist,
        "genre": description.genre,
        "composer": description.composer,
        "year": description.year,
        "date": description.date,
        "track_number": description.track_number,
        "track_total": description.track_total,
        "disc_number": description.disc_number,
        "disc_total": description.disc_total,
        "is_compilation": description.is_compilation,
        "provenance": provenance_document(description.provenance),
        "recording": key_of(description.title, description.artist),
    }


def of_entry(entry: Entry, size: int, duration: timedelta = timedelta(0)) -> dict[str, Any]:
    """Return what a file says of itself.

    `size` in bytes is what it had as it came. Where it does not say how long it is, it is
    `duration`.
    """
    sound = entry.sound
    duration = sound.duration or duration
    return {
        **of_description(entry.description),
        "duration": duration,
        "bitrate": sound.bitrate or average_bitrate(size, duration),
        "codec": sound.codec,
        "sample_rate": sound.sample_rate,
        "channels": sound.channels,
        "bits": sound.bits,
        "grade": entry.grade,
        "flaws": flaws_text(entry.flaws),
        "has_cover": entry.has_cover,
        "has_lyrics": entry.has_lyrics,
        "published_size": None if entry.size == size else entry.size,
    }


def of_audio(audio: Audio) -> dict[str, Any]:
    """Return the same where nothing is known but what Telegram says."""
    return {
        "title": audio.title,
        "performer": audio.performer,
        "duration": audio.duration,
        "bitrate": average_bitrate(audio.size, audio.duration),
        "recording": key_of(audio.title, audio.performer),
    }


def in_text(value: object) -> str:
    """Return a field's value as it is stored; empty where there is none."""
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)


def of_text(field: str, text: str) -> Any:
    """Return the value of a field that is stored so."""
    if field in _NUMBERS:
        return int(text) if text else None
    return bool(text) if field == "is_compilation" else text
