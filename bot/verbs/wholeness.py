"""Says which files of the library are not as the catalogue has them, and what is done. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePosixPath

from bot.characters import cleaned
from bot.texts import files
from downloader.refilling import Ordered
from downloader.verifying import Verified
from storage.models import Track

STOPPED = "Stopped. Nothing was changed."
_MISSING = "Missing, the file is not there any more:"
_DAMAGED = "Damaged, the file is not what was saved:"
_UNREAD = (
    "Not looked at, for I may not read them, or they are encrypted with a key that is not here:"
)
_UNKNOWN = "Unknown, no track of the catalogue has them (`tad import` enters them):"
_ALTERED = "Written into by another program since, and left alone:"
_LOST = "Not ordered, for nobody knows a posting of them any more:"
_HOW_TO = "`tad verify --refill` fetches again what is missing or damaged."
_COMING = (
    "{files} ordered again. The bot fetches them while it runs; until then all stays as it is."
)


def so_far(verified: Verified) -> str:
    return f"{verified.done:,} of {files(verified.total)}"


def report(verified: Verified, ordered: Ordered | None) -> list[str]:
    lines = [_summary(verified)]
    for heading, tracks in (
        (_MISSING, verified.missing),
        (_DAMAGED, verified.damaged),
        (_UNREAD, verified.unread),
        (_ALTERED, verified.altered),
    ):
        lines += _named(heading, [track.path for track in tracks])
    lines += _named(_UNKNOWN, verified.unknown)
    if ordered is not None:
        lines += _named(_LOST, [track.path for track in ordered.lost])
        if ordered.files:
            lines += ["", _COMING.format(files=files(ordered.files))]
    elif verified.to_fetch:
        lines += ["", _HOW_TO]
    return lines


def as_json(verified: Verified, ordered: Ordered | None) -> str:
    said: dict[str, object] = {
        "files": verified.total,
        "missing": _paths(verified.missing),
        "damaged": _paths(verified.damaged),
        "unread": _paths(verified.unread),
        "altered": _paths(verified.altered),
        "unknown": [str(path) for path in verified.unknown],
    }
    if ordered is not None:
        said |= {
            "ordered": ordered.files,
            "jobs": [job.id for job in ordered.jobs],
            "lost": _paths(ordered.lost),
        }
    return json.dumps(said, ensure_ascii=False)


def _summary(verified: Verified) -> str:
    found: dict[str, Sequence[object]] = {
        "missing": verified.missing,
        "damaged": verified.damaged,
        "not to be read": verified.unread,
        "unknown": verified.unknown,
    }
    troubles = [f"{len(those):,} {word}" for word, those in found.items() if those]
    looked = f"{files(verified.total)} compared, byte by byte: "
    return looked + (", ".join(troubles) if troubles else "all is well") + "."


def _named(heading: str, paths: Sequence[PurePosixPath | None]) -> list[str]:
    if not paths:
        return []
    return ["", heading, *(f"  {cleaned(str(path))}" for path in sorted(map(str, paths)))]


def _paths(tracks: Sequence[Track]) -> list[str]:
    return sorted(str(track.path) for track in tracks)
