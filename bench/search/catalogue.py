"""Tracks that are made up: as many as one asks for, and the same ones every time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from random import Random
from typing import NamedTuple

from bench.search.words import Script, Vocabulary

MILLION = 1_000_000
_ARTISTS = 40_000  # of a million tracks
_SHARES = {
    Script.LATIN: 59,
    Script.ACCENTED: 10,
    Script.CYRILLIC: 15,
    Script.CJK: 10,
    Script.ARABIC: 5,
    Script.GREEK: 1,
}
_NAME_LENGTHS = [1, 1, 1, 2, 2, 2, 2, 2, 3, 3]
_TITLE_LENGTHS = [1] * 12 + [2] * 29 + [3] * 26 + [4] * 17 + [5] * 10 + [6] * 6
_ALBUM_LENGTHS = [1, 1, 2, 2, 2, 3, 3, 4]
_TRACKS = range(8, 17)  # of an album, twelve in the middle
_WITH_A_PART = 0.15
_FORMATS = ["mp3"] * 70 + ["flac"] * 20 + ["m4a"] * 7 + ["ogg", "opus", "wav"]
_RATES = {"mp3": 40_000, "flac": 110_000, "m4a": 32_000, "ogg": 28_000, "opus": 18_000}
_RATE_OF_WAV = 176_400  # bytes a second
_BEGIN, _END = 1_420_070_400, 1_767_225_600  # 2015 to 2026
_PARTS = [
    "(Remix)", "(Live)", "- Live", "(Radio Edit)", "(Acoustic)", "(Instrumental)", "Pt. 2",
    "(Remastered 2011)", "(Extended Mix)", "(Demo)",
]  # fmt: skip


class Row(NamedTuple):
    """One track. `duration` is in seconds, `size` in bytes, `added` in seconds since 1970."""

    id: int
    artist: str
    title: str
    album: str
    duration: int
    size: int
    format: str
    year: int
    added: int


@dataclass(frozen=True, slots=True)
class _Artist:
    name: str
    script: Script


def rows(count: int, seed: int = 1) -> Iterator[Row]:
    """Yield so many, numbered from 1, album by album in the order in which they were added."""
    chance = Random(seed)
    vocabularies = {script: Vocabulary(script, chance) for script in Script}
    artists = _artists(artists_of(count), vocabularies, chance)
    words = {script: one.draw(chance) for script, one in vocabularies.items()}
    number = 0
    for artist in _turns(artists, chance):
        for row in _album(artist, words[artist.script], artists, chance):
            number += 1
            added = _BEGIN + (_END - _BEGIN) * number // count
            yield row._replace(id=number, added=added)
            if number == count:
                return


def artists_of(count: int) -> int:
    """Return how many artists so many tracks have: the fewer tracks, the fewer each has."""
    return max(1, round(_ARTISTS * math.pow(count / MILLION, 0.8)))


def _artists(count: int, vocabularies: dict[Script, Vocabulary], chance: Random) -> list[_Artist]:
    words = {script: one.draw_names(chance) for script, one in vocabularies.items()}
    scripts = chance.choices(list(_SHARES), list(_SHARES.values()), k=count)
    seen: set[str] = set()
    found = []
    for script in scripts:
        name = _phrase(script, words[script], chance.choice(_NAME_LENGTHS))
        while name in seen:
            name = _phrase(script, words[script], chance.choice((2, 3)))
        seen.add(name)
        found.append(_Artist(name, script))
    return found


def _turns(artists: list[_Artist], chance: Random) -> Iterator[_Artist]:
    """Give everybody an album in turn, and another to somebody known; some have a hundred."""
    known = list(accumulate(1 / (rank + 50) for rank in range(len(artists))))
    while True:
        for artist in artists:
            yield artist
            yield chance.choices(artists, cum_weights=known)[0]


def _album(
    artist: _Artist, words: Iterator[str], artists: list[_Artist], chance: Random
) -> Iterator[Row]:
    """Yield its tracks; number and time are left to whoever knows them."""
    choice, random, script = chance.choice, chance.random, artist.script
    name = _phrase(script, words, choice(_ALBUM_LENGTHS))
    format_, year = choice(_FORMATS), 2026 - int(60 * random() ** 2)
    rate = _RATES.get(format_, _RATE_OF_WAV)
    for _ in range(choice(_TRACKS)):
        title = _phrase(script, words, choice(_TITLE_LENGTHS))
        if random() < _WITH_A_PART:
            title = f"{title} {_part(artists, chance)}"
        duration = max(25, int(chance.gauss(230, 70)))
        size = int(duration * rate * (0.8 + 0.4 * random()))
        yield Row(0, artist.name, title, name, duration, size, format_, year, 0)


def _part(artists: list[_Artist], chance: Random) -> str:
    if chance.random() < 0.5:
        return chance.choice(_PARTS)
    return f"(feat. {chance.choice(artists).name})"


def _phrase(script: Script, words: Iterator[str], length: int) -> str:
    if script is Script.CJK:
        return "".join(islice(words, max(1, length // 2 + 1)))
    title: Callable[[str], str] = str.capitalize
    return " ".join(map(title, islice(words, length)))
