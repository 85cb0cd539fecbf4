"""Makes names in the library out of what strangers wrote. Pure.

A name must be a name on Linux, Windows and macOS, survive a shell, and show what it is: no
separators, control or direction characters, no reserved words, at most 255 bytes.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from pathvalidate import sanitize_filename

from storage.models import Audio, Chat
from storage.text import whole

_LONGEST = 255  # bytes in one component, on every common file system
_ROOM = len(" (999)")
_AUDIO_ENDING = re.compile(
    r"\.(?:mp3|flac|m4a|m4b|mp4|aac|ogg|oga|opus|wav|wma|aif|aiff|ape|wv|mka|amr)\s*$",
    re.IGNORECASE,
)
_ANY_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}\s*$")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*`]|\$(?=[({])')
# What Windows keeps for devices, whatever ending follows.
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE
)
_OUR_OWN = re.compile(r"tad\.db|lost\+found", re.IGNORECASE)
_OUR_ENDING = ".part"
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # emoji and several scripts need them
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols that show nothing
_EDGES = " ._-~" + _JOINERS


def library_path(audio: Audio, chat: Chat, extension: str) -> PurePosixPath:
    """Return where the file belongs, relative to the library: `chat/performer - title.ext`.

    `extension` comes from the type of the bytes, never from a name. Each component leaves room
    for a number (see `numbered`).
    """
    folder = _cleaned(chat.title) or _cleaned(chat.username or "") or f"chat_{abs(chat.id)}"
    stem = _stem(audio) or f"audio_{audio.document_id}"
    ending = "." + (re.sub(r"[^a-z0-9]", "", extension.lower())[:8] or "bin")
    return PurePosixPath(
        _finished(folder, _LONGEST - _ROOM),
        _finished(stem, _LONGEST - _ROOM - len(ending)) + ending,
    )


def file_name(title: str, extension: str) -> str:
    """Return the name of a file that people are given, after what they call its contents."""
    ending = f".{extension}"
    return (_finished(_cleaned(title), _LONGEST - len(ending)) or "untitled") + ending


def numbered(name: str, number: int) -> str:
    """Return `name (number).ext`, cut to fit; number 1 is the name itself."""
    if number == 1:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    tail = f" ({number}){dot}{ending}"
    return _cut(stem, _LONGEST - len(tail.encode())).rstrip(" .") + tail


def folded(name: str) -> str:
    """Return what two names share that some file system takes for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _stem(audio: Audio) -> str:
    title = _cleaned(_AUDIO_ENDING.sub("", whole(audio.title)))
    if not title:
        # `x.mp3.exe`: the last ending is whatever it is, one before it may be audio's.
        return _cleaned(_AUDIO_ENDING.sub("", _ANY_ENDING.sub("", whole(audio.name))))
    performer = _cleaned(audio.performer)
    return f"{performer} - {title}" if performer else title


def _cleaned(text: str) -> str:
    """Return what of the text may stand in a name; empty when nothing of it can be seen."""
    # Composed first, because some characters become ASCII by it: U+1FEF is a backtick.
    composed = unicodedata.normalize("NFC", whole(text))
    kept = "".join(_kept(character) for character in composed)
    plain = " ".join(_FORBIDDEN.sub("_", kept).split())
    stripped = unicodedata.normalize("NFC", plain).lstrip(_EDGES).rstrip(" ." + _JOINERS)
    return stripped if _is_visible(stripped) else ""


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\t\n\v\f\r\x85":
        return " "
    if character in _BLANK or category == "Cc" or _is_noncharacter(character):
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


def _finished(name: str, longest: int) -> str:
    """Cut a cleaned name, and step aside from the names that mean something else."""
    short = _cut(name, longest).rstrip(" ." + _JOINERS)
    if _DEVICES.match(short) or _OUR_OWN.match(short):
        short = f"_{short}"
    if short.lower().endswith(_OUR_ENDING):
        short = f"{short}_"
    return sanitize_filename(short, replacement_text="_", platform="universal")


def _cut(text: str, longest: int) -> str:
    """Cut to that many bytes of UTF-8, never between a character and what modifies it."""
    if len(text.encode()) <= longest:
        return text
    cut = text.encode()[:longest].decode(errors="ignore")
    end = len(cut)
    while end > 1 and (_is_mark(text[end]) or text[end] in _JOINERS or text[end - 1] in _JOINERS):
        end -= 1
    # Marks without end: better cut among them than to nothing.
    return cut[:end] if end > 1 else cut
