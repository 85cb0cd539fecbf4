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
    """List the files of those tracks that have one, relative to the music folder."""
    lines = ["#EXTM3U", f"#PLAYLIST:{cleaned(name)}"]
    for track in tracks:
        if track.path is not None:
            seconds = round(track.duration.total_seconds()) or -1  # -1: not known
            lines += [f"#EXTINF:{seconds},{_named(track)}", str(track.path)]
    return "\n".join(lines) + "\n"


def _named(track: Track) -> str:
    return " - ".join(filter(None, [media.performer(track), media.title(track)]))
