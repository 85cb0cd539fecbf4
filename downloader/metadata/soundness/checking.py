"""Finds how to look at each kind of sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from downloader.metadata.soundness import sizes
from downloader.metadata.soundness.blocks import wavpack
from downloader.metadata.soundness.checked import SOUND, Checked
from downloader.metadata.soundness.flac import flac
from downloader.metadata.soundness.mpeg import adts, mpeg
from downloader.metadata.soundness.pages import ogg

_ADIF = b"ADIF"
_CHECKS: dict[str, Callable[[BinaryIO, int], Checked]] = {
    "mp3": mpeg, "mp2": mpeg, "aac": adts, "flac": flac, "ogg": ogg, "opus": ogg,
    "m4a": sizes.mp4, "m4b": sizes.mp4, "wav": sizes.wav, "aiff": sizes.aiff, "dsf": sizes.dsf,
    "dff": sizes.dff, "wma": sizes.asf, "ape": sizes.ape, "tta": sizes.tta, "wv": wavpack,
}  # fmt: skip


def checked(file: BinaryIO, kind: str) -> Checked:
    """Look at the sound of a file of that kind, and at nothing of one that we know no more of."""
    size = file.seek(0, 2)
    check = _CHECKS.get(kind)
    return SOUND if check is None else check(file, size)
