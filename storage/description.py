"""What is known of a piece of music, and where each field's value came from. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Provenance(StrEnum):
    """Where the value of a field came from."""

    PERSON = "person"  # somebody has said so: that stands for ever
    TAGS = "tags"  # of the file itself
    TELEGRAM = "telegram"  # the attributes of the document
    CAPTION = "caption"
    ALBUM_CAPTION = "album caption"  # of a posting that was sent together with this one
    NAME = "file name"
    NEIGHBOURS = "neighbours"  # what postings sent together have in common, or their order
    LOOKUP = "look-up"  # a public database of music


class Reach(StrEnum):
    """How far what was looked up may say what a piece is called."""

    OFF = "off"
    MISSING = "missing"  # what nobody knows, or was guessed
    ALL = "all"  # everything but what people have said


@dataclass(frozen=True, slots=True)
class Description:
    """What a piece of music is called; text is NFC, on one line, and empty where nothing is known.

    `date` is `2004`, `2004-05` or `2004-05-17`. Numbers count from one. `provenance` holds an entry
    for each field that is known, by the field's name, and for those of which somebody has said that
    they are empty.
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    genre: str = ""
    composer: str = ""
    date: str = ""
    track_number: int | None = None
    track_total: int | None = None
    disc_number: int | None = None
    disc_total: int | None = None
    is_compilation: bool = False
    provenance: Mapping[str, Provenance] = field(default_factory=dict)

    @property
    def year(self) -> int | None:
        return int(self.date[:4]) if self.date else None
