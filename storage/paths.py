"""Says where in the library a file belongs. Pure.

A path is at most 240 characters long as Windows counts them, which leaves the folder of the library
20 of the 260 that Windows takes by default. What is too long is cut where it is longest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from storage.description import Description
from storage.models import Chat
from storage.names import LONGEST, ROOM, cleaned, cut, finished
from storage.templates import Template
from storage.text import whole

LONGEST_PATH = 240  # UTF-16 units, the number included that tells namesakes apart
NO_CHAT = "Unsorted"
VARIOUS = "Various Artists"  # as players call the artist of a compilation
_UTF_16 = "utf-16-le"
_AUDIO_ENDING = re.compile(
    r"\.(?:mp3|flac|m4a|m4b|mp4|aac|ogg|oga|opus|wav|wma|aif|aiff|ape|wv|mka|amr)\s*$",
    re.IGNORECASE,
)
_ANY_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}\s*$")


@dataclass(frozen=True, slots=True)
class Templates:
    """Where tracks lie of an album, of none, and of an album by several artists."""

    album: Template
    singles: Template
    compilation: Template


# Fits no track: each lies in the folder of its chat.
BY_CHAT = Templates(Template(()), Template(()), Template(()))


@dataclass(frozen=True, slots=True)
class Filing:
    """What a file is placed by, beside its description.

    `number` is that of the document, `name` the file's as it was posted, `bitrate` in bits per
    second. `extension` comes from the type of the bytes, never from a name. `folder` is the
    template of the watch that brought it, and goes before all others.
    """

    number: int
    extension: str
    name: str = ""
    chat: Chat | None = None
    topic: int | None = None
    posted_at: datetime | None = None
    bitrate: int | None = None
    folder: Template | None = None


def library_path(description: Description, filing: Filing, templates: Templates) -> PurePosixPath:
    """Return where a file belongs, relative to the library.

    A track that no template fits, because too little is known of it, lies in the folder of its
    chat, as `artist - title`. Each component leaves room for a number (see `numbered`).
    """
    values = _values(description, filing)
    names = _by_template(description, filing, templates) or _by_chat(description, values)
    return _fitted(names, f".{values['format']}")


def fits_template(description: Description, filing: Filing, templates: Templates) -> bool:
    """Tell whether enough is known of a track to place it by a template."""
    return _by_template(description, filing, templates) is not None


def _by_template(
    description: Description, filing: Filing, templates: Templates
) -> tuple[str, ...] | None:
    values, wanted = _values(description, filing), [templates.singles]
    if values["album"]:
        wanted.insert(0, templates.album)
        if description.is_compilation:
            wanted.insert(0, templates.compilation)
    if filing.folder:
        wanted.insert(0, filing.folder)
    found = (template.filled(values) for template in wanted)
    return next((names for names in found if names is not None), None)


def _by_chat(description: Description, values: dict[str, str]) -> tuple[str, str]:
    title = values["title"]
    if _title(description) and values["artist"]:
        title = f"{values['artist']} - {title}"
    return values["chat"] or NO_CHAT, title


def _values(description: Description, filing: Filing) -> dict[str, str]:
    artist, album_artist = cleaned(description.artist), cleaned(description.album_artist)
    year, _, rest = description.date.partition("-")
    known = {
        "title": _title(description) or _stem(filing.name) or f"audio_{filing.number}",
        "artist": artist,
        "performer": artist,
        "albumartist": album_artist or (VARIOUS if description.is_compilation else artist),
        "album": cleaned(description.album),
        "date": cleaned(description.date),
        "year": cleaned(year),
        "month": cleaned(rest[:2]),
        "genre": cleaned(description.genre),
        "composer": cleaned(description.composer),
        "format": re.sub(r"[^a-z0-9]", "", filing.extension.lower())[:8] or "bin",
        **_chat(filing.chat),
    }
    return known | _numbers(description, filing)


def _numbers(description: Description, filing: Filing) -> dict[str, str]:
    # That it is the only disc needs nobody to be told.
    has_discs = (description.disc_total or 0) > 1 or (description.disc_number or 0) > 1
    found = {
        "track": description.track_number,
        "tracktotal": description.track_total,
        "disc": description.disc_number if has_discs else None,
        "disctotal": description.disc_total if has_discs else None,
        "topic": filing.topic,
        "id": filing.number,
        "bitrate": round(filing.bitrate / 1000) if filing.bitrate else None,
    }
    written = {name: "" if number is None else str(number) for name, number in found.items()}
    return written | {"posted": f"{filing.posted_at:%Y-%m-%d}" if filing.posted_at else ""}


def _chat(chat: Chat | None) -> dict[str, str]:
    if chat is None:
        return {"chat": "", "chatname": ""}
    username = cleaned(chat.username or "")
    title = cleaned(chat.title) or username or f"chat_{abs(chat.id)}"
    return {"chat": title, "chatname": username or title}


def _title(description: Description) -> str:
    return cleaned(_AUDIO_ENDING.sub("", whole(description.title)))


def _stem(name: str) -> str:
    # `x.mp3.exe`: the last ending is whatever it is, one before it may be audio's.
    return cleaned(_AUDIO_ENDING.sub("", _ANY_ENDING.sub("", whole(name))))


def _fitted(names: Sequence[str], ending: str) -> PurePosixPath:
    """Cut the names to what file systems take, and the longest of them until the path fits."""
    # A slash for each, and what sets a reserved name apart, before it and behind it.
    spare = ROOM + len(ending) + 3 * len(names)
    short = [cut(name, LONGEST - ROOM) for name in names]
    lengths = [len(name.encode(_UTF_16)) // 2 for name in short]
    longest = _level(lengths, LONGEST_PATH - spare)
    *folders, stem = [cut(name, 2 * longest, _UTF_16) for name in short]
    stem = finished(stem, LONGEST - ROOM - len(ending))
    return PurePosixPath(*(finished(one, LONGEST - ROOM) for one in folders), stem + ending)


def _level(lengths: Sequence[int], room: int) -> int:
    """Return to which length to cut the longest so that all together have room."""
    left = len(lengths)
    for length in sorted(lengths):
        if length * left > room:
            return room // left
        room -= length
        left -= 1
    return max(lengths)
