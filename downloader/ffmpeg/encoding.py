"""Makes a file of another format of a track, or of a piece of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from downloader.conversion import Conversion, Into
from downloader.ffmpeg.program import Cut, Ffmpeg, patience_for
from storage.formats import AAC, AIFF, FLAC, M4A, M4B, MP3, OGG, OPUS, WAV, Kind

_MUXERS = {
    MP3: "mp3", OPUS: "opus", OGG: "ogg", M4A: "ipod", M4B: "ipod", AAC: "adts", FLAC: "flac",
    WAV: "wav", AIFF: "aiff",
}  # fmt: skip
_ENCODERS = {
    Into.MP3: ("-c:a", "libmp3lame"),
    Into.OPUS: ("-c:a", "libopus"),
    Into.VOICE: ("-c:a", "libopus", "-ac", "1", "-ar", "48000"),
}
# The head of a FLAC file tells the sum of its sound, so a piece of it needs another one.
_ANEW = frozenset({FLAC})
_EVERYTHING = timedelta(days=1)
# True of the old file alone: its container, its encoder, and the loudness as the other family of
# formats writes it.
_STALE = (
    "major_brand", "minor_version", "compatible_brands", "encoder", "handler_name", "vendor_id",
    "language",
)  # fmt: skip
_LOUD = (
    "REPLAYGAIN_TRACK_GAIN", "REPLAYGAIN_TRACK_PEAK", "REPLAYGAIN_ALBUM_GAIN",
    "REPLAYGAIN_ALBUM_PEAK",
)  # fmt: skip
_LOUD_OPUS = ("R128_TRACK_GAIN", "R128_ALBUM_GAIN")


async def encode(
    ffmpeg: Ffmpeg,
    source: Path,
    kind: Kind,
    made: Path,
    conversion: Conversion,
    length: timedelta | None,
    largest: int,
) -> None:
    """Make a new file; of the `source`, `kind` and `length` are told.

    Nothing is left open in the conversion (see `Conversion.made_of`). Raises `FfmpegFailedError`
    and `DiskFailure`, and then there is no file.
    """
    cut = None
    if conversion.is_cut:
        cut = Cut(conversion.start, (conversion.end or _EVERYTHING) - conversion.start)
    output = output_of(conversion, kind)
    await ffmpeg.make(source, made, output, patience_for(length), largest, cut)


def output_of(conversion: Conversion, kind: Kind) -> tuple[str, ...]:
    """Return what ffmpeg is told to make of a file of that kind. Pure."""
    made = conversion.kind_of(kind)
    encoder: tuple[str, ...]
    if conversion.into is not Into.SAME:
        encoder = (*_ENCODERS[conversion.into], "-b:a", str(conversion.bitrate))
    elif made in _ANEW:
        encoder = ("-c:a", made.extension)
    else:
        encoder = ("-c:a", "copy")
    muxer = ("-movflags", "+faststart") if made in (M4A, M4B) else ()
    words = ("-map", "0:a:0", "-map_chapters", "-1", *_tags(conversion, kind, made))
    return (*words, *encoder, *muxer, "-f", _MUXERS[made])


def _tags(conversion: Conversion, kind: Kind, made: Kind) -> tuple[str, ...]:
    """Take along what the file says of itself: in Ogg, each stream says it."""
    if conversion.into is Into.VOICE:
        return ("-map_metadata", "-1")
    maps = ["0:g", "0:s:a:0"] if kind in (OGG, OPUS) else ["0:g"]
    stale = [*_STALE, *(_LOUD if made is OPUS else _LOUD_OPUS)]
    return (
        *(word for one in maps for word in ("-map_metadata", one)),
        *(word for name in stale for word in ("-metadata", f"{name}=")),
    )
