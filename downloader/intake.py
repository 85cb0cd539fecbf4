"""What an import makes of the files it finds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import PurePosixPath

from downloader.metadata.naming.evidence import Evidence
from downloader.metadata.naming.resolving import resolve
from downloader.metadata.naming.rules import Rules
from downloader.metadata.tags import Tags
from storage.entry import Entry
from storage.formats import MIDI, WEBM, Kind, of_name
from storage.models import LocalFile, Track
from storage.sound import Flaw, graded
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

    Of a downloaded one only the moment is known in which it was entered. One that nobody could
    read, or an older version did, is worth another look.
    """
    if track is None or track.file_size != found.size or track.grade is None:
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


def local_file(
    placed: Placed, sha256: str, kind: Kind, tags: Tags | None, flaws: frozenset[Flaw], rules: Rules
) -> LocalFile:
    """Put together what is known of a file; without tags that is what its name says."""
    said = Evidence(tags=tags.description if tags else None, file_name=placed.found.path.name)
    entry = Entry(sha256, placed.found.size, resolve(said, rules), flaws=flaws)
    return LocalFile(
        path=placed.path,
        entry=_heard(entry, tags) if tags else entry,
        mime=kind.mime,
        format=kind.extension,
        changed_at=placed.found.changed_at,
    )


def _heard(entry: Entry, tags: Tags) -> Entry:
    return replace(
        entry,
        sound=tags.sound,
        grade=graded(tags.sound, entry.flaws),
        has_cover=tags.has_cover,
        has_lyrics=tags.has_lyrics,
    )
