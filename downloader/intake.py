"""What an import makes of the files it finds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import PurePosixPath

from downloader.metadata.tags import Tags
from storage.formats import MIDI, WEBM, Kind, of_name
from storage.models import LocalFile, Track
from storage.walking import Found

_GROUP = 200  # files
_GROUP_SIZE = 2 << 30  # bytes, so that no group takes minutes
_OTHER = frozenset({MIDI, WEBM})
_FILM = ".mp4"


class Trouble(StrEnum):
    UNREADABLE = "cannot be read"
    NAME = "its name is no text"
    NO_AUDIO = "is no audio"
    NO_TAGS = "its tags cannot be read"  # it is entered all the same


@dataclass(frozen=True, slots=True)
class Placed:
    """A file that was found, and its path in the library."""

    found: Found
    path: PurePosixPath


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to look at."""

    files: int
    bytes: int


@dataclass(slots=True)
class Intake:
    """How far an import is. `entered` are new or have changed, `known` were there before."""

    entered: int = 0
    known: int = 0
    left_out: int = 0
    bytes: int = 0
    troubles: dict[PurePosixPath, Trouble] = field(default_factory=dict)

    @property
    def files(self) -> int:
        return self.entered + self.known + self.left_out

    def enter(self, found: Found) -> None:
        self.entered += 1
        self.bytes += found.size

    def recognise(self, found: Found) -> None:
        self.known += 1
        self.bytes += found.size

    def leave_out(self, path: PurePosixPath, trouble: Trouble, size: int = 0) -> None:
        self.left_out += 1
        self.bytes += size
        self.troubles[path] = trouble


def may_be_music(name: str) -> bool:
    """Tell by its name whether a file is worth a look; what it is, its bytes will tell."""
    kind = of_name(name)
    return kind is not None and kind not in _OTHER and not name.lower().endswith(_FILM)


def is_known(found: Found, track: Track | None) -> bool:
    """Tell whether the catalogue has this file as it is now.

    Of a downloaded one only the moment is known in which it was entered.
    """
    if track is None or track.size != found.size:
        return False
    if track.changed_at is None:
        return found.changed_at <= track.added_at
    return found.changed_at == track.changed_at


def groups(files: Iterable[Placed]) -> Iterator[list[Placed]]:
    """Cut the files into groups, each of which is entered at once."""
    group: list[Placed] = []
    size = 0
    for file in files:
        group.append(file)
        size += file.found.size
        if len(group) == _GROUP or size >= _GROUP_SIZE:
            yield group
            group, size = [], 0
    if group:
        yield group


def local_file(placed: Placed, sha256: str, kind: Kind, tags: Tags | None) -> LocalFile:
    """Put together what is known of a file; without tags it has only its name."""
    bare = LocalFile(
        path=placed.path,
        size=placed.found.size,
        sha256=sha256,
        mime=kind.mime,
        format=kind.extension,
        changed_at=placed.found.changed_at,
    )
    return bare if tags is None else _described(bare, tags)


def _described(file: LocalFile, tags: Tags) -> LocalFile:
    return replace(
        file,
        title=tags.title,
        artist=tags.artist,
        album=tags.album,
        genre=tags.genre,
        year=tags.year,
        duration=tags.duration or timedelta(0),
        bitrate=tags.bitrate,
        has_cover=tags.has_cover,
    )
