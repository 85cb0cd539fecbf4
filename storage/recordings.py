"""Tells which tracks are the same recording, and which of them is the best. Pure.

A recording goes by its artist, its title and its length, and where two tracks have both been
listened to, by their sound alone: those of one **family** are the same whatever they are called,
and others are not. A family goes by all the names that its tracks have.

What people add to a title without meaning another recording is left out of it; what means another
one (remix, live, acoustic, instrumental, remaster, edit, a part's number) is in no list here, and
so tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter

from storage.formats import is_lossless, without_ending
from storage.nameless import is_said, names_nobody, names_nothing
from storage.search.folding import fold
from storage.sound import Flaw, Grade, Sound, graded

NAMELESS = 0  # the key of a track that cannot be told by its name
_LONGEST = 300  # characters; whatever is longer is no name that somebody has added to
LEEWAY = timedelta(seconds=2)  # by so much two encoders, or two uploads, may differ in length

_CODECS = {"m4a": "aac", "ogg": "vorbis"}  # mostly, in files of these formats

_Mark = tuple[int, int | None]  # a family; a name, and a length

_BRACKETED = re.compile(r"[(\[{（【]([^()\[\]{}（）【】]*)[)\]}）】]")
_GUESTS = re.compile(r"(?:feat|ft|featuring)\b\.?\s", re.IGNORECASE)
# Up to the next bracket or dash, behind which something else is said.
_BARE_GUESTS = re.compile(
    r"\s+(?:feat|ft|featuring)\b\.?\s+[^()\[\]]*?(?=\s+[-–—|(\[]|$)", re.IGNORECASE
)
_JOINT = re.compile(r"\s+[-–—|]+\s+|\s*\|+\s*")
_TOPIC = re.compile(r"\s+[-–—]\s+topic\s*$|vevo\s*$", re.IGNORECASE)
_SHARP = re.compile(r"(?<=\b[A-G])[#♯](?!\w)")
_FLAT = re.compile(r"(?<=\b[A-G])♭")
_GAP = re.compile(r"(?<!\d) | (?!\d)")  # no number may become another one
# Without any of these a title is all title: most are.
_TELLING = re.compile(r"[(\[{（【|.]|\s[-–—]+\s|\b(?:feat|ft|featuring)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rendition:
    """One track of a recording, as far as it matters which is the best.

    `sha256` is that of its bytes as they came; `recording` the key of its names. `family` is shared
    by tracks that sound the same; None until somebody has listened, as `grade` is.
    """

    track_id: int
    duration: timedelta
    has_file: bool
    format: str
    bitrate: int | None
    has_cover: bool
    has_tags: bool
    sha256: str
    recording: int = NAMELESS
    family: int | None = None
    grade: Grade | None = None
    flaws: frozenset[Flaw] = frozenset()


def key_of(title: str, artist: str) -> int:
    """Return the number that tracks of one artist and title share; `NAMELESS` if one is unknown."""
    singer, song = _artist(artist), _title(title, artist)
    if not singer or not song or names_nobody(singer) or names_nothing(song):
        return NAMELESS
    # However they are cut into words. 64 bits, or chance would bring different songs together.
    name = _GAP.sub("", f"{singer}\0{song}").encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True) or 1


def quality(
    form: str, bitrate: int | None, grade: Grade | None, flaws: frozenset[Flaw]
) -> tuple[Grade, bool, int]:
    """Tell how good a file sounds, the better the higher: by its name where nobody has listened."""
    is_whole = is_lossless(form or None, bitrate) is True
    codec = "flac" if is_whole else _CODECS.get(form, form)
    known = graded(Sound(codec, bitrate=bitrate), flaws) if grade is None else grade
    return known, is_whole, bitrate or 0


def ranked(renditions: Iterable[Rendition]) -> list[Rendition]:
    """Put tracks of one recording in order, the best first; of those as good, the oldest.

    But of the same bytes the newest: a file that somebody has moved was entered anew where it is.
    """
    found = sorted(renditions, key=lambda one: one.track_id)
    oldest: dict[str, int] = {}
    for one in found:
        oldest.setdefault(one.sha256, one.track_id)

    def place(one: Rendition) -> tuple[bool, Grade, bool, int, bool, bool, int, int]:
        sound = quality(one.format, one.bitrate, one.grade, one.flaws)
        told = *sound, one.has_tags, one.has_cover
        return (one.has_file, *told, -oldest[one.sha256], one.track_id)

    return sorted(found, key=place, reverse=True)


def betters(
    renditions: Iterable[Rendition], apart: Mapping[int, Collection[int]]
) -> dict[int, int | None]:
    """Return for each of the tracks the better one it is served by, if there is one.

    `apart` holds by track in which sets it stands whose members a person has told apart. The best
    brings together what is the same as it is, the best of the rest does, and so on.
    """
    in_order = ranked(renditions)
    names = _names(in_order)
    served: dict[int, int | None] = {}
    bests: dict[_Mark, list[tuple[int, Rendition]]] = {}
    for place, one in enumerate(in_order):
        calls = names[one.track_id]
        better = next((b for b in _near(bests, one, calls) if _is_same(b, one, apart)), None)
        served[one.track_id] = better.track_id if better else None
        for mark in _marks(one, calls) if better is None else ():
            bests.setdefault(mark, []).append((place, one))
    return served


def _names(renditions: Iterable[Rendition]) -> dict[int, set[int]]:
    """Return by which names each of the tracks goes."""
    of_families: dict[int, set[int]] = {}
    found: dict[int, set[int]] = {}
    for one in renditions:
        calls = set() if one.family is None else of_families.setdefault(one.family, set())
        calls |= {one.recording} - {NAMELESS}
        found[one.track_id] = calls
    return found


def _marks(one: Rendition, names: Iterable[int], around: Iterable[int] = (0,)) -> Iterator[_Mark]:
    """Yield where those stand that may be the same: by their sound, by their names and length."""
    if one.family is not None:
        yield one.family, None
    if one.duration > timedelta(0):  # nothing is said by a length that nobody knows
        at = one.duration // LEEWAY
        yield from ((name, at + by) for name in names for by in around)


def _near(
    bests: Mapping[_Mark, list[tuple[int, Rendition]]], one: Rendition, names: Iterable[int]
) -> Iterator[Rendition]:
    """Yield those that may be the same, the best first."""
    near = (best for mark in _marks(one, names, (-1, 0, 1)) for best in bests.get(mark, ()))
    return (best for _, best in sorted(near, key=itemgetter(0)))


def _is_same(one: Rendition, other: Rendition, apart: Mapping[int, Collection[int]]) -> bool:
    if set(apart.get(one.track_id, ())) & set(apart.get(other.track_id, ())):
        return False
    if one.family is not None and other.family is not None:
        return one.family == other.family
    return abs(one.duration - other.duration) <= LEEWAY


@lru_cache(maxsize=4096)
def _artist(artist: str) -> str:
    if len(artist) > _LONGEST:
        return fold(artist)
    named = _TOPIC.sub("", _BARE_GUESTS.sub("", " ".join(artist.split())))
    return fold(_without(named, _is_of_guests)) or fold(artist)


def _title(title: str, artist: str) -> str:
    if len(title) > _LONGEST or not _TELLING.search(title):
        return _folded(title)
    told = _without(
        without_ending(" ".join(title.split())),
        lambda inner: _is_of_guests(inner) or is_said(inner),
    )
    parts = [part for part in _JOINT.split(_BARE_GUESTS.sub("", told)) if fold(part)]
    while len(parts) > 1 and is_said(parts[-1]):
        parts.pop()
    if len(parts) > 1 and _artist(parts[0]) == _artist(artist):
        del parts[0]
    return _folded(" ".join(parts)) or _folded(title)


def _folded(title: str) -> str:
    """Fold a title, in which the signs of a musical key are words."""
    return fold(_FLAT.sub(" flat ", _SHARP.sub(" sharp ", title)))


def _without(text: str, is_needless: Callable[[str], bool]) -> str:
    """Leave out the brackets that hold nothing of need."""
    return _BRACKETED.sub(lambda found: " " if is_needless(found[1]) else found[0], text)


def _is_of_guests(inner: str) -> bool:
    return _GUESTS.match(inner.strip()) is not None
