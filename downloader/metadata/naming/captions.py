"""Reads what a caption says: of the piece that it stands under, or of an album. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from downloader.metadata.naming import genres, worth
from downloader.metadata.naming.labels import labelled, lines_of, signed
from downloader.metadata.naming.numbers import partial, without_number
from downloader.metadata.naming.parting import is_quoted, parted, parts, quoted
from downloader.metadata.naming.plain import is_like, plain
from downloader.metadata.naming.reading import VARIOUS, Reading
from downloader.metadata.naming.rules import Rules
from storage.description import Description, Provenance

_MOST_LINES = 12
_LONGEST_LINE = 200
_MOST_WORDS = (6, 10)  # of an artist, of a title
_HASHTAG = re.compile(r"#(\w+)")
_TAGS_ONLY = re.compile(r"(?:\s*#\w+)+\s*")
_SENTENCE = re.compile(r"(?<!\bfeat)(?<=[^\W\d_]{3})[.!?…]\s+[^\W\d_]{2,}")
# With a small letter: a title that begins so has a capital one.
_EXPLAINS = re.compile(
    r"(?:это|is|are|was|es|son|ist|sind|це|est|è|é|um|uma|просто|как|так|вот|bu|είναι|هذا|هذه|این)\s"
)
_YEAR = re.compile(r"\s*[(\[（]\s*((?:19|20)\d\d)(?:[-./–]\d[\d./-]*)?\s*[)\]）]\s*")
# `Song of the day: Artist - Title`.
_INTRODUCED = re.compile(r"^[^-–—:«\"]{3,40}:\s+(?=\S.*\s[-–—]\s)")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d")


def read(caption: str, rules: Rules, title: str = "") -> Reading:
    """Return what a caption says of its own piece; `title` is what others call it."""
    if not caption:
        return Reading(Provenance.CAPTION)
    lines = _lines(caption)
    said, is_labelled = _told(lines, rules)
    artist, called = _names(said, lines, rules, is_labelled=is_labelled)
    if not artist and not called and title:
        artist = _above_or_below(title, lines, rules)
    description = Description(
        title=called,
        artist=artist,
        album=said.get("album", ""),
        date=partial(said.get("date", "")),
        genre=genres.named(said.get("genre", "")) or _genre(caption),
    )
    return Reading(Provenance.CAPTION, description, is_labelled=is_labelled)


def _names(
    said: dict[str, str], lines: list[str], rules: Rules, *, is_labelled: bool
) -> tuple[str, str]:
    artist, title = said.get("artist", ""), said.get("title", "")
    if artist or (title and is_labelled):
        return artist, title
    if title and (pair := parted(title)):
        return pair
    # A picture alone does not make a sentence a title.
    is_title = len(title.split()) <= _MOST_WORDS[0] and not title.endswith((".", "!", ":"))
    return next(_pairs(lines, rules), ("", title if is_title else ""))


def _above_or_below(title: str, lines: list[str], rules: Rules) -> str:
    """Return the artist of a caption that is two lines, one of which is the title."""
    left = [text for line in lines if (text := rules.cleaned(_HASHTAG.sub(" ", line)))]
    if len(left) != 2 or not any(is_like(line, title) for line in left):
        return ""
    other = left[1] if is_like(left[0], title) else left[0]
    return other if len(other.split()) <= 4 and worth.is_artist(other) else ""


def read_album(caption: str, rules: Rules) -> Reading:
    """Return what a caption says of an album; `is_labelled` where it says that it is one."""
    lines = _lines(caption)
    said, _ = _told(lines, rules)
    description = Description(
        album=said.get("album", ""),
        artist=said.get("artist", ""),
        date=partial(said.get("date", "")),
        genre=genres.named(said.get("genre", "")) or _genre(caption),
    )
    is_sure = bool(description.album) and "title" not in said
    if not description.album:
        found = next(_albums(lines, rules), None)
        if found is None:
            return Reading(Provenance.ALBUM_CAPTION)
        artist, album, year = found
        is_sure = bool(year)
        description = replace(
            description, artist=artist, album=album, date=year or description.date
        )
    return Reading(Provenance.ALBUM_CAPTION, _of_several(description), is_labelled=is_sure)


def _of_several(said: Description) -> Description:
    if not worth.names_several(said.artist):
        return said
    return replace(said, artist="", album_artist=VARIOUS, is_compilation=True)


def _lines(caption: str) -> list[str]:
    lines = (plain(line) for line in lines_of(caption[:4000]))
    return [line for line in lines if line][:_MOST_LINES]


def _told(lines: list[str], rules: Rules) -> tuple[dict[str, str], bool]:
    """Return what lines say by name, the first of each, and whether words say so or signs only."""
    words = [found for line in lines if (found := labelled(line))]
    signs = [found for line in lines if not labelled(line) and (found := signed(line))]
    said: dict[str, str] = {}
    for field, text in (*words, *signs):
        if (value := rules.cleaned(text)) and not _is_prose_of(field, value):
            said.setdefault(field, value)
    return said, any(field in {"artist", "title"} for field, _ in words)


def _is_prose_of(field: str, value: str) -> bool:
    if field == "date":
        return not partial(value)
    return field != "genre" and (len(value.split()) > 14 or _SENTENCE.search(value) is not None)


def _pairs(lines: list[str], rules: Rules) -> Iterator[tuple[str, str]]:
    for line in lines[:5]:
        if len(line) > _LONGEST_LINE or _TAGS_ONLY.fullmatch(line):
            continue
        text = rules.cleaned(_HASHTAG.sub(" ", line) if "#" in line else line)
        text = _INTRODUCED.sub("", without_number(text)[0])
        pair = _by_quotes(text) or parted(text)
        if pair and (_are_names(*pair) or (is_quoted(text) and worth.is_artist(pair[0]))):
            yield pair


def _by_quotes(text: str) -> tuple[str, str] | None:
    """Return artist and title of `Artist «Title»`, if what is before the quotes is a name."""
    pair = quoted(text)
    if not pair or parts(text)[1:]:
        return None
    artist = pair[0]
    is_named = all(not word[0].islower() for word in artist.split()) or " by " in text
    return pair if is_named and len(artist.split()) <= 4 else None


def _are_names(artist: str, title: str) -> bool:
    """Tell names from a sentence with a dash in it."""
    words = len(artist.split()), len(title.split())
    if words[0] > _MOST_WORDS[0] or words[1] > _MOST_WORDS[1]:
        return False
    if (
        _SENTENCE.search(artist)
        or _EXPLAINS.match(title)
        or (title.endswith((".", "!")) and words[1] > 5)
    ):
        return False
    # A sentence goes on with a small letter.
    if words[1] > 3 and artist[:1].isupper() and title[:1].islower() and sum(words) > 7:
        return False
    return worth.is_artist(artist) and worth.is_title(title)


def _albums(lines: list[str], rules: Rules) -> Iterator[tuple[str, str, str]]:
    """Yield artist, album and year of each line that has the form of an album."""
    for line in lines[:3]:
        if len(line) > _LONGEST_LINE or labelled(line):
            continue
        text = rules.cleaned(line)
        year = _YEAR.search(text)
        text = rules.cleaned(_YEAR.sub(" ", text)) if year else text
        found = parts(text)
        years = [one for one in found if _BARE_YEAR.fullmatch(one)] if len(found) > 2 else []
        left = [one for one in found if one not in years]
        if len(left) != 2 or not (worth.names_several(left[0]) or _are_names(*left)):
            continue
        yield left[0], rules.cleaned(left[1]), year[1] if year else "".join(years[:1])


def _genre(caption: str) -> str:
    tags = (genres.known(word.replace("_", " ")) for word in _HASHTAG.findall(caption))
    return next(filter(None, tags), "")
