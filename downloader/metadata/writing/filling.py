"""Puts the fields of a description where the family of the tags has them.

What the file says already is left as it is said, so that several artists stay several; what
somebody knows to be empty is taken out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from downloader.gain import Gain
from downloader.metadata.names import Names
from downloader.metadata.writing.sheet import Sheet
from storage.description import Description

_TEXTS = ("title", "artist", "album", "album_artist", "genre", "composer", "date")
_PAIRS = (("track_number", "track_total"), ("disc_number", "disc_total"))
_NUMBERS = re.compile(r"\s*(\d{1,9})?\s*(?:/\s*(\d{1,9}))?\s*")
_POSTING = "https://t.me/"


@dataclass(frozen=True, slots=True)
class Words:
    """All that is put into words: what the track is called, how loud it is, where it is from.

    `album_gain` is that of its album; it is of no use without that of the track.
    """

    description: Description
    gain: Gain | None
    comment: str
    album_gain: Gain | None = None


def fill(sheet: Sheet, names: Names, words: Words, *, is_opus: bool = False) -> None:
    """Write as much as the family has names for."""
    for field in _TEXTS:
        if field not in names:
            continue
        if text := getattr(words.description, field):
            _say(sheet, names[field], text)
        elif field in words.description.provenance:
            _empty(sheet, names[field])
    for number, total in _PAIRS:
        if number in names:
            _fill_numbers(sheet, names, words.description, number, total)
    if "is_compilation" in names:
        _fill_flag(sheet, names["is_compilation"], words.description)
    if words.gain:
        # One of somebody else's, beside ours, would be by another measure.
        _fill_gain(sheet, "TRACK", words.gain, is_opus=is_opus)
        _fill_gain(sheet, "ALBUM", words.album_gain, is_opus=is_opus)
    if words.comment and "comment" in names:
        _fill_comment(sheet, names["comment"][0], words.comment)


def _fill_numbers(
    sheet: Sheet, names: Names, description: Description, number: str, total: str
) -> None:
    known = getattr(description, number), getattr(description, total)
    emptied = [
        one for one, value in zip((number, total), known, strict=True)
        if value is None and one in description.provenance
    ]  # fmt: skip
    said = _said(sheet, names[number], names[total])
    for one in emptied:
        _empty(sheet, names[one])
    if any(known) or emptied:
        kept = [
            value or (None if one in emptied else before)
            for one, value, before in zip((number, total), known, said, strict=True)
        ]
        _count(sheet, names[number], names[total], *kept)


def _fill_flag(sheet: Sheet, names: tuple[str, ...], description: Description) -> None:
    if description.is_compilation:
        _say(sheet, names, "1")
    elif "is_compilation" in description.provenance:  # somebody knows that it is none
        _empty(sheet, names)


def _empty(sheet: Sheet, names: tuple[str, ...]) -> None:
    for name in names:
        sheet.remove(name)


def _fill_gain(sheet: Sheet, of: str, gain: Gain | None, *, is_opus: bool) -> None:
    """Say how loud it is; players of Opus heed R 128 alone, so that nothing else may differ."""
    level, peak, r128 = (f"REPLAYGAIN_{of}_GAIN", f"REPLAYGAIN_{of}_PEAK", f"R128_{of}_GAIN")
    said = {}
    if gain:
        said = {level: gain.replaygain, peak: gain.replaygain_peak}
    if gain and is_opus:
        said = {r128: gain.r128}
    for name in (level, peak, *((r128,) if is_opus else ())):
        if name in said:
            sheet.put(sheet.own(name), [said[name]])
        else:
            sheet.remove(sheet.own(name))


def _fill_comment(sheet: Sheet, name: str, comment: str) -> None:
    """Add it behind those of others; an older link to a posting makes room for it."""
    others = [
        text for text in sheet.values(name) if text != comment and not text.startswith(_POSTING)
    ]
    sheet.put(name, [*others, comment])


def _say(sheet: Sheet, names: tuple[str, ...], text: str) -> None:
    first, *others = names
    said = sheet.values(first)
    for other in others:
        sheet.remove(other)
    sheet.put(first, said if ", ".join(dict.fromkeys(said)) == text else [text])


def _said(
    sheet: Sheet, number_names: tuple[str, ...], total_names: tuple[str, ...]
) -> tuple[int | None, int | None]:
    """Return the number and the total that the file says, which may stand in one text."""
    number, total = _numbers(sheet, number_names)
    if not total and number_names != total_names:
        total, _ = _numbers(sheet, total_names)
    return number, total


def _count(
    sheet: Sheet,
    number_names: tuple[str, ...],
    total_names: tuple[str, ...],
    number: int | None,
    total: int | None,
) -> None:
    if number_names == total_names:
        if number:
            _say(sheet, number_names, f"{number}/{total}" if total else str(number))
        return
    if number:
        _say(sheet, number_names, str(number))
    if total:
        _say(sheet, total_names, str(total))


def _numbers(sheet: Sheet, names: tuple[str, ...]) -> tuple[int | None, int | None]:
    """Return what the first text says that says anything: `3/12`, or one of them."""
    texts = (text for name in names for text in sheet.values(name))
    found = next((found for text in texts if (found := _NUMBERS.fullmatch(text))), None)
    if found is None:
        return None, None
    number, total = found.groups()
    return int(number or 0) or None, int(total or 0) or None
