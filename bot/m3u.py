"""Writes playlists as other players read them: extended M3U in UTF-8. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot import media
from bot.characters import cleaned
from storage import names
from storage.models import Track


def file_name(name: str) -> str:
    return names.file_name(name, "m3u8")


def m3u8(name: str, tracks: Iterable[Track]) -> str:
    """List the files of those tracks that can be listed, relative to the music folder."""
    lines = ["#EXTM3U", f"#PLAYLIST:{cleaned(name)}"]
    for track in listed(tracks):
        seconds = round(track.duration.total_seconds()) or -1  # -1: not known
        lines += [f"#EXTINF:{seconds},{_named(track)}", _place(str(track.path))]
    return "\n".join(lines) + "\n"


def listed(tracks: Iterable[Track]) -> list[Track]:
    """Return the tracks whose file can be listed: it is there, and its name fits on one line."""
    return [one for one in tracks if one.path and len(str(one.path).splitlines()) == 1]


def _place(path: str) -> str:
    """Write a path so that no player takes it for a comment or an address, or trims it."""
    return path if path[0].isalnum() and ":" not in path else f"./{path}"


def _named(track: Track) -> str:
    return " - ".join(filter(None, [media.performer(track), media.title(track)]))
