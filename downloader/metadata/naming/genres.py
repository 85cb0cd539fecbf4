"""Reads genres, among them the numbers that ID3 has for some. Pure."""

from __future__ import annotations

import re
from functools import cache

from downloader.metadata.naming.plain import likeness, plain

# https://mutagen.readthedocs.io/en/latest/api/id3.html: the 80 of ID3v1, then those of Winamp.
_NUMBERED = """\
Blues|Classic Rock|Country|Dance|Disco|Funk|Grunge|Hip-Hop|Jazz|Metal|New Age|Oldies|Other|Pop|R&B
Rap|Reggae|Rock|Techno|Industrial|Alternative|Ska|Death Metal|Pranks|Soundtrack|Euro-Techno|Ambient
Trip-Hop|Vocal|Jazz+Funk|Fusion|Trance|Classical|Instrumental|Acid|House|Game|Sound Clip|Gospel
Noise|Alt. Rock|Bass|Soul|Punk|Space|Meditative|Instrumental Pop|Instrumental Rock|Ethnic|Gothic
Darkwave|Techno-Industrial|Electronic|Pop-Folk|Eurodance|Dream|Southern Rock|Comedy|Cult
Gangsta Rap|Top 40|Christian Rap|Pop/Funk|Jungle|Native American|Cabaret|New Wave|Psychedelic|Rave
Showtunes|Trailer|Lo-Fi|Tribal|Acid Punk|Acid Jazz|Polka|Retro|Musical|Rock & Roll|Hard Rock|Folk
Folk-Rock|National Folk|Swing|Fast-Fusion|Bebop|Latin|Revival|Celtic|Bluegrass|Avantgarde
Gothic Rock|Progressive Rock|Psychedelic Rock|Symphonic Rock|Slow Rock|Big Band|Chorus
Easy Listening|Acoustic|Humour|Speech|Chanson|Opera|Chamber Music|Sonata|Symphony|Booty Bass|Primus
Porn Groove|Satire|Slow Jam|Club|Tango|Samba|Folklore|Ballad|Power Ballad|Rhythmic Soul|Freestyle
Duet|Punk Rock|Drum Solo|A Cappella|Euro-House|Dance Hall|Goa|Drum & Bass|Club-House|Hardcore
Terror|Indie|BritPop|Afro-Punk|Polsk Punk|Beat|Christian Gangsta Rap|Heavy Metal|Black Metal
Crossover|Contemporary Christian|Christian Rock|Merengue|Salsa|Thrash Metal|Anime|JPop|Synthpop
Abstract|Art Rock|Baroque|Bhangra|Big Beat|Breakbeat|Chillout|Downtempo|Dub|EBM|Eclectic|Electro
Electroclash|Emo|Experimental|Garage|Global|IDM|Illbient|Industro-Goth|Jam Band|Krautrock|Leftfield
Lounge|Math Rock|New Romantic|Nu-Breakz|Post-Punk|Post-Rock|Psytrance|Shoegaze|Space Rock
Trop Rock|World Music|Neoclassical|Audiobook|Audio Theatre|Neue Deutsche Welle|Podcast|Indie Rock
G-Funk|Dubstep|Garage Rock|Psybient"""
_NAMED = """\
Afrobeat|Arabesk|Bachata|Bossa Nova|Cumbia|Deep House|Drill|Drum and Bass|Fado|Flamenco|Forró|Grime
Hyperpop|J-Pop|K-Pop|Mariachi|MPB|Phonk|Pop Rock|Ranchera|Reggaeton|Sertanejo|Tech House|Trap
Vaporwave|Блюз|Джаз|Инди|Классика|Метал|Панк|Поп|Регги|Рок|Русский рок|Рэп|Фолк|Фонк|Хип-хоп
Шансон|Электроника|Реп|Хіп-хоп|Rebetiko|Schlager|Deutschrap|Türkü|Özgün"""
_NOTHING = frozenset(
    {"other", "unknown", "genre", "misc", "none", "default", "audio", "undefined", "музыка"}
)
_NUMBER = re.compile(r"\((\d{1,3}|RX|CR)\)")
_APART = re.compile(r"\s*[;|\\\n]\s*|\s+/\s+|\s*,\s+(?!&)|,(?=\S)")


def named(text: str) -> str:
    """Return the genres that a text names, each once, with a comma between them."""
    text = _NUMBER.sub(lambda found: f";{found[1]};", text)
    found = (_one(plain(part)) for part in _APART.split(text))
    return ", ".join(dict.fromkeys(filter(None, found)))


def known(word: str) -> str:
    """Return how a genre is written that a word names, as in `#hiphop`; else nothing."""
    return _known().get(likeness(word), "")


def _one(text: str) -> str:
    if text.isdecimal():
        numbered = _listed(_NUMBERED)
        text = numbered[int(text)] if int(text) < len(numbered) else ""
    text = {"RX": "Remix", "CR": "Cover"}.get(text, text)
    return "" if likeness(text) in _NOTHING else known(text) or text


@cache
def _known() -> dict[str, str]:
    return {likeness(name): name for name in (*_listed(_NUMBERED), *_listed(_NAMED))}


def _listed(names: str) -> list[str]:
    return names.replace("\n", "|").split("|")
