"""What is written on, whatever the family of the tags: their names and texts alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from downloader.metadata.writing.cover import Cover


class Sheet(Protocol):
    """The tags of one open file. Where it is full of what we do not know, that stays."""

    def values(self, name: str) -> list[str]:
        """Return the texts under a name; a number with its total reads `3/12`."""

    def put(self, name: str, values: Sequence[str]) -> None:
        """Replace what is under a name."""

    def remove(self, name: str) -> None:
        """Take away what is under a name, if anything is."""

    def own(self, name: str) -> str:
        """Return how the family calls what it has no name for, such as `REPLAYGAIN_TRACK_GAIN`."""

    def put_cover(self, cover: Cover) -> None:
        """Make it the front cover; pictures of other things stay."""
