"""The sentences about recordings that are there more than once. Pure; all is escaped."""

from __future__ import annotations

from string import ascii_lowercase

from bot.characters import cleaned, units
from bot.edittexts import flaws
from bot.explanation import called
from bot.texts import NAME, files, quoted, size
from bot.trackwords import length
from storage.duplicates import Group, Spare, Version
from storage.rulings import Ruling

SHOWN = 6  # versions of one recording
_PATH = 60

NONE = "Nothing is there more than once."
HOW = (
    "Merging keeps the best file and moves the others into the /trash, where they take as much "
    "room until that is emptied. <code>/duplicates undo</code> brings them back."
)
USAGE = (
    "Write <code>/duplicates</code> to see what is there more than once, "
    "<code>/duplicates undo</code> to take back what you said of it, or "
    "/trash to see what lies in the trash."
)

KEEP_BEST = "{number}: keep the best"
THEY_DIFFER = "{number}: they differ"
MORE = "▶ More"
FROM_THE_START = "⏮ From the start"
ALL = "Merge all"
MERGE = "Merge them"
LEAVE = "Never mind"


def heading(spare: Spare) -> str:
    return (
        f"<b>{recordings(spare.recordings)} more than once.</b> Without the others, "
        f"{files(spare.files)} and {size(spare.size)} less."
    )


def group(number: int, one: Group) -> list[str]:
    """Name a recording, and below it its files, the best first."""
    name = called(one.performer, one.title, one.name, NAME)
    shown = [
        line for n, version in enumerate(one.versions[:SHOWN]) for line in _version(n, version)
    ]
    left = max(0, len(one.versions) - SHOWN)
    more = [f"   … and {left} more"] if left else []
    return [f"<b>{number}. {name}</b> · {length(one.duration)}", *shown, *more]


def ask_to_merge(spare: Spare) -> str:
    return (
        f"Keep the best of {recordings(spare.recordings)} and move {files(spare.files)} "
        f"({size(spare.size)}) into the trash? It can be taken back."
    )


def kept_apart(_: Ruling) -> str:
    return "All right: different recordings."


def recordings(count: int) -> str:
    return "1 recording" if count == 1 else f"{count} recordings"


def listen(number: int, place: int) -> str:
    """Label the button that sends one file of a recording: `▶ 1a`."""
    return f"▶ {number}{_letter(place)}"


def _version(place: int, version: Version) -> list[str]:
    kind = version.format or "?"
    rate = f", {round(version.bitrate / 1000)} kbit/s" if version.bitrate else ""
    source = f"from {quoted(version.chat, 30)}" if version.chat else "imported"
    wrong = "".join(f"; {said}" for said in flaws(version.flaws))
    mark, letter = "·" if place else "✓", _letter(place)
    return [
        f"   {mark} {letter}. {quoted(kind)}{rate}, {size(version.size)}, {source}{wrong}",
        f"       <code>{quoted(_path(version), _PATH)}</code>",
    ]


def _letter(place: int) -> str:
    return ascii_lowercase[place]


def _path(version: Version) -> str:
    """Return the end of a path, which tells more than its beginning."""
    path = cleaned(str(version.path))
    return path if units(path) <= _PATH else f"…{path[1 - _PATH // 2 :]}"
