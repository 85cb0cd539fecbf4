"""Puts the tracks that were found into the order in which people want them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import extract

from storage.search.latin import skeleton

# In hundredths of likeness: a name of an artist alone says less than one of a track, and a name
# that begins like what was typed is the likelier, the more so while somebody types.
_ARTIST_ALONE = 4
_BEGINS = 8
_LATIN = 1
_STEP = 2  # of likeness, within which it is the plays that count


@dataclass(frozen=True, slots=True)
class Found:
    """A track that matches, in folded words."""

    track_id: int
    title: str
    artist: str
    album: str
    latin: str


def ranked(wordings: Sequence[str], found: Sequence[Found], plays: Mapping[int, int]) -> list[int]:
    """Return the tracks, the likeliest first; of those as likely the played, then the newest."""
    best = [0.0] * len(found)
    for wording in wordings:
        best = list(map(max, best, _likenesses(wording, found)))

    def place(number: int) -> tuple[int, int, int]:
        one = found[number]
        times = plays.get(one.track_id, 0)
        return -round(best[number] / _STEP), -times.bit_length(), -one.track_id

    return [found[number].track_id for number in sorted(range(len(found)), key=place)]


def _likenesses(wording: str, found: Sequence[Found]) -> list[float]:
    titles = [one.title for one in found]
    artists = [one.artist for one in found]
    both = [f"{artist} {title}" for artist, title in zip(artists, titles, strict=True)]
    likest = list(map(max, _alike(wording, titles), _alike(wording, both)))
    for number, alone in enumerate(_alike(wording, artists)):
        likest[number] = max(likest[number], alone - _ARTIST_ALONE)
        if titles[number].startswith(wording) or both[number].startswith(wording):
            likest[number] += _BEGINS
    if in_latin := [number for number, one in enumerate(found) if one.latin]:
        same = " ".join(skeleton(word) for word in wording.split())
        alike = _alike(same, [found[number].latin for number in in_latin])
        for number, likeness in zip(in_latin, alike, strict=True):
            likest[number] = max(likest[number], likeness - _LATIN)
    return likest


def _alike(wording: str, texts: Sequence[str]) -> list[float]:
    """Return how alike the texts are to the wording, in hundredths, whatever their order."""
    likenesses = [0.0] * len(texts)
    # In one call for all: one for each would take longer than the comparison.
    for _, likeness, number in extract(wording, texts, scorer=token_sort_ratio, limit=None):
        likenesses[number] = likeness
    return likenesses
