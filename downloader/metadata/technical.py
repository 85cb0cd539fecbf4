"""What the tag library found out of how a file sounds, in plain values. Pure."""

from __future__ import annotations

from typing import Any

from mutagen.aac import AAC
from mutagen.asf import ASF
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from mutagen.wave import WAVE

# Where the class of the opened file says it all.
_CODECS = {
    "AAC": "aac", "AIFF": "pcm", "DSDIFF": "dsd", "DSF": "dsd", "FLAC": "flac",
    "MonkeysAudio": "ape", "Musepack": "musepack", "OggFLAC": "flac", "OggOpus": "opus",
    "OggSpeex": "speex", "OggVorbis": "vorbis", "TrueAudio": "tta", "WavPack": "wavpack",
}  # fmt: skip
_IN_MP4 = {
    "mp4a.40": "aac", "mp4a.66": "aac", "mp4a.67": "aac", "mp4a.68": "aac", "mp4a.69": "mp3",
    "mp4a.6B": "mp3", "alac": "alac", "Opus": "opus", "fLaC": "flac", "ac-3": "ac3", "ec-3": "eac3",
}  # fmt: skip
_IN_WAVE = {1: "pcm", 3: "pcm", 0xFFFE: "pcm", 0x50: "mp2", 0x55: "mp3", 0xFF: "aac"}
_OPUS_RATE = 48_000  # whatever went into it: https://www.rfc-editor.org/rfc/rfc7845#section-5.1
_NUMBERS = {
    "bitrate": "bitrate", "sample_rate": "sample_rate", "channels": "channels",
    "bits": "bits_per_sample",
}  # fmt: skip
# Their sample has no width: the libraries tell of the one that is decoded to, or of none.
_WIDTHLESS = {"aac", "mp3", "mp2", "opus", "vorbis", "ac3", "eac3"}


def sound_of(file: Any) -> dict[str, Any]:
    """Return codec, bitrate, sample rate, channels and bits, 0 for what the library cannot tell."""
    said: dict[str, Any] = {
        name: int(getattr(file.info, theirs, 0) or 0) for name, theirs in _NUMBERS.items()
    }
    said["codec"] = codec = _codec(file)
    if isinstance(file, OggOpus):
        said["sample_rate"] = _OPUS_RATE
    if codec in _WIDTHLESS:
        said["bits"] = 0
        if isinstance(file, WAVE):  # the library reckons as if every byte were a sample's
            said |= {"seconds": 0.0, "bitrate": 0}
    return said


def _codec(file: Any) -> str:
    info = file.info
    if isinstance(file, MP3):
        return "mp3" if info.layer == 3 else f"mp{info.layer}"
    if isinstance(file, MP4):
        codec = str(info.codec)
        return next((ours for theirs, ours in _IN_MP4.items() if codec.startswith(theirs)), "")
    if isinstance(file, WAVE):
        return _IN_WAVE.get(info.audio_format, "")
    if isinstance(file, ASF):
        told = f"{info.codec_type} {info.codec_name}"
        return "wma lossless" if "Lossless" in told else "wma"
    return _CODECS.get("AAC" if isinstance(file, AAC) else type(file).__name__, "")
