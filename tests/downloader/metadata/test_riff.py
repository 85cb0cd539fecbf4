from __future__ import annotations

import struct
from io import BytesIO

import pytest

from downloader.metadata.riff import info_in


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def wave(*fields: tuple[bytes, bytes], is_behind: bool) -> BytesIO:
    info = chunk(b"LIST", b"INFO" + b"".join(chunk(*field) for field in fields))
    sound = chunk(b"data", bytes(99))
    return BytesIO(b"RIFF\0\0\0\0WAVE" + (sound + info if is_behind else info + sound))


@pytest.mark.parametrize("is_behind", [True, False])
def test_the_list_is_found_before_the_sound_and_behind(is_behind: bool) -> None:
    file = wave(
        (b"INAM", b"So What\0"), (b"IART", "Осень".encode()), (b"ICRD", b"1959"), (b"ISFT", b"x"),
        is_behind=is_behind,
    )  # fmt: skip

    assert {"title": "So What", "artist": "Осень", "date": "1959"} == info_in(file)


def test_text_of_another_age_is_read_as_windows_wrote_it() -> None:
    assert {"title": "Café"} == info_in(wave((b"INAM", b"Caf\xe9"), is_behind=False))


@pytest.mark.parametrize("body", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE" + b"\xff" * 50])
def test_where_there_is_no_list_nothing_is_said(body: bytes) -> None:
    assert {} == info_in(BytesIO(body))
