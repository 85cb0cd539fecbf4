"""Makes names out of what a source says, and sets aside what is none. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from downloader.metadata.naming import filenames, genres, worth
from downloader.metadata.naming.edges import BRACKETED
from downloader.metadata.naming.numbers import partial, without_number
from downloader.metadata.naming.plain import likeness, plain
from downloader.metadata.naming.reading import VARIOUS, Reading
from downloader.metadata.naming.rules import Rules
from storage.description import Description
from storage.formats import without_ending

_NUMBER = re.compile(r"^0\d(?:[.)]\s*|\s+[-–—]\s+)(?=[^\d\s])")


@dataclass(frozen=True, slots=True)
class Finisher:
    """Finishes all readings of one piece.

    `stem` is that of the name of its file; `chat` are the likenesses of what its chat is called.
    """

    rules: Rules
    stem: str
    chat: frozenset[str]

    def finished(self, reading: Reading) -> Reading:
        said = reading.said
        if said == Description():
            return reading
        artist, weak_artist = self._artist(said.artist)
        title, weak_title = self._title(said.title, has_artist=bool(artist))
        if not artist and likeness(title) == likeness(said.artist):
            title = ""  # a program wrote the same word where it knew neither
        several = worth.names_several(said.artist) or worth.names_several(said.album_artist)
        return replace(
            reading,
            said=Description(
                title=title,
                artist=artist,
                album=self._album(said.album),
                album_artist=VARIOUS if several else self._artist(said.album_artist)[0],
                genre=genres.named(self.rules.cleaned(said.genre)),
                composer=self.rules.cleaned(said.composer),
                date=partial(said.date),
                track_number=said.track_number,
                track_total=said.track_total,
                disc_number=said.disc_number,
                disc_total=said.disc_total,
                is_compilation=said.is_compilation or several,
            ),
            weak_title=weak_title,
            weak_artist=weak_artist,
        )

    def _artist(self, text: str) -> tuple[str, str]:
        """Return an artist, and one that counts only where nobody knows better."""
        if not text:
            return "", ""
        if worth.is_broken(text):
            return "", _legible(text)
        artist = self.rules.artist(text)
        if not worth.is_artist(artist):
            return "", ""
        if not self._is_of_chat(artist):
            return artist, ""
        return "", "" if worth.sounds_like_channel(artist) else artist

    def _title(self, text: str, *, has_artist: bool) -> tuple[str, str]:
        """Return a title, and one that counts only where nobody knows better."""
        if not text:
            return "", ""
        if worth.is_broken(text):
            return "", _legible(text)
        bare = without_ending(" ".join(text.split()))
        if self.stem and likeness(bare) == likeness(self.stem):
            bare = without_number(filenames.stem(bare))[0]
            # A program took it from a name that another had made up.
            if not has_artist and worth.is_given(bare):
                return "", bare if worth.is_placeholder(bare) else ""
        title = self.rules.title(self._without_chat(_NUMBER.sub("", bare)))
        if worth.is_title(title):
            return title, ""
        return "", title if worth.is_placeholder(title) else ""

    def _album(self, text: str) -> str:
        album = "" if worth.is_broken(text) else self.rules.cleaned(text)
        return "" if self._is_of_chat(album) or worth.is_no_album(album) else album

    def _without_chat(self, title: str) -> str:
        """Take away the name of the chat where it stands in brackets."""
        if not self.chat or "channel names" in self.rules.off:
            return title
        return BRACKETED.sub(lambda found: "" if self._is_of_chat(found[1]) else found[0], title)

    def _is_of_chat(self, text: str) -> bool:
        return self.rules.has("channel names") and likeness(text) in self.chat


def finisher(rules: Rules, file_name: str, chat_title: str, chat_username: str) -> Finisher:
    cleaned = rules.cleaned(chat_title) if chat_title else ""
    chat = frozenset(map(likeness, (chat_title, chat_username, cleaned))) - {""}
    return Finisher(rules, filenames.stem(file_name), chat)


def _legible(text: str) -> str:
    """Return a text that is broken, if some of its letters may still tell somebody something."""
    return plain(text) if "?" not in text and "\ufffd" not in text else ""
