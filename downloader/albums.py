"""Postings that were sent together, which a watch orders together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby

from storage.models import Audio


def albums(postings: Iterable[Audio]) -> Iterator[list[Audio]]:
    """Yield what was sent together, in the order in which it came; most come alone."""
    alone = count()

    def sent_with(audio: Audio) -> tuple[bool, int]:
        return (audio.album is None, next(alone) if audio.album is None else audio.album)

    for _, together in groupby(postings, sent_with):
        yield list(together)


def untorn(postings: Sequence[Audio]) -> list[Audio]:
    """Leave out an album at the end, of which more may follow, unless there is nothing else."""
    *whole, last = list(albums(postings)) or [[]]
    if not whole or last[0].album is None:
        whole.append(last)
    return [audio for some in whole for audio in some]
