"""Asks ffmpeg what it makes of a file, as a player that is none of ours."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

# As it names the same thing in the formats whose names it leaves alone.
_ALSO = {
    "year": "date", "wm/year": "date", "album artist": "album_artist", "tracktotal": "track_total",
    "totaltracks": "track_total", "disctotal": "disc_total", "totaldiscs": "disc_total",
    "wm/iscompilation": "compilation",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """Tags by their names in small letters; the size of the picture that belongs to the sound."""

    tags: dict[str, str]
    picture: tuple[int, int] | None


def shown(path: Path) -> Shown:
    said = json.loads(_run("ffprobe", "-show_format", "-show_streams", "-of", "json", str(path)))
    tags = dict(said["format"].get("tags", {}))
    picture = None
    for stream in said["streams"]:
        if stream["codec_type"] == "audio":
            tags |= stream.get("tags", {})
        elif stream["disposition"]["attached_pic"]:
            picture = stream["width"], stream["height"]
    return Shown(_evenly(tags), picture)


def sound_of(path: Path) -> str:
    """Return a digest of the samples as they are heard."""
    return _run("ffmpeg", "-nostdin", "-i", str(path), "-map", "0:a", "-f", "md5", "-")


def packets_of(path: Path) -> str:
    """Return a digest of the sound as it is stored, which takes less time than to hear it."""
    return _run(
        "ffmpeg", "-nostdin", "-i", str(path), "-map", "0:a", "-c", "copy", "-f", "md5", "-"
    )


def _evenly(tags: dict[str, str]) -> dict[str, str]:
    found = {}
    for name, text in tags.items():
        small = name.lower()
        found[_ALSO.get(small, small)] = text
    for number in ("track", "disc"):
        head, slash, total = found.get(number, "").partition("/")
        if slash:
            found |= {number: head, f"{number}_total": total}
    return found


def _run(program: str, *arguments: str) -> str:
    command = [program, "-v", "error", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()
