"""Names such as strangers write, and what is wrong with the paths that come of them.

What a path must be is said here a second time, without a line of what makes paths.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from storage.description import Description
from storage.models import Chat, ChatKind
from storage.names import numbered
from storage.paths import Filing, Templates, library_path
from storage.templates import Template, parse

_LONGEST_NAME = 255  # bytes
_LONGEST_PATH = 240  # UTF-16 units
_MOST = 999  # namesakes
_EXTENSIONS = ("mp3", "flac", "m4a", "opus", "FLAC", ".ogg", "", "/../x")
_TEMPLATES = (
    "{albumartist}/{album} ({year})/[{disc}-][{track:02} ]{title}",
    "{artist}/Singles/{title}",
    "Compilations/{album} ({year})/[{disc}-][{track:02} ][{artist} - ]{title}",
    "{chat}/{chatname}/{topic}/{posted} {id} {title}",
    "[{genre}/][{composer}/]{year}/{month}/{date} {artist} - {title} - {album}",
    "{format} {bitrate}/[[{year}]] {album}/[Disc {disc:2} of {disctotal}/]{track:03}",
    "{title}",
    "{a1}/{a1}/{a1}/{a1}/{a1}/{a1}/{a1}/{a1}/{title}".replace("a1", "albumartist"),
)
_BITS = (
    *("", " ", ".", "..", "/", "\\", "-", "_", "~", "\0", "\n", "\x1b[2J", "\u202e", "\u200b"),
    *("con", "AUX", "nul.txt", "com1", "LPT9", "COM¹", "CONIN$", ".mp3", ".part", "tad.db"),
    *("lost+found", ".tad", "desktop.ini", "Thumbs.db", "$(rm)", "`id`", "\u1fefid", "%n", "<b>"),
    *('"', "'", "|", "?", "*", ":", ";", "&", "#", "[", "]", "{title}", "(", ")", "\N{DELETE}"),
    *("\ud800", "\udfff", "\ufeff", "\ufffe", "\U0001fffe", "\u2028", "\x85", "\u3164", "\u2800"),
    *("e\u0301", "\u0301" * 40, "\u200d", "\u200c", "\U0001f469\u200d\U0001f680", "\U0001f1e9"),
    *(
        "Ж" * 70,
        "x" * 300,
        "日本語" * 30,
        "가" * 100,
        "\u1100\u1161\u11a8",
        "ß",
        "İ",
        "ﬁ",
        "\u212b",
    ),
    *("Miles Davis", "So What", "feat. X", "(Live)", "Vol. 2", "Кино", "AC/DC", "!!!", "M|O|O|N"),
)
_ODD = re.compile(r'[<>:"/\\|?*`\x00-\x1f\x7f]')
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE
)
_OURS = re.compile(r"\.tad|tad\.db.*|lost\+found|.*\.part", re.IGNORECASE)


def some_paths(count: int, seed: int = 1) -> Iterator[PurePosixPath]:
    """Yield the paths of so many files that are called anything."""
    chance = random.Random(seed)
    templates = [parse(text) for text in _TEMPLATES]
    for _ in range(count):
        yield library_path(*_called(chance), _chosen(chance, templates))


def complaints(path: PurePosixPath) -> list[str]:
    """Say what is wrong with a path, or with the last of its many namesakes."""
    last = path.with_name(numbered(path.name, _MOST))
    found = [f"{name!r}: {wrong}" for name in (*path.parts, last.name) for wrong in _wrong(name)]
    if path.is_absolute() or not path.parts:
        found.append("it is not in the library")
    if len(str(last).encode("utf-16-le")) // 2 > _LONGEST_PATH:
        found.append("it is too long")
    return found


def _wrong(name: str) -> Iterator[str]:
    """Say what some system or other does not take."""
    if not name or len(name.encode(errors="replace")) > _LONGEST_NAME:
        yield "its length"
    if _ODD.search(name) or not (name.isprintable() or all(map(_may_be_unseen, name))):
        yield "a character"
    if name[:1] in ". -~" or name[-1:] in ". ":
        yield "its edges"
    if _RESERVED.fullmatch(name) or _OURS.fullmatch(name):
        yield "it means something else"
    if not unicodedata.is_normalized("NFC", name):
        yield "it is not composed"


def _may_be_unseen(character: str) -> bool:
    """Tell whether a character is shown, joins others, or is one that nobody has defined yet."""
    category = unicodedata.category(character)
    return character in "\u200c\u200d" or category not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _chosen(chance: random.Random, templates: list[Template]) -> Templates:
    return Templates(*(chance.choice(templates) for _ in range(3)))


def _called(chance: random.Random) -> tuple[Description, Filing]:
    year = chance.choice(("", "1959", "2004-05", "2004-05-17", "0001"))
    described = Description(
        title=_text(chance), artist=_text(chance), album=_text(chance),
        album_artist=_text(chance), genre=_text(chance), composer=_text(chance), date=year,
        track_number=_number(chance), track_total=_number(chance), disc_number=_number(chance),
        disc_total=_number(chance), is_compilation=chance.random() < 0.2,
    )  # fmt: skip
    chat = Chat(-chance.randrange(10**12), _text(chance), _text(chance), ChatKind.CHANNEL)
    posted_at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(3000))
    return described, Filing(
        chance.getrandbits(63), chance.choice(_EXTENSIONS), _text(chance), chat,
        _number(chance), posted_at, _number(chance),
    )  # fmt: skip


def _text(chance: random.Random) -> str:
    way = chance.random()
    if way < 0.2:
        return ""
    if way < 0.4:
        return "".join(chr(chance.randrange(0x11_0000)) for _ in range(chance.randrange(30)))
    return "".join(chance.choice(_BITS) for _ in range(chance.randrange(1, 8)))


def _number(chance: random.Random) -> int | None:
    return chance.choice((None, 1, 2, 12, 320_000, 10**9))
