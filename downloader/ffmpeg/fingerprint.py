"""How a track sounds, as the bits of Chromaprint, which Debian's ffmpeg has in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from downloader.ffmpeg.program import Ffmpeg, FfmpegFailedError, patience_for
from downloader.fingerprints import Fingerprint

_HEARD = timedelta(minutes=2)  # from the start, as all do who compare such fingerprints
_LENGTH = f"{_HEARD.total_seconds():.0f}"
_FORMAT = "chromaprint"
_OUTPUT = ("-map", "0:a:0", "-t", _LENGTH, "-f", _FORMAT, "-fp_format", "raw", "-")


class ChromaprintMissingError(Exception):
    """Ffmpeg was built without it."""


async def fingerprint(ffmpeg: Ffmpeg, path: Path) -> Fingerprint:
    """Listen to the first minutes of a track.

    Raises `ChromaprintMissingError`, `FfmpegFailedError` where it cannot be read, and `DiskFailure`
    where there is no ordinary file.
    """
    try:
        said = await ffmpeg.hear(path, _OUTPUT, patience_for(_HEARD))
    except FfmpegFailedError as failure:
        # "Requested output format 'chromaprint' is not a suitable output format"
        if f"'{_FORMAT}'" in failure.detail:
            raise ChromaprintMissingError from failure
        raise
    whole = len(said.out) // 4 * 4
    return Fingerprint(said.out[:whole])
