"""Writes playlists as other players read them: extended M3U in UTF-8. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from storage import names
from storage.formats import without_ending
from storage.models import Track
from storage.text import whole

_JOINER = "\N{ZERO WIDTH JOINER}"  # of the parts of an emoji


def file_name(name: str) -> str:
    return names.file_name(name, "m3u8")


def m3u8(name: str, tracks: Iterable[Track], up: int = 0) -> str:
    """List the files of those tracks that can be listed.

    They are told relative to the folder of the list, which lies so many folders below the library.
    """
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(name)}"]
    for track in listed(tracks):
        seconds = round(track.duration.total_seconds()) or -1  # -1: not known
        lines += [f"#EXTINF:{seconds},{_named(track)}", _place("../" * up + str(track.path))]
    return "\n".join(lines) + "\n"


def listed(tracks: Iterable[Track]) -> list[Track]:
    """Return the tracks whose file can be listed: it is there, and its name fits on one line."""
    return [one for one in tracks if one.path and len(str(one.path).splitlines()) == 1]


def _place(path: str) -> str:
    """Write a path so that no player takes it for a comment or an address, or trims it."""
    return path if path.startswith("../") or _is_plain(path) else f"./{path}"


def _is_plain(path: str) -> bool:
    return path[0].isalnum() and ":" not in path


def _named(track: Track) -> str:
    title = track.title or without_ending(track.name)
    return " - ".join(filter(None, [_line(track.performer), _line(title)]))


def _line(text: str) -> str:
    """Return the text on one line, without what cannot be seen."""
    kept = (one for one in whole(text) if one.isprintable() or one.isspace() or one == _JOINER)
    return " ".join("".join(kept).split())
