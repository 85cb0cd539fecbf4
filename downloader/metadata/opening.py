"""Opens a file with that part of the tag library which is made for its kind.

It runs in the child process only: what strangers send does harm to whoever opens it.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from mutagen.aac import AAC
from mutagen.aiff import AIFF
from mutagen.asf import ASF
from mutagen.dsdiff import DSDIFF
from mutagen.dsf import DSF
from mutagen.flac import FLAC
from mutagen.id3 import ID3, ID3NoHeaderError
from mutagen.monkeysaudio import MonkeysAudio
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.musepack import Musepack
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggspeex import OggSpeex
from mutagen.oggvorbis import OggVorbis
from mutagen.trueaudio import TrueAudio
from mutagen.wave import WAVE
from mutagen.wavpack import WavPack

_CLASSES: dict[str, Any] = {
    "mp3": MP3, "mp2": MP3, "aac": AAC, "flac": FLAC, "m4a": MP4, "m4b": MP4, "opus": OggOpus,
    "wav": WAVE, "aiff": AIFF, "wma": ASF, "ape": MonkeysAudio, "wv": WavPack, "mpc": Musepack,
    "tta": TrueAudio, "dsf": DSF, "dff": DSDIFF,
}  # fmt: skip
_IN_OGG = ((b"\x01vorbis", OggVorbis), (b"\x7fFLAC", OggFLAC), (b"Speex   ", OggSpeex))


def opened(file: BinaryIO, kind: str) -> Any | None:
    """Return the file as the tag library has read it, None for a kind without tags.

    It raises what that library raises where a file is broken, which is nearly anything.
    """
    file.seek(0)
    reader = _in_ogg(file) if kind == "ogg" else _CLASSES.get(kind)
    return None if reader is None else reader(file)


def tag_before(file: BinaryIO) -> ID3 | None:
    """Return the tag that may stand before a stream whose own family has none."""
    file.seek(0)
    try:
        return ID3(file)
    except ID3NoHeaderError:
        return None


def _in_ogg(file: BinaryIO) -> Any:
    head = file.read(64)
    file.seek(0)
    return next((reader for magic, reader in _IN_OGG if magic in head), None)
