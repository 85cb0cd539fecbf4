"""What of a track is searched. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from storage.formats import without_ending
from storage.search.checksum import checksum
from storage.search.folding import fold
from storage.search.latin import in_latin


class Searched(NamedTuple):
    """A track as it is searched: folded, and in Latin letters what is Cyrillic or Greek in it.

    A tuple, for as such it is a row of the index.
    """

    track_id: int
    title: str
    artist: str
    album: str
    genre: str
    latin: str

    @property
    def words(self) -> set[str]:
        return {*f"{self.title} {self.artist} {self.album} {self.genre} {self.latin}".split()}


def searched(track_id: int, title: str, artist: str, album: str, genre: str, name: str) -> Searched:
    """Fold what is known of a track; without a title it is called by its file's `name`."""
    title = fold(title) or fold(without_ending(name))
    artist, album, genre = _fold(artist), _fold(album), _fold(genre)
    is_latin = title.isascii() and artist.isascii() and album.isascii()
    latin = "" if is_latin else in_latin(f"{title} {artist} {album}")
    return Searched(track_id, title, artist, album, genre, latin)


# The tracks of an album come together.
_fold = lru_cache(maxsize=4096)(fold)


def key(folded: str) -> int:
    """Return the checksum of a whole name, the same however it is cut into words."""
    return checksum(folded.replace(" ", ""))
