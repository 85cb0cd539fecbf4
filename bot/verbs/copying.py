"""Says what cannot be brought into a folder, how far that is, and what came of it. Pure."""

from __future__ import annotations

import json
from pathlib import Path

from bot import texts
from bot.characters import cleaned
from bot.texts import files
from downloader.mirroring import Copied, Copying

STOPPED = "Stopped. What was made is in its place; the same command goes on from there."
NO_FFMPEG = "converting needs ffmpeg: run `sudo apt install ffmpeg`"
_HEADINGS = {
    Copied.GONE: "The files of these are not in the library any more:",
    Copied.LOCKED: "These are encrypted with a key that is not here:",
    Copied.BROKEN: "These are damaged; `tad verify --refill` fetches them again:",
    Copied.UNREADABLE: "ffmpeg cannot read these:",
    Copied.IN_THE_WAY: "In place of these there are other files, which I left alone:",
}


def refusal(folder: Path, music: Path) -> str | None:
    """Say why nothing can be put into this folder."""
    if folder.is_relative_to(music):
        return f"{folder} is in the music folder: choose one outside, or it would be music too"
    if music.is_relative_to(folder):
        return f"the music folder {music} is in {folder}: choose another folder"
    if folder.exists() and not folder.is_dir():
        return f"{folder} is no folder"
    return None


def nothing(query: str, meant: str | None) -> str:
    instead = f" Is “{cleaned(meant)}” meant?" if meant else ""
    return f"Nothing fits “{cleaned(query)}”.{instead}"


def so_far(copying: Copying, total: int) -> str:
    return f"{texts.bar(copying.files / total)} · {copying.files} of {files(total)}"


def report(copying: Copying, *, dry: bool, converts: bool) -> list[str]:
    """Say what came of it, or would, and name what is not there."""
    counts = copying.counts
    would = "would be " if dry else ""
    made, same = files(counts[Copied.CONVERTED]), counts[Copied.AS_IT_IS]
    there = counts[Copied.THERE]
    if converts:
        lines = [f"{made} {would}converted, {same} copied as they are, {there} there before."]
    else:
        lines = [f"{files(same)} {would}copied, {there} there before."]
    if dry and copying.bytes:
        lines.append(f"That takes about {texts.size(copying.bytes)}.")
    for copied, heading in _HEADINGS.items():
        named = [path for path, its in copying.troubles.items() if its is copied]
        if named:
            lines += ["", heading]
            lines += [f"  {cleaned(str(path))}" for path in named]
    return lines


def as_json(copying: Copying) -> str:
    said = {
        "converted": copying.counts[Copied.CONVERTED],
        "copied": copying.counts[Copied.AS_IT_IS],
        "there": copying.counts[Copied.THERE],
        "bytes": copying.bytes,
        "troubles": [
            {"path": str(path), "trouble": copied} for path, copied in copying.troubles.items()
        ],
    }
    return json.dumps(said, ensure_ascii=False)
