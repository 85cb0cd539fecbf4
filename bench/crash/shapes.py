"""What a life is to do: shapes of a job, each of which touches the disk in its own way."""

from __future__ import annotations

import random
from dataclasses import dataclass

from bench.crash.source import JAZZ, ROCK, TWIN, body, song
from storage.models import Audio, Chat, JobState

ADDED = b"what an edit writes"
_SMALL = 10_000  # bytes: one request
_MIDDLE = 300_000  # two
_LARGE = 4_500_000  # five


@dataclass(frozen=True, slots=True)
class Past:
    """A life that was lived in the same folders before.

    Killed when it asked for a part after so many `parts`, or at its last call of the name `call`
    that touched a part file; else it came to its end.
    """

    shape: str
    parts: int | None = None
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """One job: all `songs`, which are postings of `chat`.

    Without songs nothing is asked for. `stranger` is a file that somebody has put into the
    library. `is_cancelled` by a person as soon as it runs. Where nothing is asked for and the
    library `is_refiled`, every file moves to another folder, and gets `ADDED` at its end.
    """

    name: str
    songs: tuple[Audio, ...] = ()
    chat: Chat = JAZZ
    workers: int = 1
    past: Past | None = None
    stranger: str | None = None
    is_cancelled: bool = False
    is_refiled: bool = False

    def jobs(self) -> tuple[Shape, ...]:
        """Return the shapes whose jobs the folders hold in the end, the oldest first."""
        before = named(self.past.shape).jobs() if self.past else ()
        if not self.songs:
            return before
        # A job that was cut off and goes on is the same one.
        return (*(one for one in before if one.chat != self.chat), self)

    def documents(self) -> dict[str, bytes]:
        """Return what the library must hold in the end: the bytes of each title."""
        kept = [one.songs for one in self.jobs() if not self.is_cancelled]
        own = [s for songs in kept for s in songs if s.document_id < TWIN]
        return {s.title: body(s.document_id, s.size) for s in own}

    def files(self) -> dict[str, bytes]:
        """Return the same as the files are by then."""
        added = ADDED if self.is_refiled else b""
        return {title: came + added for title, came in self.documents().items()}

    @property
    def ends(self) -> JobState:
        return JobState.CANCELLED if self.is_cancelled else JobState.DONE


def named(name: str) -> Shape:
    return next(shape for shape in ALL if shape.name == name)


def _crowd() -> tuple[Audio, ...]:
    chance = random.Random(1)
    small = [chance.randint(5_000, 200_000) for _ in range(18)]
    large = [chance.randint(1_000_000, 3_500_000) for _ in range(6)]
    sizes = chance.sample(small + large, len(small) + len(large))
    return tuple(song(number, size) for number, size in enumerate(sizes, start=1))


_EMPTY = Past("empty")
_SONG = song(1, _SMALL)
_PARTS = (song(1, _LARGE),)
_HALF = Past("parts", parts=3)

# Lives that only prepare the folders.
_PASTS = (
    Shape("empty"),
    Shape("small", (_SONG,), past=_EMPTY),
    Shape("earlier", (song(1, _SMALL, chat=ROCK, document=101),), chat=ROCK),
)
SHAPES = (
    # One file in one request; folders, database and key are made before.
    Shape("first start", (_SONG,)),
    # One file of several parts, each synced and claimed.
    Shape("parts", _PARTS, past=_EMPTY),
    # Several files at once.
    Shape(
        "several",
        (_SONG, song(2, _MIDDLE), song(3, _SMALL)),
        workers=3,
        past=_EMPTY,
    ),
    # One document is in the library, one comes twice, and its name is taken by another file.
    Shape(
        "known",
        (_SONG, song(2, _SMALL), song(3, _SMALL, document=102)),
        past=Past("earlier"),
        stranger="Jazz/Band - Song 102.mp3",
    ),
    # Another document has the bytes of one that is in the library.
    Shape("twin", (song(2, _SMALL, document=TWIN + 101),), past=Past("earlier")),
    # Half of the file is on the disk.
    Shape("resumed", _PARTS, past=_HALF),
    # The file has its name, and is not in the catalogue yet.
    Shape("torn off", (_SONG,), past=Past("small", call="unlink")),
    # Half of the file is on the disk, and nobody wants it any more.
    Shape("cancelled", _PARTS, past=_HALF, is_cancelled=True),
)
# Files that are moved and rewritten, as after an edit. No item tells of a fault there.
REFILED = Shape("refiled", past=Past("several"), is_refiled=True)
# What is struck at random has more to do.
CROWD = Shape("crowd", _crowd(), workers=4)
ALL = (*_PASTS, *SHAPES, REFILED, CROWD)
