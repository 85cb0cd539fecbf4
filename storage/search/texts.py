"""What of a track is searched. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from storage.search.folding import fold
from storage.search.latin import in_latin


@dataclass(frozen=True, slots=True)
class Searched:
    """A track as it is searched: folded, and in Latin letters what is Cyrillic or Greek in it."""

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
    title = fold(title) or fold(name.rpartition(".")[0] or name)
    artist, album, genre = _fold(artist), _fold(album), _fold(genre)
    latin = in_latin(f"{title} {artist} {album}")
    return Searched(track_id, title, artist, album, genre, latin)


# The tracks of an album come together.
_fold = lru_cache(maxsize=4096)(fold)


def key(folded: str) -> int:
    """Return the checksum of a whole name, the same however it is cut into words."""
    return crc32(folded.replace(" ", "").encode())
