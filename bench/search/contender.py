"""What somebody who searches must be able to do to be compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bench.search.catalogue import Row


@dataclass(frozen=True, slots=True)
class Built:
    """What the index took, without the tracks themselves: seconds of CPU, and bytes on disk."""

    cpu: float
    bytes: int


class Contender(Protocol):
    """One who searches in a database of his own; made with the folder in which that lies.

    Whoever is made with the folder of an earlier one finds what that one has built.
    """

    @property
    def name(self) -> str: ...

    def build(self, rows: Iterable[Row]) -> Built:
        """Take up all tracks, once."""
        ...

    def find(self, text: str, limit: int) -> list[int]:
        """Return the ids of the best tracks first. No answer is kept for the next time."""
        ...

    def close(self) -> None: ...
