"""Short songs in every format that takes tags, made by ffmpeg where it can, else by hand."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")

# Named as ours are; the arguments are what ffmpeg is told to make of the sound.
ENCODED: dict[str, tuple[str, ...]] = {
    "mp3": ("-c:a", "libmp3lame", "-b:a", "128k"),
    "mp2": ("-c:a", "mp2"),
    "aac": ("-c:a", "aac", "-f", "adts"),
    "flac": (),
    "m4a": ("-c:a", "aac"),
    "alac.m4a": ("-c:a", "alac"),
    "m4b": ("-c:a", "aac", "-f", "ipod"),
    "ogg": ("-c:a", "libvorbis"),
    "flac.ogg": ("-c:a", "flac"),
    "speex.ogg": ("-c:a", "libspeex", "-ar", "16000"),
    "opus": ("-c:a", "libopus"),
    "wav": (),
    "aiff": (),
    "wma": ("-c:a", "wmav2"),
    "wv": (),
    "tta": (),
}
_SECONDS = 1
_RATE = 44_100


def encoded(folder: Path) -> dict[str, Path]:
    """Make one song of each format, in one run of ffmpeg."""
    sound = f"aevalsrc=0.3*sin(440*2*PI*t)|0.3*sin(660*2*PI*t):s={_RATE}:d={_SECONDS}"
    files = {name: folder / f"song.{name}" for name in ENCODED}
    outputs = [
        argument
        for name, path in files.items()
        for argument in ("-map", "0", *ENCODED[name], "-bitexact", str(path))
    ]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", sound, *outputs]
    subprocess.run(command, check=True, timeout=120)
    return files
