"""Ogg paging: packets of a codec become a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from mutagen.ogg import OggPage

_PACKETS_PER_PAGE = 40


def pages(headers: Iterable[bytes], packets: Sequence[bytes], positions: Sequence[int]) -> BytesIO:
    """Return a stream with each header on its own page and then the audio.

    `positions` tells for each packet how many samples are out after it.
    """
    stream = BytesIO()
    sequence = 0
    for header in headers:
        stream.write(_page([header], 0, sequence, first=sequence == 0))
        sequence += 1
    for at in range(0, len(packets), _PACKETS_PER_PAGE):
        chunk = list(packets[at : at + _PACKETS_PER_PAGE])
        last = at + _PACKETS_PER_PAGE >= len(packets)
        position = positions[at + len(chunk) - 1]
        stream.write(_page(chunk, position, sequence, last=last))
        sequence += 1
    stream.seek(0)
    return stream


def _page(
    packets: list[bytes], position: int, sequence: int, *, first: bool = False, last: bool = False
) -> bytes:
    page = OggPage()
    page.packets = packets
    page.position = position
    page.sequence = sequence
    page.serial = 1
    page.first = first
    page.last = last
    data: bytes = page.write()
    return data
