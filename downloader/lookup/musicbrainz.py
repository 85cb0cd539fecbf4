"""How MusicBrainz is asked, and what it answers. Pure.

https://musicbrainz.org/doc/MusicBrainz_API
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from downloader.lookup.outside import PICTURE_BYTES, Question
from downloader.lookup.recording import Recording, Release
from downloader.lookup.shapes import Words, an_id, counted, listed, number, text, words
from storage.description import Description
from storage.lookups import Identity

_PATH = "/ws/2"
_JSON = {"fmt": "json"}
_SEARCHED = "10"
_SIGNS = re.compile(r'([+\-!(){}\[\]^"~*?:\\/&|])')  # that mean something in a search
_COMPILATION = "Compilation"
_SIZES = ("front-1200", "front-500")


def by_name(title: str, artist: str) -> Question:
    wanted = f'recording:"{_meant(title)}" AND artist:"{_meant(artist)}"'
    return Question(f"{_PATH}/recording", {**_JSON, "query": wanted, "limit": _SEARCHED})


def by_id(recording_id: str) -> Question:
    included = "artist-credits releases release-groups"
    return Question(f"{_PATH}/recording/{recording_id}", {**_JSON, "inc": included})


def release(release_id: str) -> Question:
    included = "artist-credits recordings release-groups genres"
    return Question(f"{_PATH}/release/{release_id}", {**_JSON, "inc": included})


def fronts(release_id: str) -> list[Question]:
    """Ask the Cover Art Archive for a front, the better one first: of old ones there is none."""
    return [Question(f"/release/{release_id}/{size}", most=PICTURE_BYTES) for size in _SIZES]


def found(answer: Words) -> list[Recording]:
    """Return the recordings of a search, with how well each fits."""
    return [
        replace(recording(one), score=(number(one.get("score")) or 0.0) / 100)
        for one in listed(answer.get("recordings"))
        if an_id(one.get("id"))
    ]


def recording(said: Words) -> Recording:
    milliseconds = number(said.get("length"))
    releases = (_release(one) for one in listed(said.get("releases")))
    return Recording(
        id=an_id(said.get("id")),
        title=text(said.get("title")),
        artist=_credit(said),
        length=None if milliseconds is None else timedelta(milliseconds=milliseconds),
        releases=tuple(one for one in releases if one.id and one.title),
    )


def identity(its: Recording, chosen: Release | None, answer: Words) -> Identity:
    """Return what a track is known as; `answer` is of its release, where one was chosen."""
    called = Description(title=its.title, artist=its.artist)
    if chosen is None:
        return Identity(called, its.id)
    album = text(answer.get("title")) or chosen.title
    group = words(answer.get("release-group"))
    called = replace(
        _numbered(called, its.id, listed(answer.get("media"))),
        album=album,
        album_artist=_credit(answer),
        genre=_genre(group) or _genre(answer),
        date=chosen.first_date or chosen.date,
        is_compilation=_COMPILATION in chosen.traits,
    )
    has_front = words(answer.get("cover-art-archive")).get("front") is True
    return Identity(called, its.id, chosen.id, has_front)


def _release(said: Words) -> Release:
    group = words(said.get("release-group"))
    traits = group.get("secondary-types")
    return Release(
        id=an_id(said.get("id")),
        title=text(said.get("title")),
        status=text(said.get("status")),
        kind=text(group.get("primary-type")),
        traits=frozenset(map(text, traits)) if isinstance(traits, list) else frozenset(),
        first_date=text(group.get("first-release-date")),
        date=text(said.get("date")),
    )


def _numbered(called: Description, recording_id: str, media: list[Words]) -> Description:
    """Say which track of which disc it is, where the recording is on it once."""
    places = [
        (medium, track)
        for medium in media
        for track in listed(medium.get("tracks"))
        if an_id(words(track.get("recording")).get("id")) == recording_id
    ]
    if len(places) != 1:
        return called
    medium, track = places[0]
    number, total = counted(track.get("position")), counted(medium.get("track-count"))
    called = replace(called, track_number=number, track_total=total)
    if len(media) < 2:
        return called
    disc = counted(medium.get("position"))
    return replace(called, disc_number=disc, disc_total=counted(len(media)))


def _credit(said: Words) -> str:
    """Return the artists as they are credited, each with what leads on to the next."""
    credited = listed(said.get("artist-credit"))
    return "".join(text(one.get("name")) + text(one.get("joinphrase")) for one in credited)


def _genre(said: Words) -> str:
    """Return the genre that most people give it."""
    given = listed(said.get("genres"))
    named = [(number(one.get("count")) or 0, text(one.get("name"))) for one in given]
    return min(named, key=lambda one: (-one[0], one[1]), default=(0, ""))[1]


def _meant(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)
