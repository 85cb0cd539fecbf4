"""Makes a reading of each source of a piece's evidence. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from downloader.metadata.naming import captions, filenames
from downloader.metadata.naming.evidence import Evidence
from downloader.metadata.naming.finishing import Finisher, finisher
from downloader.metadata.naming.mojibake import repaired
from downloader.metadata.naming.plain import LONGEST
from downloader.metadata.naming.reading import Reading
from downloader.metadata.naming.rules import Rules
from storage.description import Description, Provenance


@dataclass(frozen=True, slots=True)
class Sources:
    """What each source says: tags, Telegram, caption, name of the file, and captions of the album.

    What says nothing is there as well, but for tags that could not be read.
    """

    told: tuple[Reading, ...]
    album: Reading
    name: Reading

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The most trusted first."""
        return (*self.told, self.album, self.name)


def sources_of(evidence: Evidence, rules: Rules) -> Sources:
    file_name = _mended([evidence.file_name], rules)[0]
    finish = finisher(rules, file_name, evidence.chat_title[:LONGEST], evidence.chat_username)
    tags = _tags(evidence.tags, rules, finish) if evidence.tags is not None else None
    title, performer = _mended([evidence.title, evidence.performer], rules)
    telegram = Reading(Provenance.TELEGRAM, Description(title=title, artist=performer))
    called = (evidence.tags.title if evidence.tags else "") or evidence.title
    caption = captions.read(evidence.caption, rules, called)
    if evidence.neighbours and captions.read_album(evidence.caption, rules).is_labelled:
        caption = Reading(Provenance.CAPTION)  # it stands under one, and speaks of all
    album = _album(evidence, rules)
    told = [finish.finished(telegram), finish.finished(caption)]
    return Sources(
        told=(*([tags] if tags else []), *told),
        album=album,
        name=finish.finished(filenames.read(file_name, rules)),
    )


def _tags(tags: Description, rules: Rules, finish: Finisher) -> Reading:
    texts = [tags.title, tags.artist, tags.album, tags.album_artist, tags.composer, tags.genre]
    title, artist, album, album_artist, composer, genre = _mended(texts, rules)
    said = replace(
        tags,
        title=title,
        artist=artist,
        album=album,
        album_artist=album_artist,
        composer=composer,
        genre=genre,
        provenance={},
    )
    return finish.finished(Reading(Provenance.TAGS, said))


def _album(evidence: Evidence, rules: Rules) -> Reading:
    """Return what the first caption says that speaks of an album.

    Of its own caption, and of those of other audio, only one that says that it is of an album.
    """
    told = [captions.read_album(one, rules) for one in evidence.album_captions]
    if evidence.neighbours:
        others = [evidence.caption, *(other.caption for _, other in evidence.neighbours)]
        read = (captions.read_album(one, rules) for one in dict.fromkeys(filter(None, others)))
        told += [one for one in read if one.is_labelled]
    return next((one for one in told if one.said.album), Reading(Provenance.ALBUM_CAPTION))


def _mended(texts: Sequence[str], rules: Rules) -> list[str]:
    short = [text[:LONGEST] for text in texts]
    return repaired(short) if rules.has("mojibake") else short
