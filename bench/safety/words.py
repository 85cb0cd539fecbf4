"""What people, and others, may write: right words of every command, wrong ones, and poison."""

from __future__ import annotations

import random
from collections.abc import Sequence

from bot.helptexts import COMMANDS

_LONGEST = 4096  # of a message, in letters
_MORE_COMMANDS = (
    "start", "dl", "favourites", "playlists", "unwatch", "DOWNLOAD", "Search", "dowload", "x",
    "sudo", "_", "start@loader_bot", "help@loader_bot", "dl@other_bot", "status@", "", "/", "@",
)  # fmt: skip
COMMAND_NAMES = (*COMMANDS, *_MORE_COMMANDS)

NUMBERS = (
    "-1", "0", "1", "3", "007", "1e9", "٣", "３", "½", "NaN", "inf", "0x10", "1,5", "1.5", "+4",
    "#1",
    "999", "1001", "10000", "10001", "99999999999999999999", str(2**31), str(2**63), "1-3", "9-1",
    "1-1000000", "0-0", "-5-5", "2–4",
)  # fmt: skip
LINKS = (
    "https://t.me/jazz/3", "t.me/jazz", "t.me/s/jazz", "t.me/jazz/2-5", "https://t.me/jazz/5/3",
    "https://t.me/jazz/3?single", "https://t.me/jazz/3?comment=7", "https://t.me/jazz/3?thread=x",
    "https://t.me/c/1/999999999999999999999", "https://t.me/c/1001/0", "t.me/jazz/-1",
    "https://t.me/joinchat/AAAA", "https://t.me/+AbCd", "tg://resolve?domain=jazz&post=3",
    "tg://join?invite=x", "tg://", "tg://privatepost?channel=1&post=2", "telegram.me/jazz/1",
    "http://169.254.169.254/latest", "file:///etc/passwd", "javascript:alert(1)", "t.mе/jazz",
    "https://user:pass@t.me/jazz", "https://t.me.evil.com/jazz", "http://[::1",
    "https://t.me:99999",
    "https://t.me/%00", "https://t.me/" + "a" * 300, "t.me/c/" + "9" * 40 + "/1", "mailto:a@b.c",
)  # fmt: skip
CHATS = (
    "@jazz", "@rock", "@closed", "@nobody", "-1001", "-1000000001001", "-1002", "@j", "@", "@ja zz",
    "@JAZZ", "@джаз", "-0", "-99999999999999999999", "@" + "a" * 33,
)  # fmt: skip
QUERIES = (
    "miles", "artist:Miles", 'title:"so what', "title:", "-remix", "(a or b)", "((((", ")", "or",
    "duration>3m", "duration>", "size<20MB", "bitrate>=256k", "lossless", "is:favorite", "is:x",
    "added:7d", "posted:2024", "posted:2024-13-45", "year:1959", "year:99999", "plays>5", "NEAR(",
    "%", "_", '"', "*", "')--", "a*", "^a", "{a b}", "genre:jazz", "format:flac", "album:", "--x",
    "since:2024-01-01", "until:today", "since:", "from oldest", "all", "voice", "takeout", "newest",
)  # fmt: skip
RULES = (
    "every 6h", "every 0h", "every 1s", "every -1d", "live", "daily 02:00", "daily 25:61",
    'cron "0 */4 * * *"', 'cron "* * * * * *"', "cron @reboot", 'cron "99 99 99 99 99"', "cron",
    "between 02:00-06:00", "between 2-2", "max 5GB/day", "max 0", "quiet", "digest 20:00",
    "priority high", "priority 7", "backfill 200", "keep 500", "topic 5", "comments",
    "to @mychannel",
    "to me", 'into "Friday Jazz"', 'into ""', 'folder "{chat}/{title}"', 'folder "../../{artist}"',
    'folder "{0.__class__}"', "webhook https://example.org/x", "webhook http://127.0.0.1/",
    "defaults",
    "budget 20GB/day", "budget", "clear", "resume", "pause",
)  # fmt: skip
DEEDS = (
    "mp3 192k", "opus 64k 1:20-2:40", "voice", "flac", "mp3 0k", "mp3 999999k", "2:00-1:00",
    "title: So What; track: 1", "track: -1", "year: 99999", "title:", "nonsense: x", "reset",
    "artist: " + "a" * 400, "keep 500", "20GB", "90d", "off", "0d", "new Morning", "new",
    "delete Morning", "rename", "deep", "all", "1", "2", "empty", "undo",
)  # fmt: skip
POISON = (
    "\0", "a\0b", "\u202egpj.exe", "\u200b\u200b", "\ufeff", "\u2066x", "Z\u0335\u0321\u0488" * 30,
    "e" + "\u0301" * 500, "\ud800", "a\udfffb", "\ud83d", "👨‍👩‍👧‍👦", "🇩🇪🇩", "\U000e0041",
    "\U0010ffff",
    "<b>", "</code>", "<script>alert(1)</script>", "&", "&amp;", "&#0;",
    "<a href='tg://user?id=1'>",
    "{0.__class__}", "{{7*7}}", "%s%n", "$(id)", "`id`", "../../etc/passwd", "\n[ERROR] fake\n",
    "=cmd|' /C calc'!A0", "א" * 60, "م" * 60, "漢" * 90, "\t\v\f", "\x1b[31m", "\r\n" * 40,
    "ﷺ" * 40, "ß", "İ", "ǅ", "ﬁ", "\u2028", " ", "",
)  # fmt: skip
# What is said rightly, with what may stand behind it; the last three need an answered track.
SENTENCES = (
    "/download @jazz 5", "/download @jazz all", "/dl @rock 3 from oldest",
    "/dl https://t.me/jazz/3",
    "/download @jazz 10 duration>1m -remix", "/download @jazz 2-5", "/download @jazz 5 voice",
    "/download @closed 3", "/status", "/why https://t.me/jazz/3", "/why 1",
    "/why https://t.me/jazz/99",
    "/pause", "/pause all", "/resume", "/resume all", "/cancel 1", "/cancel all", "/retry",
    "/retry 1",
    "/watch @jazz every 6h", "/watch @rock live quiet", "/watch @jazz daily 02:00 keep 3 comments",
    '/watch @jazz cron "0 */4 * * *" between 02:00-06:00 max 5GB/day',
    "/watch @jazz backfill 5 to me",
    '/watch @rock every 1h into "Friday Jazz" folder "{chat}/{title}"', "/watch @closed every 1h",
    "/watch @rock every 2h digest 20:00 priority high artist:Miles", "/watch",
    "/watch defaults quiet",
    "/watch budget 20GB/day", "/watches", "/watches 1", "/unwatch 1", "/unwatch @jazz",
    "/audit @jazz",
    "/audit @rock deep", "/search so what", "/search artist:artist", "/search sowhat", "/recent",
    "/favorites", "/random", "/random 5 format:mp3", "/playlist", "/playlist new Morning",
    "/duplicates",
    "/playlist Morning", "/trash", "/retention @jazz keep 3", "/retention @jazz 20GB", "/retention",
    "/retention @rock 90d", "/retention @jazz off", "/start", "/start t1", "/start t7",
    "/start help",
    "/start s-c28gd2hhdA", "/start fjazz-3", "/start p1-AAAAAAAAAAAAAAAAAAAAAA", "/help",
    "/remove", "/edit", "/edit title: So What; track: 1", "/convert", "/convert mp3 192k",
    "/convert opus 64k 1:20-2:40", "/convert voice", "/edit artist:", "/edit year: 1959",
)  # fmt: skip
TO_A_TRACK = ("/remove", "/edit", "/convert")
_PARTS: tuple[tuple[Sequence[str], int], ...] = (
    (CHATS, 5), (LINKS, 4), (NUMBERS, 4), (QUERIES, 5), (RULES, 4), (DEEDS, 4), (POISON, 3),
)  # fmt: skip


def command(chance: random.Random) -> str:
    """Return a command with what may stand behind it, or what may not."""
    if chance.random() < 0.6:
        said = _perhaps_worse(chance.choice(SENTENCES), chance)
        return said if chance.random() < 0.8 else f"{said} {argument(chance)}"
    name = chance.choice(COMMAND_NAMES)
    between = chance.choice((" ", " ", " ", "  ", "\n", "\t", "\u00a0"))
    return f"/{name}{between}{argument(chance)}" if chance.random() < 0.9 else f"/{name}"


def argument(chance: random.Random) -> str:
    pieces = [piece(chance) for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 5)))]
    return _perhaps_worse(" ".join(pieces), chance)


def text(chance: random.Random) -> str:
    """Return a message that is no command, or hardly one."""
    return chance.choice((_few, _many_links, _huge, _few, _few))(chance)


def piece(chance: random.Random) -> str:
    [pieces] = chance.choices([one for one, _ in _PARTS], [often for _, often in _PARTS])
    return chance.choice(pieces)


def spoilt(written: str, chance: random.Random) -> str:
    """Change a text in one place."""
    at = chance.randint(0, len(written))
    match chance.randrange(5):
        case 0:
            return written[:at] + written[at + 1 :]
        case 1:
            return written[:at] + chance.choice(POISON) + written[at:]
        case 2:
            return written[:at]
        case 3:
            return written * 2
        case _:
            return written[:at].swapcase() + written[at:]


def _few(chance: random.Random) -> str:
    pieces = [piece(chance) for _ in range(chance.randint(0, 4))]
    return _perhaps_worse(chance.choice((" ", "\n", "")).join(pieces), chance)


def _many_links(chance: random.Random) -> str:
    return "\n".join(f"https://t.me/jazz/{chance.randint(1, 400)}" for _ in range(150))[:_LONGEST]


def _huge(chance: random.Random) -> str:
    return (piece(chance) * _LONGEST)[:_LONGEST]


def _perhaps_worse(written: str, chance: random.Random) -> str:
    return spoilt(written, chance) if chance.random() < 0.15 else written
