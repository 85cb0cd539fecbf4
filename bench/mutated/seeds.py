"""Short songs in every format that we read, with all that tags can say."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from bench.figure import CannotMeasureError
from downloader.gain import Gain
from downloader.metadata.reader import Reader
from sandbox.audio import rare
from sandbox.audio.cover import Mosaic
from storage.description import Description
from storage.formats import of_name

# The name of each, and what ffmpeg is told to make of the sound.
_ENCODED: dict[str, tuple[str, ...]] = {
    "cbr.mp3": ("-c:a", "libmp3lame", "-b:a", "64k"),
    "vbr.mp3": ("-c:a", "libmp3lame", "-q:a", "4", "-id3v2_version", "3", "-write_id3v1", "1"),
    "a.mp2": ("-c:a", "mp2"),
    "a.aac": ("-c:a", "aac", "-f", "adts"),
    "a.flac": ("-sample_fmt", "s16"),
    "a.m4a": ("-c:a", "aac"),
    "fast.m4a": ("-c:a", "aac", "-movflags", "+faststart"),
    "alac.m4a": ("-c:a", "alac"),
    "a.m4b": ("-c:a", "aac", "-f", "ipod"),
    "vorbis.ogg": ("-c:a", "libvorbis"),
    "flac.ogg": ("-c:a", "flac"),
    "speex.ogg": ("-c:a", "libspeex", "-ar", "16000"),
    "a.opus": ("-c:a", "libopus"),
    "a.wav": (),
    "a.aiff": (),
    "a.wma": ("-c:a", "wmav2"),
    "a.wv": (),
    "a.tta": (),
}
_SOUND = "aevalsrc=0.3*sin(440*2*PI*t)|0.3*sin(660*2*PI*t):s=44100:d=0.5"
_LONGEST = 120  # seconds
_SAID = Description(
    "Осень 秋", "Трио", "Album", "Various Artists", "Jazz", "Evans", "1959-08-17", 3, 12, 1, 2,
    is_compilation=True,
)  # fmt: skip


async def planted(folder: Path, reader: Reader) -> dict[str, bytes]:
    """Make them, and write tags with a cover into them."""
    bodies = encoded(folder) | {f"a.{name}": body for name, body in rare.songs().items()}
    seeds = {"eight.mpc": rare.mpc8()}
    for name, body in bodies.items():
        path = folder / name
        path.write_bytes(body)
        kind = of_name(name)
        assert kind is not None
        await reader.write(
            path, kind, _SAID, cover=Mosaic(3).jpeg(), gain=Gain(-9.5, 0.9), comment="t.me/jazz/7"
        )
        seeds[name] = path.read_bytes()
        path.unlink()
    return seeds


def encoded(folder: Path) -> dict[str, bytes]:
    """Return what ffmpeg makes of a sound, without tags but for words to sing."""
    if not shutil.which("ffmpeg"):
        raise CannotMeasureError("ffmpeg is not installed, which makes the files to be damaged")
    outputs = [
        argument
        for name, how in _ENCODED.items()
        for argument in ("-map", "0", *how, "-metadata", "lyrics=La la", str(folder / name))
    ]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", _SOUND, *outputs]
    subprocess.run(command, check=True, timeout=_LONGEST)
    return {name: (folder / name).read_bytes() for name in _ENCODED}
