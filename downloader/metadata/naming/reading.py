"""What one source says of a piece of music, in the words of all. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.description import Description, Provenance

VARIOUS = "Various Artists"  # as players know it


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source says; empty where it says nothing.

    `is_labelled` where it says by name what is what. `middle` stands between artist and title in a
    file name, and is an album or the first half of the title. `weak_title` and `weak_artist` are
    what counts where nobody knows better.
    """

    source: Provenance
    said: Description = field(default_factory=Description)
    is_labelled: bool = False
    middle: str = ""
    weak_title: str = ""
    weak_artist: str = ""

    @property
    def title(self) -> str:
        return self.said.title

    @property
    def artist(self) -> str:
        return self.said.artist
