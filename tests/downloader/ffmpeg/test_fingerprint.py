from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from downloader.ffmpeg.fingerprint import fingerprint
from downloader.ffmpeg.program import Ffmpeg
from downloader.fingerprints import Fingerprint, is_same, may_be_same
from tests.downloader.metadata.songs import needs_ffmpeg

# Two voices that never repeat a bar; the pitch of both is in half tones above A.
_HIGH = "mod(floor(t*{tempo})*floor(t*{tempo}+{seed})\\,13)"
_LOW = "mod(floor(t*{tempo}/2)*7+floor(t*{tempo}/5)*{seed}\\,12)-12"
_VOICE = "sin(2*PI*440*t*pow(2\\,({pitch})/12))"

VERSIONS: dict[str, tuple[str, ...]] = {
    "64.mp3": ("-b:a", "64k"),
    "32.opus": ("-b:a", "32k"),
    "96.m4a": ("-b:a", "96k"),
    "cut.mp3": ("-ss", "1.03", "-b:a", "128k"),
    "padded.ogg": ("-af", "adelay=2000:all=1"),
}
OTHERS = {"faster.flac": ("4.8", "5"), "other.flac": ("4", "8")}


def composed(tempo: str, seed: str) -> str:
    voices = (_VOICE.format(pitch=one.format(tempo=tempo, seed=seed)) for one in (_HIGH, _LOW))
    return f"aevalsrc=0.2*{'+0.2*'.join(voices)}:s=22050:d=20"


def ran(source: Sequence[str], *outputs: str) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", *source, *outputs]
    subprocess.run(command, check=True, timeout=120)


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sounding")
    files = {name: folder / name for name in ("song.wav", *VERSIONS, *OTHERS)}
    ran(("-f", "lavfi", "-i", composed("4", "5")), str(files["song.wav"]))
    versions = (word for name, how in VERSIONS.items() for word in (*how, str(files[name])))
    ran(("-i", str(files["song.wav"])), *versions)
    for name, how in OTHERS.items():
        ran(("-f", "lavfi", "-i", composed(*how)), str(files[name]))
    return files


async def heard(path: Path) -> Fingerprint:
    return await fingerprint(Ffmpeg(Path(shutil.which("ffmpeg") or "")), path)


@needs_ffmpeg
async def test_a_recording_sounds_the_same_however_it_is_encoded(songs: dict[str, Path]) -> None:
    song = await heard(songs["song.wav"])
    versions = {name: await heard(songs[name]) for name in VERSIONS}

    assert song.says_something
    assert set(VERSIONS) == {name for name, one in versions.items() if is_same(one, song)}
    assert all(may_be_same(one.outline, song.outline) for one in versions.values())


@needs_ffmpeg
async def test_another_melody_or_another_tempo_sounds_different(songs: dict[str, Path]) -> None:
    song = await heard(songs["song.wav"])

    assert [] == [name for name in OTHERS if is_same(await heard(songs[name]), song)]
