"""Makes names in the library out of what strangers wrote. Pure.

A name must be a name on Linux, Windows and macOS, survive a shell, and show what it is: no
separators, control or direction characters, no reserved words, at most 255 bytes.
"""

from __future__ import annotations

import re
import unicodedata

from pathvalidate import sanitize_filename

from storage.text import whole

LONGEST = 255  # bytes in one component, on every common file system
ROOM = len(" (999)")
_NUMBER = re.compile(r" \((\d{1,9})\)(?:\.[^.]*)?$", re.ASCII)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*`]|\$(?=[({])')
# What Windows keeps for devices, whatever ending follows.
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE
)
_OUR_OWN = re.compile(r"tad\.db|lost\+found", re.IGNORECASE)
_OUR_ENDING = ".part"
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # emoji and several scripts need them
# Letters and symbols that show nothing.
_BLANK = dict.fromkeys((0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0))
_EDGES = " ._-~" + _JOINERS


def file_name(title: str, extension: str) -> str:
    """Return the name of a file that people are given, after what they call its contents."""
    ending = f".{extension}"
    return (finished(cleaned(title), LONGEST - len(ending)) or "untitled") + ending


def cleaned(text: str) -> str:
    """Return what of the text may stand in a name; empty when nothing of it can be seen."""
    # Composed first, because some characters become ASCII by it: U+1FEF is a backtick.
    composed = unicodedata.normalize("NFC", whole(text))
    kept = composed.translate(_BLANK)
    if not kept.isprintable():
        kept = "".join(one if one.isprintable() else _kept(one) for one in kept)
    plain = " ".join(_FORBIDDEN.sub("_", kept).split())
    stripped = unicodedata.normalize("NFC", plain).lstrip(_EDGES).rstrip(" ." + _JOINERS)
    return stripped if _is_visible(stripped) else ""


def finished(name: str, longest: int) -> str:
    """Cut a cleaned name to so many bytes, stepping aside from names that mean something else."""
    short = cut(name, longest).rstrip(" ." + _JOINERS)
    if _DEVICES.match(short) or _OUR_OWN.match(short):
        short = f"_{short}"
    if short.lower().endswith(_OUR_ENDING):
        short = f"{short}_"
    return sanitize_filename(short, replacement_text="_", platform="universal")


def cut(text: str, longest: int, encoding: str = "utf-8") -> str:
    """Cut to that many bytes, never between a character and what modifies it."""
    encoded = text.encode(encoding)
    if len(encoded) <= longest:
        return text
    cut = encoded[:longest].decode(encoding, errors="ignore")
    end = len(cut)
    while end > 1 and (_is_mark(text[end]) or text[end] in _JOINERS or text[end - 1] in _JOINERS):
        end -= 1
    # Marks without end: better cut among them than to nothing.
    return cut[:end] if end > 1 else cut


def numbered(name: str, number: int) -> str:
    """Return `name (number).ext`, cut to fit; number 1 is the name itself."""
    if number == 1:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    tail = f" ({number}){dot}{ending}"
    return cut(stem, LONGEST - len(tail.encode())).rstrip(" .") + tail


def is_namesake(name: str, wanted: str) -> bool:
    """Tell whether a name is the wanted one, with a number or without."""
    number = _NUMBER.search(name)
    others = {wanted} if number is None else {wanted, numbered(wanted, int(number[1]))}
    return folded(name) in map(folded, others)


def folded(name: str) -> str:
    """Return what two names share that some file system takes for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\t\n\v\f\r\x85":
        return " "
    if category == "Cc" or _is_noncharacter(character):
        return ""
    if category == "Cf" and character not in _JOINERS:
        return ""
    return character


def _is_noncharacter(character: str) -> bool:
    code = ord(character)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _is_visible(text: str) -> bool:
    return any(character not in "_" + _JOINERS and not _is_mark(character) for character in text)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")
