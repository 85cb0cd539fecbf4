"""Tells which tracks are the same recording, and which of them is the best. Pure.

A recording goes by its artist, its title and its length. What people add to a title without
meaning another recording is left out of it; what means another one (remix, live, acoustic,
instrumental, remaster, edit, a part's number) is in no list here, and so tells them apart.
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
from storage.search.folding import fold

NAMELESS = 0  # the key of a track that cannot be told by its name
_LONGEST = 300  # characters; whatever is longer is no name that somebody has added to
LEEWAY = timedelta(seconds=2)  # by so much two encoders, or two uploads, may differ in length

# What is said of a posting rather than of the music. Brackets that hold nothing else are left out.
_SAID = frozenset(
    {
        "official", "video", "videoclip", "clip", "audio", "music", "lyric", "lyrics", "visualizer",
        "visualiser", "visual", "mv", "hd", "hq", "uhd", "fullhd", "full", "4k", "8k",
        "1080p", "720p", "high", "quality", "with", "320", "320kbps", "kbps", "oficial", "premiere",
    }
)  # fmt: skip
# None of these means anything by itself: a song may be called `With` or `Full`.
_SAID_BESIDE = frozenset({"with", "full", "high", "music", "320", "visual", "quality"})
_BRACKETED = re.compile(r"[(\[{（【]([^()\[\]{}（）【】]*)[)\]}）】]")
_GUESTS = re.compile(r"(?:feat|ft|featuring)\b\.?\s", re.IGNORECASE)
# Up to the next bracket or dash, behind which something else is said.
_BARE_GUESTS = re.compile(
    r"\s+(?:feat|ft|featuring)\b\.?\s+[^()\[\]]*?(?=\s+[-–—|(\[]|$)", re.IGNORECASE
)
_JOINT = re.compile(r"\s+[-–—|]+\s+|\s*\|+\s*")
_TOPIC = re.compile(r"\s+[-–—]\s+topic\s*$|vevo\s*$", re.IGNORECASE)
# What programs write where they know no artist, or no title: it says nothing. Folded.
_NO_ARTIST = re.compile(
    r"(?:unknown|various|no|verschiedene|artistes?)(?: artists?| artiste?s?)?|n a|na|va|artist"
    r"|divers|interpret|artista desconocido|artiste inconnu|unbekannter (?:interpret|kunstler)"
    r"|неизвестн\w+(?: исполнитель| артист)?|исполнитель|разные(?: исполнители)?"
)
_NO_TITLE = re.compile(
    r"(?:\d+ )?(?:audio ?)?(?:track|titel|piste|pista|traccia|дорожка|трек)(?: ?\d+)?"
    r"|unknown(?: title| track)?|untitled|no title|n a|без названия"
)
_SHARP = re.compile(r"(?<=\b[A-G])[#♯](?!\w)")
_FLAT = re.compile(r"(?<=\b[A-G])♭")
_GAP = re.compile(r"(?<!\d) | (?!\d)")  # no number may become another one
# Without any of these a title is all title: most are.
_TELLING = re.compile(r"[(\[{（【|.]|\s[-–—]+\s|\b(?:feat|ft|featuring)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rendition:
    """One track of a recording, as far as it matters which is the best.

    `sha256` is that of its bytes as they came.
    """

    track_id: int
    duration: timedelta
    has_file: bool
    format: str
    bitrate: int | None
    has_cover: bool
    has_tags: bool
    sha256: str


def key_of(title: str, artist: str) -> int:
    """Return the number that tracks of one artist and title share; `NAMELESS` if one is unknown."""
    singer, song = _artist(artist), _title(title, artist)
    if not singer or not song or _NO_ARTIST.fullmatch(singer) or _NO_TITLE.fullmatch(song):
        return NAMELESS
    # However they are cut into words. 64 bits, or chance would bring different songs together.
    name = _GAP.sub("", f"{singer}\0{song}").encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True) or 1


def ranked(renditions: Iterable[Rendition]) -> list[Rendition]:
    """Put tracks of one recording in order, the best first; of those as good, the oldest.

    But of the same bytes the newest: a file that somebody has moved was entered anew where it is.
    """
    found = sorted(renditions, key=lambda one: one.track_id)
    oldest: dict[str, int] = {}
    for one in found:
        oldest.setdefault(one.sha256, one.track_id)

    def place(one: Rendition) -> tuple[bool, bool, int, bool, bool, int, int]:
        is_whole = is_lossless(one.format or None, one.bitrate) is True
        quality = is_whole, one.bitrate or 0, one.has_tags, one.has_cover
        return (one.has_file, *quality, -oldest[one.sha256], one.track_id)

    return sorted(found, key=place, reverse=True)


def betters(
    renditions: Iterable[Rendition], apart: Mapping[int, Collection[int]]
) -> dict[int, int | None]:
    """Return for each of the tracks with one key the better one it is served by, if there is one.

    `apart` holds by track in which sets it stands whose members a person has told apart. The best
    brings together what is as long as it is, the best of the rest does, and so on.
    """
    served: dict[int, int | None] = {}
    bests: dict[int, list[tuple[int, Rendition]]] = {}
    for place, one in enumerate(ranked(renditions)):
        better = next((b for b in _near(bests, one) if _is_same(b, one, apart)), None)
        served[one.track_id] = better.track_id if better else None
        if better is None and one.duration > timedelta(0):
            bests.setdefault(one.duration // LEEWAY, []).append((place, one))
    return served


def _near(bests: Mapping[int, list[tuple[int, Rendition]]], one: Rendition) -> Iterator[Rendition]:
    """Yield those that may be as long, the best first."""
    at = one.duration // LEEWAY
    near = [best for place in (at - 1, at, at + 1) for best in bests.get(place, ())]
    return (best for _, best in sorted(near, key=itemgetter(0)))


def _is_same(one: Rendition, other: Rendition, apart: Mapping[int, Collection[int]]) -> bool:
    lengths = one.duration, other.duration
    # Nothing is said by a length that nobody knows.
    if min(lengths) <= timedelta(0) or abs(lengths[0] - lengths[1]) > LEEWAY:
        return False
    return not set(apart.get(one.track_id, ())) & set(apart.get(other.track_id, ()))


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
        lambda inner: _is_of_guests(inner) or _is_said(inner),
    )
    parts = [part for part in _JOINT.split(_BARE_GUESTS.sub("", told)) if fold(part)]
    while len(parts) > 1 and _is_said(parts[-1]):
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


def _is_said(text: str) -> bool:
    words = set(fold(text.replace("/", "")).split())  # M/V is one word
    return bool(words) and words <= _SAID and not words <= _SAID_BESIDE
