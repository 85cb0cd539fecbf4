"""Takes the names of sites, and what advertises them, out of a text. Pure."""

from __future__ import annotations

import re

from downloader.metadata.naming.edges import BRACKETED

_HOST = r"(?<![\w.@])(?:www\.)?[\w-]{2,}(?:\.[\w-]{2,})*"
_SITE = re.compile(
    rf"{_HOST}\.(?:com|net|org|ru|su|ua|by|kz|ir|info|biz|xyz|online|site|club|pro|top|space|br|рф)"
    r"(?:/[^\s)\]】]*)?(?!\w)",
    re.IGNORECASE,
)
# These end names that are no sites, too.
_MAYBE_SITE = re.compile(
    rf"{_HOST}\.(?:me|to|cc|io|tv|in|fm|ws|co|la|pw|link|live|app|uk|de|es|tr|pl|it|fr|gr|mx|ar|lt)"
    r"(?:/[^\s)\]】]*)?(?!\w)",
    re.IGNORECASE,
)
_OF_MUSIC = re.compile(
    r"mp3|musi[ck]|muz|song|hit|tube|audio|down|load|radio|\bdj|mate|y2|yt", re.IGNORECASE
)
_FREE = r"(?:free|бесплатно|безкоштовно|gratis|grátis|kostenlos|ücretsiz|رایگان|مجانا)"
_MUSIC = (
    r"(?:mp3|песн[юиь]\w*|музык[уаи]|трек\w*|пісн[юі]\w*|музику|songs?|music|música|musica|músicas"
    r"|canción|lieder|şarkı|müzik|آهنگ(?: جدید)?|اغنية|أغنية|موزیک)"
)
_CALL = (
    r"(?:скача(?:ть|й|йте)|завантажити|descargar|baixar|indir|دانلود|تحميل|تنزيل"
    r"|kostenlos downloaden|herunterladen|downloaden|télécharger|pobierz"
    r"|免费下载|免費下載|下载|слушать онлайн)"
)
_AND = r"(?:\s+(?:и|and|y|e|und|в|без|mp3|онлайн|online|слушать|регистрации|качестве|хорошем|now))*"
_FROM = r"(?:\s+(?:на|с|из|from|on|at|en|em|no|na|auf|von|via))?"
_ADVERT = re.compile(
    rf"(?:(?:{_FREE}|{_MUSIC})\s+)*{_CALL}(?:\s+(?:{_MUSIC}|{_FREE}|download))*{_AND}{_FROM}"
    rf"|{_FREE}\s+(?:{_MUSIC}\s+)?downloads?{_FROM}|(?:{_MUSIC}\s+)?downloads?\s+{_FREE}{_FROM}"
    rf"|{_MUSIC}\s+download|download\s+{_MUSIC}|downloaded\s+from"
    r"|(?:please\s+)?(?:subscribe|подпи(?:сывайтесь|шись|ска)|підпи(?:суйся|суйтесь|шись)|abonnieren"
    r"|suscríbete|inscreva-se|abone ol(?:un)?)(?:\s+(?:to|на|auf|en))?"
    r"|join\s+(?:us|our\s+channel)(?:\s+on)?",
    re.IGNORECASE,
)
_PIECES = re.compile(r"(\s+[-–—|]+\s+|\s*\|\s*)")


def without_sites(text: str) -> str:
    """Leave out addresses of sites."""
    if "." not in text:
        return text
    bare = _SITE.sub(" ", text)
    bare = BRACKETED.sub(
        lambda found: " " if _MAYBE_SITE.fullmatch(found[1].strip()) else found[0], bare
    )
    return _MAYBE_SITE.sub(lambda found: " " if _OF_MUSIC.search(found[0]) else found[0], bare)


def without_advertising(text: str) -> str:
    """Leave out calls to fetch something, where they stand apart or at an end."""
    if not _ADVERT.search(text):
        return text
    bare = BRACKETED.sub(lambda found: " " if _is_advert(found[1]) else found[0], text)
    pieces = _PIECES.split(bare)
    return "".join(" " if _is_advert(piece) else _end_cut(piece) for piece in pieces)


def _is_advert(text: str) -> bool:
    return _ADVERT.fullmatch(text.strip()) is not None


def _end_cut(text: str) -> str:
    """Cut an advertisement off at either end; a name may well hold such a word."""
    found = list(_ADVERT.finditer(text))
    if found and not text[found[-1].end() :].strip() and found[-1].start() > 0:
        text = text[: found[-1].start()] if not text[found[-1].start() - 1].isalnum() else text
    if found and not text[: found[0].start()].strip() and text[found[0].end() :][:1].isspace():
        text = text[found[0].end() :]
    return text
