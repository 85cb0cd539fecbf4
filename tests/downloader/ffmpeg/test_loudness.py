from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.ffmpeg.loudness import Measured, loudness
from downloader.ffmpeg.program import Ffmpeg, FfmpegFailedError
from downloader.gating import together, unpacked
from sandbox.audio import rare
from tests.downloader.metadata.songs import needs_ffmpeg

LENGTH = timedelta(seconds=20)


def tone(path: Path, amplitude: float) -> Path:
    """Make the signal by which meters are proven (EBU Tech 3341, 1): both channels at 1 kHz."""
    sound = f"{amplitude}*sin(2*PI*1000*t)"
    source = f"aevalsrc={sound}|{sound}:s=48000:d=6"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, str(path)]
    subprocess.run(command, check=True, timeout=120)
    return path


async def heard(path: Path) -> Measured | None:
    return await loudness(Ffmpeg(Path(shutil.which("ffmpeg") or "")), path, LENGTH)


@needs_ffmpeg
async def test_the_meter_agrees_with_the_standard(tmp_path: Path) -> None:
    measured = await heard(tone(tmp_path / "tone.wav", 10 ** (-23 / 20)))

    assert measured is not None
    assert measured.gain.loudness == pytest.approx(-23.0, abs=0.1)
    assert measured.gain.peak == pytest.approx(0.0708, abs=0.001)
    assert together([unpacked(measured.moments)]) == pytest.approx(-23.0, abs=0.1)


@needs_ffmpeg
async def test_silence_has_no_loudness(tmp_path: Path) -> None:
    assert await heard(tone(tmp_path / "none.flac", 0)) is None


@needs_ffmpeg
async def test_what_cannot_be_played_fails(tmp_path: Path) -> None:
    path = tmp_path / "song.mpc"
    path.write_bytes(rare.songs()["mpc"][:40])
    with pytest.raises(FfmpegFailedError):
        await heard(path)
