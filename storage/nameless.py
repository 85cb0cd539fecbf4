"""Tells names from what is said of a posting, and from what programs write for want of one. Pure.

Whatever means another recording (remix, live, acoustic, remaster, a part's number) is not here.
"""

from __future__ import annotations

import re

from storage.search.folding import fold

# What is said of a posting rather than of the music.
_SAID = frozenset(
    {
        "official", "video", "videoclip", "clip", "audio", "music", "lyric", "lyrics", "visualizer",
        "visualiser", "visual", "mv", "hd", "hq", "uhd", "fullhd", "full", "4k", "8k",
        "1080p", "720p", "high", "quality", "with", "320", "320kbps", "kbps", "oficial", "premiere",
        "musica", "videoclipe", "clipe", "letra", "con", "com", "subtitulado", "legendado",
        "offizielles", "musikvideo", "songtext", "officiel", "paroles", "ufficiale", "testo",
        "resmi", "klip", "muzik", "videosu", "sarki", "sozleri",
        "официальныи", "официальное", "видео", "клип", "видеоклип", "премьера", "текст", "песни",
        "слова", "аудио", "лирика", "офіціинии", "відео", "кліп", "кліпу", "прем", "єра",
        "клипа", "трека", "офіціине",
        "επισημο", "βιντεο", "κλιπ", "στιχοι",
    }
)  # fmt: skip
# None of these means anything by itself: a song may be called `With` or `Full`.
_SAID_BESIDE = frozenset(
    {
        "with", "full", "high", "music", "320", "visual", "quality", "musica", "con", "com",
        "слова", "песни", "лирика", "muzik", "sarki", "премьера",
        "прем", "єра", "трека",
    }
)  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_ARTIST = re.compile(
    r"(?:unknown|various|no|verschiedene|artistes?)(?: artists?| artiste?s?)?|n a|na|va|artist"
    r"|divers|interpret|artista desconocido|artiste inconnu|unbekannter (?:interpret|kunstler)"
    r"|desconocido|desconhecido|inconnu|unbekannt|sconosciuto|nieznany(?: wykonawca)?|bilinmiyor"
    r"|artista desconhecido|artista sconosciuto|varios artistas|varios interpretes|artisti vari"
    r"|verschiedene interpreten|artistes divers|bilinmeyen(?: sanatci)?"
    r"|неизвестн\w+(?: исполнитель| артист)?|исполнитель|разные(?: исполнители)?"
    r"|невідоми\w+(?: виконавець)?|виконавець|різні виконавці|сборник|збірка"
    r"|αγνωστοσ(?: καλλιτεχνησ)?|διαφοροι(?: καλλιτεχνεσ)?"
    r"|(?:فنان|مطرب) غير معروف|غير معروف|ناشناس|خواننده ناشناس|نامشخص|متنوع"
    r"|未 知(?: 艺 术 家| 藝 術 家| 歌 手| 艺 人)?|群 星"
    r"|알 수 없는(?: 아티스트| 음악가)?|不 明 な あ ー て ぃ す と"
)
_SEVERAL = re.compile(
    r"va|various(?: artists?)?|verschiedene(?: interpreten)?|artistes divers|divers"
    r"|varios (?:artistas|interpretes)|artisti vari|сборник|збірка|разные(?: исполнители)?"
    r"|різні виконавці|διαφοροι(?: καλλιτεχνεσ)?|群 星|متنوع"
)
_NO_TITLE = re.compile(
    r"(?:\d+ )?(?:audio ?)?(?:track|titel|piste|pista|traccia|дорожка|трек)(?: ?\d+)?"
    r"|(?:faixa|parca|доріжка|κομματι|sciezka)(?: ?\d+)?|音 轨(?: ?\d+)?|트랙(?: ?\d+)?"
    r"|unknown(?: title| track)?|untitled|no title|n a|без названия|без назви|sin titulo"
    r"|sem titulo|sans titre|ohne titel|isimsiz|بدون عنوان|χωρισ τιτλο"
)


def is_said(text: str) -> bool:
    """Tell whether a text says nothing but how, or as what, the music was posted."""
    told = fold(text.replace("/", "")).split()  # M/V is one word
    words = {word for word in told if not _YEAR.fullmatch(word)}
    return bool(words) and words <= _SAID and not words <= _SAID_BESIDE


def names_nobody(artist: str) -> bool:
    """Tell whether a folded text stands where no artist is known, or no single one."""
    return _NO_ARTIST.fullmatch(artist) is not None


def names_several(artist: str) -> bool:
    """Tell whether a folded text says no more than that there are many artists."""
    return _SEVERAL.fullmatch(artist) is not None


def names_nothing(title: str) -> bool:
    """Tell whether a folded text stands where no title is known."""
    return _NO_TITLE.fullmatch(title) is not None
