from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from downloader.metadata.answering import answered, said_in
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from tests.downloader.metadata.files import ENDLESS, frame, frames_of_sound, tagged

SONG = Format.MP3.file(Melody(1, 2), Tags("So What", "Miles Davis"))


def said(body: bytes, kind: str) -> dict[str, Any]:
    return said_in(BytesIO(body), kind)


def test_a_file_is_read_from_its_start_wherever_it_stands() -> None:
    stream = BytesIO(SONG)
    stream.seek(100)

    assert "So What" == said_in(stream, "mp3")["title"]


@pytest.mark.parametrize("kind", ["flac", "m4a", "ogg", "opus", "wav", "aiff", "wma", "ape", "wv"])
def test_a_file_of_another_kind_than_it_is_said_to_be_is_broken_or_silent(kind: str) -> None:
    answer = said(SONG, kind)

    assert answer["broken"] or not answer.get("title")


def test_a_kind_without_tags_says_nothing() -> None:
    nothing = {"flaws": [], "broken": False}

    assert nothing == said(b"caff", "caf")
    assert nothing == said(b"OggS" + bytes(23) + b"\x0e\x80theora", "ogg") | {"flaws": []}


def test_a_tag_of_the_last_century_at_the_end_of_the_file_counts() -> None:
    old = b"TAG" + b"So What".ljust(30, b"\0") + b"Miles".ljust(30, b"\0") + bytes(30)
    answer = said(frames_of_sound() + old + b"1959" + bytes(30) + b"\x08", "mp3")

    assert ("So What", "Miles", "1959", "Jazz") == (
        answer["title"], answer["artist"], answer["date"], answer["genre"],
    )  # fmt: skip


def test_a_tag_before_a_stream_that_has_none_of_its_own_counts() -> None:
    adts = b"\xff\xf1\x50\x80\x01\x7f\xfc" + bytes(4)  # a frame of 11 bytes
    tag = tagged(frame(b"TIT2", b"\3So What")).removesuffix(frames_of_sound())
    answer = said(tag + adts * 40, "aac")

    assert "So What" == answer["title"]


def test_half_a_file_is_broken() -> None:
    assert said(ENDLESS[:6], "mpc")["broken"] is True


def test_what_is_wrong_with_the_sound_is_told_of_a_broken_file_too() -> None:
    song = Format.M4A.file(Melody(1, 2), Tags("So What", "Miles Davis"))
    answer = said(song[: len(song) // 2], "m4a")

    assert ["truncated"] == answer["flaws"]


def test_a_question_for_what_a_broken_file_holds_is_answered_with_that() -> None:
    for what in ("picture", "lyrics"):
        question = {"do": what, "kind": "mpc"}

        assert ({"broken": True}, b"") == answered(BytesIO(ENDLESS[:6]), question, b"")
