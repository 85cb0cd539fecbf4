"""Tells names from what only fills their place: numbers, ids, dates, words of programs. Pure."""

from __future__ import annotations

import re
from functools import cache

from downloader.metadata.naming import mojibake
from storage import nameless
from storage.nameless import names_nobody, names_nothing
from storage.search.folding import fold

# Words of which programs, and people in a hurry, make the names of files. Folded.
_GIVEN = """\
audio aud voice message ptt record recording recorded rec file document doc music song sound
track video vid media tmp temp download untitled unknown final test output input whatsapp
telegram videoplayback mp3 wav msg memo new mix master copy edit version my at am pm wa v 1 x
a convert converted noname name no title clip part full gravacao grabacion nueva nova aufnahme
neue kayit yeni ses kaydi ses запись новая аудио диктофон аудиозапись голосовое сообщение файл
музыка песня трек звук запис новии безымянныи копия от ηχογραφηση صوت تسجيل ضبط 录 音 新 녹음 声
faixa pista piste titel дорожка parca"""
_NO_ALBUM = re.compile(
    r"(?:unknown|no|untitled|unbekanntes) album|unknown|untitled|неизвестныи альбом"
    r"|невідомии альбом"
    r"|album (?:desconocido|inconnu|sconosciuto)|album desconhecido|bilinmeyen album|未 知 专 辑"
)
_HEXES = re.compile(
    r"(?=.*\d)[0-9a-f]{12,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE
)
_TELEGRAM_ID = re.compile(r"(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9_-]{24,}")
_DIGITS = re.compile(r"[\W\d_]*")
_DATED = re.compile(r"\d{2,4}[-_. ]\d{2}[-_. ]\d{2,4}(?:[-_. T]\d{2}(?:[-_.: ]\d{2}){0,2})?")
# A chat that is called so is no artist.
_OF_A_CHANNEL = re.compile(
    r"\b(?:music|musica|musik|muzik|musique|mp3|channel|canal|kanal|radio|songs?|hits?|top|best|vk"
    r"|playlist|downloads?|baixar|descargar|музык\w*|музик\w*|канал\w*|радио|песни|хит\w*|лучш\w+|треки"
    r"|μουσικη|موزيك|موسيقي|اهنگ|كانال|قناه|اغاني|音 乐|音 樂|노래|음악)\b"
)


def is_broken(text: str) -> bool:
    """Tell whether so much of a text is lost that it says nothing any more."""
    return mojibake.is_broken(text)


def is_title(text: str) -> bool:
    """Tell whether a text that somebody gave as a title names a piece of music."""
    if not text or names_nothing(fold(text)) or is_broken(text):
        return False
    return not _is_number(text) and not is_hex(text) and not _is_dated(text)


def is_placeholder(text: str) -> bool:
    """Tell whether a text is the word for a title, with a number at best."""
    return names_nothing(fold(text)) and any(one.isdigit() for one in text)


def is_artist(text: str) -> bool:
    """Tell whether a text names an artist, or several by their names."""
    folded = fold(text)
    return bool(text) and not (
        names_nobody(folded) or nameless.names_several(folded) or is_broken(text) or is_hex(text)
    )


def names_several(artist: str) -> bool:
    """Tell whether a text says no more than that there are many artists."""
    return nameless.names_several(fold(artist))


def is_given(text: str) -> bool:
    """Tell whether a program has given the name, to a file of which it knew nothing."""
    words = fold(_DATED.sub(" ", text)).split()
    given = _given()
    return is_hex(text) or all(
        word.strip("0123456789") in given or word.isdecimal() for word in words
    )


def _is_number(text: str) -> bool:
    return len(text) > 4 and _DIGITS.fullmatch(text) is not None and any(map(str.isdigit, text))


def _is_dated(text: str) -> bool:
    """Tell whether it is a word of a program with a date behind it."""
    return _DATED.search(text) is not None and is_given(text)


def is_hex(text: str) -> bool:
    return _HEXES.fullmatch(text) is not None or _TELEGRAM_ID.fullmatch(text) is not None


def is_no_album(text: str) -> bool:
    return _NO_ALBUM.fullmatch(fold(text)) is not None


def sounds_like_channel(text: str) -> bool:
    """Tell whether a name is rather one of a channel than of an artist."""
    return _OF_A_CHANNEL.search(fold(text)) is not None


@cache
def _given() -> frozenset[str]:
    return frozenset(_GIVEN.split())
