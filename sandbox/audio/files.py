"""Finished audio files: a melody, a format, and what it says about itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from io import BytesIO

from sandbox.audio import aac, flac, mp4, mpeg, ogg, opus, tags, vorbis, wave
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a format is made: the file ending, the type Telegram names, the codec, the tagger."""

    extension: str
    mime: str
    encode: Callable[[Melody], bytes]
    tag: Callable[[BytesIO, Tags], None]


def _m4a(melody: Melody) -> bytes:
    return mp4.pack(list(aac.blocks(melody)))


def _flac(melody: Melody) -> bytes:
    return flac.encode(melody.samples(flac.RATE))


def _wav(melody: Melody) -> bytes:
    return wave.encode(melody.samples(wave.RATE))


def _vorbis(melody: Melody) -> bytes:
    packets = vorbis.packets(melody)
    return _paged(list(vorbis.headers()), packets, vorbis.BLOCK, start=0)


def _opus(melody: Melody) -> bytes:
    packets = opus.packets(melody)
    return _paged(list(opus.headers()), packets, opus.BLOCK, start=opus.BLOCK)


def _paged(headers: Sequence[bytes], packets: Sequence[bytes], block: int, *, start: int) -> bytes:
    positions = [start + number * block for number in range(len(packets))]
    return ogg.pages(headers, packets, positions).getvalue()


class Format(Enum):
    MP3 = Recipe("mp3", "audio/mpeg", mpeg.encode, tags.tag_id3)
    FLAC = Recipe("flac", "audio/flac", _flac, tags.tag_flac)
    M4A = Recipe("m4a", "audio/mp4", _m4a, tags.tag_mp4)
    OGG = Recipe("ogg", "audio/ogg", _vorbis, tags.tag_vorbis)
    OPUS = Recipe("opus", "audio/opus", _opus, tags.tag_opus)
    WAV = Recipe("wav", "audio/x-wav", _wav, tags.tag_wave)

    @property
    def extension(self) -> str:
        return self.value.extension

    @property
    def mime(self) -> str:
        return self.value.mime

    def file(self, melody: Melody, said: Tags | None = None) -> bytes:
        """Return the bytes of a playable file; without `said` it carries no tags."""
        stream = BytesIO(self.value.encode(melody))
        if said is not None:
            self.value.tag(stream, said)
        return stream.getvalue()
