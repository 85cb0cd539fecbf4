"""What the catalogue is told of a file that is about to be published."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from storage.description import Description
from storage.sound import Flaw, Grade, Sound


@dataclass(frozen=True, slots=True)
class Entry:
    """`sha256` (hex) and `size` (bytes) are of the file as it is published, with our tags in it.

    `grade` is None where nobody could listen.
    """

    sha256: str
    size: int
    description: Description = field(default_factory=Description)
    sound: Sound = field(default_factory=Sound)
    flaws: frozenset[Flaw] = frozenset()
    grade: Grade | None = None
    has_cover: bool = False
    has_lyrics: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """The path that a file is about to get, and what the catalogue is told of it then.

    `sha256_source` (hex) is of the bytes as they came. Without an entry they are published as they
    are, and nothing is known of them but what Telegram says.
    """

    path: PurePosixPath
    sha256_source: str
    entry: Entry | None = None

    @property
    def sha256(self) -> str:
        """That the file has under its name."""
        return self.entry.sha256 if self.entry else self.sha256_source
