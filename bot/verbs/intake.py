"""Says what cannot be imported, how far an import is, and what came of it. Only reads."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from bot.characters import cleaned
from bot.texts import files, size
from downloader.intake import Extent, Intake, Trouble
from storage.files import WORKSHOP
from storage.text import whole

BROKEN = "the reader of tags does not start: is there memory left, and the installation whole?"
STOPPED = "Stopped. What was read is entered; the same command goes on from there."
_HEADINGS = {
    Trouble.UNREADABLE: "These cannot be read; give the user that runs this the right to:",
    Trouble.NAME: "The names of these are no text; rename them:",
    Trouble.NO_AUDIO: "These are no audio, whatever their names say:",
    Trouble.NO_TAGS: "The tags of these cannot be read, so they are known by their names only:",
}


def place_in(folder: Path, music: Path) -> PurePosixPath | None:
    """Return where in the music folder the folder is, None when it is elsewhere."""
    if not folder.is_relative_to(music):
        return None
    return PurePosixPath(folder.relative_to(music))


def refusal(folder: Path, music: Path, *, copy: bool) -> str | None:
    """Say why this folder cannot be imported, and what to do instead."""
    if not folder.is_dir():
        return f"there is no folder {folder}"
    place = place_in(folder, music)
    if place is not None:
        return _refusal_inside(folder, place)
    if not copy:
        return (
            f"{folder} is not in the music folder {music}: move it there, point MUSIC_DIR at a "
            "folder that holds it, or add --copy"
        )
    if music.is_relative_to(folder):
        return f"the music folder {music} is in {folder}: import the folders beside it one by one"
    return None


def _refusal_inside(folder: Path, place: PurePosixPath) -> str | None:
    if WORKSHOP in place.parts:
        return f"{folder} is for files on their way: choose another folder"
    if str(place) != whole(str(place)):
        return f"the name of {whole(str(folder))} is no text: rename it"
    return None


def looking(so_far: Extent) -> str:
    return f"Looking… {files(so_far.files)}, {size(so_far.bytes)}"


def counted(intake: Intake, all_of_it: Extent) -> str:
    return f"{intake.files} of {files(all_of_it.files)}"


def report(intake: Intake, *, dry: bool) -> list[str]:
    """Say what came of it, and name the files that are not as they should be."""
    verb = "would be entered" if dry else "entered"
    lines = [f"{files(intake.entered)} {verb}, {intake.known} known, {intake.left_out} left out."]
    for trouble in Trouble:
        named = [path for path, its in intake.troubles.items() if its is trouble]
        if named:
            lines += ["", _HEADINGS[trouble]]
            lines += [f"  {cleaned(str(path))}" for path in named]
    return lines


def as_json(intake: Intake) -> str:
    said = {
        "entered": intake.entered,
        "known": intake.known,
        "left_out": intake.left_out,
        "troubles": [
            {"path": whole(str(path)), "trouble": trouble}
            for path, trouble in intake.troubles.items()
        ],
    }
    return json.dumps(said, ensure_ascii=False)
