"""A library of songs in every format, and of real music, written as the product writes them."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.mutated.seeds import encoded
from downloader.gain import Gain
from downloader.metadata.reader import open_reader
from sandbox.audio import rare
from sandbox.audio.cover import SIDE, Mosaic
from storage.description import Description
from storage.formats import of_name

PICTURE = (SIDE, SIDE)
GAIN = Gain(-9.5, 0.98)
COMMENT = "https://t.me/jazz/7"
_PACKAGE = "wesnoth-1.16-music"
_FETCHING = 300  # seconds


@dataclass(frozen=True, slots=True)
class Song:
    path: Path
    description: Description

    @property
    def told(self) -> dict[str, str]:
        """Return what a player should show."""
        said = self.description
        words = {
            "title": said.title,
            "artist": said.artist,
            "album": said.album,
            "album_artist": said.album_artist,
            "genre": said.genre,
            "composer": said.composer,
            "date": said.date,
            "track": str(said.track_number),
            "track_total": str(said.track_total),
            "disc": str(said.disc_number),
            "disc_total": str(said.disc_total),
            "compilation": "1",
            "comment": COMMENT,
        }
        if self.path.suffix == ".opus":
            return words | {"r128_track_gain": GAIN.r128}
        return words | {
            "replaygain_track_gain": GAIN.replaygain,
            "replaygain_track_peak": GAIN.replaygain_peak,
        }


def made(folder: Path) -> list[Path]:
    """Return one song of each format that takes tags."""
    bodies = encoded(folder) | {f"a.{name}": body for name, body in rare.songs().items()}
    return [_put(folder / name, body) for name, body in bodies.items()]


def fetched(folder: Path, most: int) -> list[Path]:
    """Return real music of a package of Debian, none where that cannot be had."""
    unpacked = folder / "unpacked"
    try:
        _run(folder, "apt-get", "download", _PACKAGE)
        package = next(folder.glob(f"{_PACKAGE}*.deb"))
        _run(folder, "dpkg", "-x", str(package), str(unpacked))
    except (OSError, subprocess.SubprocessError, StopIteration):
        return []
    package.unlink()
    songs = [song.rename(folder / song.name) for song in sorted(unpacked.rglob("*.ogg"))[:most]]
    shutil.rmtree(unpacked)  # whoever looks at the folder should find only what was written
    return songs


def write_all(paths: list[Path]) -> list[Song]:
    songs = [Song(path, _called(number, path)) for number, path in enumerate(paths, start=1)]
    asyncio.run(_write(songs))
    return songs


async def _write(songs: list[Song]) -> None:
    async with open_reader() as reader:
        for song in songs:
            kind = of_name(song.path.name)
            assert kind is not None
            cover = Mosaic(song.description.track_number or 0).jpeg()
            await reader.write(
                song.path, kind, song.description, cover=cover, gain=GAIN, comment=COMMENT
            )


def _called(number: int, path: Path) -> Description:
    return Description(
        title=f"Песня {number} ({path.name})",
        artist=f"Miles Davis {number} feat. 高橋",
        album="Kind of Blue",
        album_artist="Various Artists",
        genre="Modal Jazz",
        composer="Bill Evans",
        date="1959-08-17",
        track_number=number,
        track_total=99,
        disc_number=1,
        disc_total=2,
        is_compilation=True,
    )


def _put(path: Path, body: bytes) -> Path:
    path.write_bytes(body)
    return path


def _run(folder: Path, *command: str) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise FileNotFoundError(command[0])
    subprocess.run(
        [program, *command[1:]], cwd=folder, check=True, capture_output=True, timeout=_FETCHING
    )
