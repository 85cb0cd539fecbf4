"""By what words and signs a line of a caption says what it tells. Pure."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from downloader.metadata.naming.plain import LONGEST, likeness

_WORDS = {
    "artist": (
        "artist name|vocal|vocals|sung by|autor|исполняет|поёт|имя исполнителя|الفنانة|المغنية"
        "|المطربه|نام خواننده|演唱者|原唱|アーティスト名|歌手名|가수명|ερμηνεύει|sanatçı adı"
        "|nombre del artista|artist|artists|singer|performer|band|by|artista|artistas|cantante"
        "|cantor|cantora|intérprete|grupo|banda|interpret|künstler|künstlerin|sänger|sanatçı"
        "|şarkıcı|söyleyen|grup|artiste|interprète|chanteur|исполнитель|исполнители|артист"
        "|группа|певец|певица|автор|виконавець|гурт|співак|співачка|خواننده|هنرمند|با صدای"
        "|الفنان|فنان|المطرب|المغني|غناء|المطربة|اسم الفنان|歌手|艺人|演唱|藝人|アーティスト|歌"
        "|가수|아티스트|καλλιτέχνης|τραγουδιστής|ερμηνεία|ερμηνευτής|wykonawca|artysta"
    ),
    "title": (
        "track title|song title|title of song|nome|nombre|nom|имя|название песни|название трека"
        "|назва пісні|nome da música|nombre de la canción|şarkının adı|eser adı|ترک|曲目|歌曲名"
        "|歌曲名称|노래제목|곡 제목|όνομα|title|song|track|name|track name|song name|título"
        "|titulo|canción|tema|música|faixa|titel|lied|şarkı|parça|eser|şarkı adı|titre|chanson"
        "|morceau|titolo|brano|canzone|название|трек|песня|композиция|назва|пісня|آهنگ|نام آهنگ"
        "|اسم آهنگ|ترانه|موزیک|الأغنية|أغنية|اسم الأغنية|العنوان|歌名|歌曲|曲名|タイトル|曲"
        "|제목|곡|노래|곡명|τραγούδι|τίτλος|tytuł|utwór"
    ),
    "album": (
        "album name|название альбома|назва альбому|نام آلبوم|اسم الألبوم|アルバム名|albüm adı"
        "|альбом сингл|album|álbum|disco|albüm|альбом|آلبوم|البوم|الألبوم|ألبوم|专辑|專輯"
        "|アルバム|앨범|άλμπουμ|δίσκος|release|пластинка|płyta"
    ),
    "date": (
        "year|date|released|release date|año|ano|fecha|data|jahr|erscheinungsjahr|yıl|année"
        "|anno|год|дата|год выпуска|рік|дата выхода|سال|سال انتشار|السنة|سنة|سنة الإصدار|年份"
        "|发行|年|연도|발매|έτος|χρονιά|rok"
    ),
    "genre": (
        "genre|style|género|gênero|estilo|genero|tür|tarz|genere|жанр|стиль|سبک|ژانر|النوع|流派"
        "|ジャンル|장르|είδος|gatunek"
    ),
}  # fmt: skip
_SIGNS = {
    "artist": "🎤👤🗣👨👩🧑🎙",
    "title": "🎵🎶🎼🎧🎹",
    "album": "💿📀💽",
    "date": "📅🗓📆",
    "genre": "🎸🎭🏷🥁",
}
_LINE = re.compile(r"[\W\d_]*?([^\W\d_][^:：=]{0,24}?)\s*[:：=]\s*(\S.*)")
_MOST_LINES = 24
_LABEL = re.compile(r"((?:[^\W\d_]+ )?)([^\W\d_]+)\s*[:：]")
_DASHED = re.compile(r"[\W\d_]*?([^\W\d_][^-–—]{0,24}?)\s+[-–—]\s+(\S.*)")
_SIGN = re.compile("[\ufe0f\u200d♂♀\U0001f3fb-\U0001f3ff]*\\s*")


def lines_of(caption: str) -> list[str]:
    """Return the lines of a caption; what one line says of several fields becomes several."""
    found: list[str] = []
    for long in caption.splitlines()[:_MOST_LINES]:
        line = long[:LONGEST]
        starts = [start for one in _LABEL.finditer(line) if (start := _start(one)) is not None]
        cuts = [0, *starts[1:], len(line)] if len(starts) > 1 else [0, len(line)]
        found += [line[a:b].strip(" |,;/•") for a, b in pairwise(cuts)]
    dashed = [one for line in found if (one := _DASHED.fullmatch(line))]
    known = {one[0]: f"{one[1]}: {one[2]}" for one in dashed if _fields().get(likeness(one[1]))}
    # One such line is as likely a song called `Song`.
    return [known.get(line, line) for line in found] if len(known) > 1 else found


def labelled(line: str) -> tuple[str, str] | None:
    """Return the field that a line names, and what it says of it."""
    found = _LINE.fullmatch(line)
    field = _fields().get(likeness(found[1])) if found else None
    return (field, found[2].strip()) if found and field else None


def signed(line: str) -> tuple[str, str] | None:
    """Return the field that a picture before a line stands for, and the rest of the line."""
    field = next((name for name, signs in _SIGNS.items() if line[:1] in signs), "")
    if not field:
        return None
    behind = _SIGN.match(line, 1)
    return field, line[behind.end() if behind else 1 :].strip()


def _start(found: re.Match[str]) -> int | None:
    """Return where a label of two words or of one begins, if it is one."""
    if likeness(found[1] + found[2]) in _fields():
        return found.start()
    return found.start(2) if likeness(found[2]) in _fields() else None


@cache
def _fields() -> dict[str, str]:
    return {likeness(word): field for field, words in _WORDS.items() for word in words.split("|")}
