"""The child process in which strangers' files are opened: it may die of them, and does no harm.

It is handed one opened file after another over a socket, with the kind that the bytes are, and
answers each with one line of JSON: an object, or null for a file that is broken. It cannot open
anything by itself, no file and no connection, once the tag library is loaded.
"""

from __future__ import annotations

import codecs
import json
import math
import os
import resource
import socket
import struct
import sys
import time
from io import BufferedReader
from typing import Any

import mutagen
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

from downloader.metadata.fields import said_by

_ASKED = 16  # bytes, the longest name of a kind
_CLASSES: dict[str, Any] = {
    "mp3": MP3, "mp2": MP3, "aac": AAC, "flac": FLAC, "m4a": MP4, "m4b": MP4, "opus": OggOpus,
    "wav": WAVE, "aiff": AIFF, "wma": ASF, "ape": MonkeysAudio, "wv": WavPack, "mpc": Musepack,
    "tta": TrueAudio, "dsf": DSF, "dff": DSDIFF,
}  # fmt: skip
_IN_OGG = ((b"\x01vorbis", OggVorbis), (b"\x7fFLAC", OggFLAC), (b"Speex   ", OggSpeex))
# Python loads a codec when it is first used, which then could not be opened.
_CODECS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "ascii", "cp1252", "mac-roman")
# What broken files have been seen to raise. Anything else ends this process, and so does a lack of
# memory, of which too little may be left for the next file.
_BROKEN = (
    mutagen.MutagenError, OSError, ValueError, TypeError, LookupError, ArithmeticError,
    AttributeError, AssertionError, NotImplementedError, RecursionError, EOFError, struct.error,
)  # fmt: skip


def main() -> None:
    """Serve the socket that is standard input until nobody is at its other end."""
    memory, seconds = int(sys.argv[2]), int(sys.argv[3])
    _give_up_all_rights(memory)
    with socket.socket(fileno=0) as line:
        line.sendall(b"\n")  # ready
        while True:
            asked, numbers, _, _ = socket.recv_fds(line, _ASKED, 1)
            if not asked:
                return
            _allow(seconds)
            with os.fdopen(numbers[0], "rb") as file:
                answer = said_in(file, asked.decode())
            line.sendall(json.dumps(answer).encode() + b"\n")


def said_in(file: BufferedReader, kind: str) -> dict[str, Any] | None:
    """Return what the file says about itself, nothing for a kind without tags, None if broken."""
    try:
        file.seek(0)
        reader = _in_ogg(file) if kind == "ogg" else _CLASSES.get(kind)
        if reader is None:
            return {}
        opened = reader(file)
        return said_by(opened, opened.tags if opened.tags is not None else _before(file))
    except _BROKEN:
        return None


def _in_ogg(file: BufferedReader) -> Any:
    head = file.read(64)
    file.seek(0)
    return next((reader for magic, reader in _IN_OGG if magic in head), None)


def _before(file: BufferedReader) -> ID3 | None:
    """Return the tag that may stand before a stream whose own family has none."""
    file.seek(0)
    try:
        return ID3(file)
    except ID3NoHeaderError:
        return None


def _give_up_all_rights(memory: int) -> None:
    for codec in _CODECS:
        codecs.lookup(codec)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    lowest = os.dup(0)
    os.close(lowest)
    # One number is left, and the file that is handed over takes it.
    _limit(resource.RLIMIT_NOFILE, lowest + 1)


def _limit(what: int, most: int) -> None:
    most = _allowed(what, most)
    resource.setrlimit(what, (most, most))


def _allow(seconds: int) -> None:
    """Let the system end this process when it has been busy for so long from now on."""
    busy = math.ceil(time.process_time()) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (_allowed(resource.RLIMIT_CPU, busy), hard))


def _allowed(what: int, wanted: int) -> int:
    """Return what may be asked for where the machine allows less."""
    _, hard = resource.getrlimit(what)
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
