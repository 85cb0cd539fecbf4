from __future__ import annotations

import base64
import shutil
import struct
import subprocess
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from downloader.ffmpeg.fingerprint import fingerprint
from downloader.ffmpeg.program import Ffmpeg
from downloader.fingerprints import Fingerprint
from downloader.lookup.encoding import encoded
from tests.downloader.metadata.songs import needs_ffmpeg

_FFMPEG = shutil.which("ffmpeg") or ""
_ITEMS = st.lists(st.integers(0, 2**32 - 1), max_size=40)


def of(*values: int) -> Fingerprint:
    return Fingerprint(struct.pack(f"<{len(values)}I", *values))


def decoded(text: str) -> list[int]:
    """Read it as those do who get it."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    count = int.from_bytes(data[1:4], "big")
    bits = int.from_bytes(data[4:], "little")
    small: list[int] = []
    while small.count(0) < count:
        small.append(bits >> 3 * len(small) & 7)
    large = int.from_bytes(data[4 + (len(small) * 3 + 7) // 8 :], "little")
    items, place, item = [0], 0, 0
    for one in small:
        if one == 0:
            items.append(items[-1] ^ item)
            place = item = 0
            continue
        place += one
        if one == 7:
            place, large = place + (large & 31), large >> 5
        item |= 1 << (place - 1)
    return items[1:]


@given(_ITEMS)
@settings(max_examples=60)
def test_it_is_read_as_it_was(values: list[int]) -> None:
    assert values == decoded(encoded(of(*values)))


def test_it_is_as_chromaprint_has_it() -> None:
    assert "AQAAAQE" == encoded(of(1))
    assert "AQAAAQcA" == encoded(of(64))
    assert "AQAAAQcZ" == encoded(of(2**31))


def written_by_ffmpeg(song: Path) -> str:
    """Make a song, and let ffmpeg say how it sounds."""
    source = "aevalsrc=0.3*sin(2*PI*t*(300+200*floor(mod(t*3\\,7)))):s=22050:d=8"
    quiet = [_FFMPEG, "-nostdin", "-v", "error"]
    subprocess.run([*quiet, "-f", "lavfi", "-i", source, str(song)], check=True, timeout=120)
    wanted = ["-i", str(song), "-f", "chromaprint", "-fp_format", "base64", "-"]
    said = subprocess.run([*quiet, *wanted], check=True, capture_output=True, timeout=120)
    return said.stdout.decode().strip()


@needs_ffmpeg
async def test_it_is_what_ffmpeg_writes(tmp_path: Path) -> None:
    song = tmp_path / "song.wav"
    theirs = written_by_ffmpeg(song)

    assert theirs == encoded(await fingerprint(Ffmpeg(Path(_FFMPEG)), song))
