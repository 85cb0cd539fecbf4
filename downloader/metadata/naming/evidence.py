"""What is known of a piece of music before it is decided what it is called. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage.description import Description, Reach


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that speaks for a name, each as it came.

    `tags` is None where the file could not be read. `title` and `performer` are the attributes of
    the document, `file_name` its name. `album_captions` are those of postings without audio that
    were sent together with this one. `position` is the place of this posting among the audio sent
    together, from one, and `neighbours` are the others with their places. `found` is what a public
    database knows it as, which has as much to say as `reach` lets it. `edits` are what people have
    said, by the field's name of `Description`; an empty text takes a value away.
    """

    tags: Description | None = None
    title: str = ""
    performer: str = ""
    file_name: str = ""
    caption: str = ""
    album_captions: tuple[str, ...] = ()
    position: int = 1
    neighbours: tuple[tuple[int, Evidence], ...] = ()
    chat_title: str = ""
    chat_username: str = ""
    posted_at: datetime | None = None
    found: Description | None = None
    reach: Reach = Reach.OFF
    edits: Mapping[str, str] = field(default_factory=dict)
