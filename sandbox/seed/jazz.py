"""@jazz: a channel as they are: music in many formats, an album, voice notes and talk."""

from __future__ import annotations

from sandbox.audio.files import Format
from sandbox.audio.tags import Tags
from sandbox.seed.cast import Studio
from sandbox.world import Chat

# Oldest first. Every band and title is made up.
_SINGLES = (
    ("Blue Harbour Trio", "Midnight Ferry"),
    ("Ada Stone", "Paper Lanterns"),
    ("The Late Shift", "Last Tram Home"),
    ("Otto Weiss Quartet", "Kleine Brücke"),
    ("Mira Sol", "Café con Lluvia"),
    ("Blue Harbour Trio", "Salt & Copper"),
    ("North Pier Five", "Gulls at Six"),
    ("Ada Stone", "Rooms to Let"),
    ("Sven Åkerlund", "Höstljus"),
    ("The Late Shift", "Coin Laundry Waltz"),
    ("Mira Sol", "Azulejo"),
    ("Lena & the Lamplighters", "Walk Softly"),
)
_ALBUM = ("Blue Harbour Trio", "Low Tide Sessions", ("Ebb", "Slack Water", "Flood"))
_NEWEST = (
    (Format.MP3, 2, "North Pier Five", "Breakwater"),
    (Format.MP3, 4, "Ada Stone", "The Clockmaker's Daughter"),
    (Format.FLAC, 2, "Otto Weiss Quartet", "Nachtzug"),
    (Format.M4A, 2, "Mira Sol", "Siesta Interrumpida"),
    (Format.OGG, 4, "The Late Shift", "Elevator to Nowhere"),
    (Format.MP3, 2, "Lena & the Lamplighters", "Seven Candles"),
    (Format.OPUS, 2, "Sven Åkerlund", "Snö på Räls"),
    (Format.MP3, 4, "Blue Harbour Trio", "Rope and Tar"),
    (Format.WAV, 2, "North Pier Five", "Soundcheck"),
    (Format.M4A, 2, "Ada Stone", "Postcard from Trieste"),
    (Format.MP3, 2, "The Late Shift", "Four in the Morning"),
)
_FORMATS = (Format.MP3, Format.MP3, Format.M4A, Format.OGG, Format.MP3, Format.FLAC, Format.OPUS)
_SECONDS = {Format.FLAC: 9.0, Format.WAV: 6.0}


def fill_jazz(studio: Studio, jazz: Chat) -> None:
    """Post 30 pieces of music; the newest ten are ten different documents."""
    post = studio.world.post
    post(jazz, "Welcome! One tune a day, sometimes two.", date=studio.date(), quiet=True)
    for number, (artist, title) in enumerate(_SINGLES):
        kind = _FORMATS[number % len(_FORMATS)]
        _post_tune(studio, jazz, kind, Tags(title, artist), dc=4 if number % 3 == 2 else 2)
    _talk(studio, jazz)
    _post_album(studio, jazz)
    _post_oddities(studio, jazz)
    for number, (kind, dc, artist, title) in enumerate(_NEWEST):
        _post_tune(studio, jazz, kind, Tags(title, artist), dc=dc)
        if number == len(_NEWEST) // 2:
            post(jazz, "Who else hears the rain in this one?", date=studio.date(), quiet=True)


def _post_tune(studio: Studio, jazz: Chat, kind: Format, said: Tags, *, dc: int) -> None:
    seconds = _SECONDS.get(kind, 24.0)
    tune = studio.record(kind, seconds, said, dc=dc, with_cover=True)
    studio.world.post(jazz, "", tune, date=studio.date(), quiet=True)


def _talk(studio: Studio, jazz: Chat) -> None:
    post = studio.world.post
    post(jazz, "A few words about the next record:", date=studio.date(), quiet=True)
    for seconds in (5, 3):
        post(jazz, "", studio.voice(seconds), date=studio.date(), quiet=True)


def _post_album(studio: Studio, jazz: Chat) -> None:
    artist, name, titles = _ALBUM
    date, album = studio.date(), studio.world.new_album()
    studio.world.post(jazz, f"{artist}: {name}", studio.picture(), date=date, quiet=True)
    for track, title in enumerate(titles, start=1):
        said = Tags(title, artist, name, track)
        tune = studio.record(Format.MP3, 18, said, dc=4, with_cover=True)
        studio.world.post(jazz, "", tune, date=date, album=album, quiet=True)


def _post_oddities(studio: Studio, jazz: Chat) -> None:
    """Post audio sent as files, and a tune that was posted before."""
    for kind, title in ((Format.FLAC, "Rehearsal Tape"), (Format.MP3, "Untitled Demo")):
        tape = studio.record(kind, 6, Tags(title, "The Late Shift"), as_document=True)
        studio.world.post(jazz, "Found in a drawer", tape, date=studio.date(), quiet=True)
    favourite = next(post for post in jazz.posts.values() if post.document)
    text = "By popular demand, once more"
    studio.world.post(jazz, text, favourite.document, date=studio.date(), quiet=True)
    guest = studio.record(Format.MP3, 12, Tags("Guest Spot", "Bob"), with_cover=True)
    studio.world.post(jazz, "", guest, date=studio.date(), quiet=True)
