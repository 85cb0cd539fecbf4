"""What is said of tracks and their files, in words."""

from __future__ import annotations

from enum import StrEnum


class RulingKind(StrEnum):
    """What was said of some tracks."""

    MERGED = "merged"  # only the best keeps its file
    APART = "apart"  # they are different recordings
    REMOVED = "removed"  # none of them keeps its file


class Upgrades(StrEnum):
    """What becomes of a file when a better one of its recording appears."""

    KEEP = "keep"
    REPLACE = "replace"


class RulingState(StrEnum):
    INTENDED = "intended"  # files may be on their way to the trash
    STANDS = "stands"
    UNDOING = "undoing"  # files may be on their way back
