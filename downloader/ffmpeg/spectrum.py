"""Which frequencies a track is made of, and what that says against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from downloader.ffmpeg.cutoff import TOP, edge_in, flaws_of, is_silent
from downloader.ffmpeg.loudness import loudness
from downloader.ffmpeg.program import Cut, Ffmpeg, FfmpegFailedError, patience_for
from storage.sound import Flaw, Sound

_PIECE = timedelta(seconds=10)
_PLACES = (0.2, 0.5, 0.8)  # of the whole
_COLUMNS, _ROWS = 60, 512
_DEPTH = 120.0  # decibels from black to white
# Quiet moments say little of the highest notes.
_LOUDEST = _COLUMNS // 4
_DRAWN = (
    f"aresample={2 * TOP},aformat=channel_layouts=mono,"
    f"showspectrumpic=s={_COLUMNS}x{_ROWS}:legend=0:mode=combined:color=channel:saturation=0:"
    f"scale=log:drange={_DEPTH:.0f}:win_func=bharris"
)


async def spectrum(ffmpeg: Ffmpeg, path: Path, sound: Sound) -> frozenset[Flaw]:
    """Hear three pieces of a track, and all of one that seems silent.

    Raises `FfmpegFailedError` where it cannot be read.
    """
    cuts = cuts_of(sound.duration)
    said = await ffmpeg.hear(path, _output(len(cuts)), patience_for(len(cuts) * _PIECE), cuts)
    levels = levels_in(said.out)
    if is_silent(levels):
        loud = await loudness(ffmpeg, path, sound.duration)
        return frozenset() if loud else frozenset({Flaw.SILENT})
    return flaws_of(edge_in(levels), sound)


def cuts_of(length: timedelta | None) -> list[Cut]:
    """Return where to listen: a short track, and one of a length nobody knows, from its start."""
    whole = len(_PLACES) * _PIECE
    if length is None or length < 2 * whole:
        return [Cut(timedelta(0), whole)]
    return [Cut(length * place - _PIECE / 2, _PIECE) for place in _PLACES]


def levels_in(picture: bytes) -> list[float]:
    """Return decibels from the lowest frequency to the highest, which the picture has on top."""
    if len(picture) != _COLUMNS * _ROWS:
        raise FfmpegFailedError(0, "no spectrum")
    rows = (picture[at : at + _COLUMNS] for at in range(0, len(picture), _COLUMNS))
    return [_level(row) for row in rows][::-1]


def _level(row: bytes) -> float:
    loudest = sorted(row)[-_LOUDEST:]
    return (sum(loudest) / _LOUDEST / 255 - 1) * _DEPTH


def _output(count: int) -> Sequence[str]:
    inputs = "".join(f"[{number}:a:0]" for number in range(count))
    graph = f"{inputs}concat=n={count}:v=0:a=1,{_DRAWN}[drawn]"
    return ("-filter_complex", graph, "-map", "[drawn]", "-pix_fmt", "gray", "-f", "rawvideo", "-")
