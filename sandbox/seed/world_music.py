"""@world_music: names in many scripts, and names made to hurt."""

from __future__ import annotations

from datetime import timedelta

from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from sandbox.seed.cast import Studio
from sandbox.world import Chat

_SCRIPTS = (
    (Format.MP3, "Хор у реки", "Осенний вальс"),
    (Format.FLAC, "Гурт «Світанок»", "Їжачок у тумані"),
    (Format.M4A, "秋山カルテット", "雨上がりの道"),
    (Format.OGG, "四季民樂團", "茉莉花開"),
    (Format.OPUS, "달빛 밴드", "겨울 바다"),
    (Format.MP3, "فرقة النخيل", "ليلة على النيل"),
    (Format.MP3, "להקת הגשר", "בוקר חדש"),
    (Format.M4A, "सुर संगम", "पहली बारिश"),
    (Format.MP3, "วงสายลม", "ดาวเหนือ"),
    (Format.OGG, "Þór & Ægir", "Norðurljós"),
    (Format.MP3, "Νησιώτες", "Το καράβι"),
    (Format.MP3, "🎷🐈 Café", "🌙✨ No Words 👩‍👩‍👧‍👦"),
)
# Each is once a title and once a file name.
NASTY = (
    "../../etc/cron.d/x",
    "/abs/x",
    "..\\..\\x",
    "C:\\x",
    ".",
    "..",
    "   ",
    ".mp3",
    "nul\0 line\nbreak\ttab \x1b[31mred",
    "\u202e3pm.exe \ufeffgpj",
    "L" * 300,
    "Ж" * 128,
    "🎺" * 64,
    "Cafe\u0301 twin",
    "Caf\u00e9 twin",
    "CASE twin",
    "case Twin",
    "CON",
    "aux.mp3",
    "name.",
    "a:b",
    "a*b?",
    "x.mp3.exe",
    "x.html",
    "x.desktop",
    "-rf",
    "~",
    "$(touch owned)",
    "`id`",
    "1.part",
    ".nomedia",
    "tad.db",
    "<script>alert(1)</script>",
    '"><b>&amp; {{7*7}}',
)


def fill_world_music(studio: Studio, chat: Chat) -> None:
    """Post the nasty ones first, so that the newest are fine to look at."""
    for nasty in NASTY:
        _post_nasty(studio, chat, nasty)
    for kind, artist, title in _SCRIPTS:
        seconds = 6 if kind is Format.FLAC else 20
        tune = studio.record(kind, seconds, Tags(title, artist), with_cover=True)
        studio.world.post(chat, "", tune, date=studio.date(), quiet=True)


def _post_nasty(studio: Studio, chat: Chat, nasty: str) -> None:
    titled = studio.record(Format.MP3, 1, Tags(nasty, "Nasty"))
    studio.world.post(chat, "", titled, date=studio.date(), quiet=True)
    named = studio.world.add_document(
        body=Format.MP3.file(Melody(next(studio.numbers), 1)),
        name=nasty,
        duration=timedelta(seconds=1),
    )
    studio.world.post(chat, "", named, date=studio.date(), quiet=True)
