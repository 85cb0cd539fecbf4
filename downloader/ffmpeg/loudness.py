"""How loud a track is, by the measure of EBU R 128."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from downloader.ffmpeg.program import Ffmpeg, FfmpegFailedError, patience_for
from downloader.gain import Gain
from downloader.gating import SILENCE, counted, packed

# What it says of each moment, every tenth of a second.
_FILTER = (
    "ebur128=peak=true:framelog=verbose:metadata=1,ametadata=mode=print:key=lavfi.r128.M:file=-"
)
_OUTPUT = ("-map", "0:a:0", "-af", _FILTER, "-f", "null", "-")
_MOMENT = re.compile(rb"lavfi\.r128\.M=(-?[\d.]+)")
_SUMMARY = re.compile(
    r"Summary:.*?\bI:\s+(?P<loudness>-?[\d.]+) LUFS.*?\bPeak:\s+(?P<peak>-?[\d.]+|-inf|nan) dBFS",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """How loud all of a track is, and its moments, packed, for those it is heard together with."""

    gain: Gain
    moments: bytes


async def loudness(ffmpeg: Ffmpeg, path: Path, length: timedelta | None) -> Measured | None:
    """Hear all of it; None where there is nothing to hear.

    Raises `FfmpegFailedError` where it cannot be read.
    """
    said = await ffmpeg.hear(path, _OUTPUT, patience_for(length))
    summary = None
    for found in _SUMMARY.finditer(said.log):
        summary = found
    if summary is None:
        raise FfmpegFailedError(0, "no loudness")
    measured = float(summary["loudness"])
    if measured <= SILENCE:
        return None
    gain = Gain(measured, 10 ** (float(summary["peak"]) / 20))
    moments = counted(float(one) for one in _MOMENT.findall(said.out))
    return Measured(gain, packed(moments))
