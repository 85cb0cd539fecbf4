"""Puts the tracks that were found into the order in which people want them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import token_sort_ratio

from storage.search.latin import skeleton

# In hundredths of likeness: a name of an artist alone says less than one of a track, and a name
# that begins like what was typed is the likelier, the more so while somebody types.
_ARTIST_ALONE = 4
_BEGINS = 8
_LATIN = 1
_STEP = 2  # of likeness, within which it is the plays that count


@dataclass(frozen=True, slots=True)
class Found:
    """A track that matches. `effort` is how far from what was typed one had to look for it."""

    track_id: int
    title: str
    artist: str
    album: str
    latin: str
    effort: int


def ranked(wordings: Sequence[str], found: Sequence[Found], plays: Mapping[int, int]) -> list[int]:
    """Return the tracks, the likeliest first; of those as likely the played, then the newest."""
    spelt = [(wording, skeleton_of(wording)) for wording in wordings]

    def place(one: Found) -> tuple[int, int, int, int]:
        likeness = max(_likeness(wording, same, one) for wording, same in spelt)
        times = plays.get(one.track_id, 0)
        return one.effort, -round(likeness / _STEP), -times.bit_length(), -one.track_id

    return [one.track_id for one in sorted(found, key=place)]


def skeleton_of(wording: str) -> str:
    return " ".join(skeleton(word) for word in wording.split())


def _likeness(wording: str, same: str, one: Found) -> float:
    both = f"{one.artist} {one.title}"
    likeness = max(
        token_sort_ratio(wording, one.title),
        token_sort_ratio(wording, both),
        token_sort_ratio(wording, one.artist) - _ARTIST_ALONE,
    )
    if one.latin:
        likeness = max(likeness, token_sort_ratio(same, one.latin) - _LATIN)
    if one.title.startswith(wording) or both.startswith(wording):
        likeness += _BEGINS
    return likeness
