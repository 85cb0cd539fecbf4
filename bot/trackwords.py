"""What a track is called, and what is known of it, in plain words. Pure; nothing is escaped."""

from __future__ import annotations

from datetime import timedelta

from bot import media, texts
from bot.characters import columns, fitted
from storage import names
from storage.models import Track

_BETWEEN = " – "


def title(track: Track) -> str:
    return media.title(track) or f"track {track.id}"


def name(track: Track) -> str:
    """Name a track by artist and title, else by its file."""
    return _BETWEEN.join(filter(None, [media.performer(track), title(track)]))


def file_name(track: Track, extension: str) -> str:
    """Return how a file of a track is called that is no file of the library."""
    return names.file_name(name(track), extension)


def short(track: Track, room: int) -> str:
    """Name a track in so many columns.

    The title has most of them, and keeps its end: there stands which movement or mix it is.
    """
    artist, its_title = media.performer(track), title(track)
    if not artist:
        return fitted(its_title, room, room // 3)
    left = room - columns(_BETWEEN)
    least = min(columns(artist), left // 3)
    its_title = fitted(its_title, left - least, (left - least) // 3)
    return f"{fitted(artist, left - columns(its_title))}{_BETWEEN}{its_title}"


def kind(track: Track) -> str:
    """Write `3:45 · FLAC`, of which what is not known is left out."""
    return _joined(length(track.duration), track.format.upper())


def facts(track: Track) -> str:
    """Write `3:45 · FLAC · 32 MB`."""
    return _joined(kind(track), texts.size(track.size))


def described(track: Track) -> str:
    """Say what there is to know besides the title."""
    return _joined(media.performer(track), facts(track))


def length(duration: timedelta) -> str:
    """Write `3:45`, or nothing where it is not known."""
    seconds = round(duration.total_seconds())
    if seconds <= 0:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _joined(*known: str) -> str:
    return " · ".join(filter(None, known))
