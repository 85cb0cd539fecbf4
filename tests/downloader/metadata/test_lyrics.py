from __future__ import annotations

from typing import Any

import pytest
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.id3 import ID3, SYLT, TIT2, TXXX, USLT
from mutagen.mp4 import MP4Tags
from mutagen.oggvorbis import OggVCommentDict

from downloader.metadata.lyrics import lyrics_in


def id3(*frames: Any) -> ID3:
    tags = ID3()
    for frame in frames:
        tags.add(frame)
    return tags


def comments(*pairs: tuple[str, str]) -> Any:
    tags: Any = OggVCommentDict.__new__(OggVCommentDict)
    tags.extend(pairs)
    return tags


def test_words_with_their_times_become_lrc_and_come_before_others() -> None:
    tags = id3(
        USLT(encoding=3, lang="eng", desc="", text="La la"),
        SYLT(encoding=3, lang="eng", format=2, type=1, desc="",
             text=[("La", 0), ("la\nla", 61_234), ("end", 3_600_000)]),
    )  # fmt: skip

    assert "[00:00.00]La\n[01:01.23]la la\n[60:00.00]end" == lyrics_in(tags)


def test_times_in_frames_are_no_times() -> None:
    timed = SYLT(encoding=3, lang="eng", format=1, type=1, desc="", text=[("La", 7)])

    assert "" == lyrics_in(id3(timed))


@pytest.mark.parametrize("name", ["LYRICS", "UNSYNCEDLYRICS", "Lyrics"])
def test_comments_hold_words_under_several_names(name: str) -> None:
    assert "La\nla" == lyrics_in(comments(("title", "x"), (name, "La\r\nla\r\n")))


def test_of_several_comments_the_one_with_times_counts() -> None:
    tags = comments(("lyrics", "La"), ("unsyncedlyrics", "La"), ("SYNCEDLYRICS", "[00:01.00]La"))

    assert "[00:01.00]La" == lyrics_in(tags)


def test_other_families_have_words_too() -> None:
    mp4, ape, asf = MP4Tags(), APEv2(), ASFTags()
    mp4["\xa9lyr"], ape["Lyrics"], asf["WM/Lyrics"] = ["La"], "La", ["La"]
    by_ffmpeg = id3(TXXX(encoding=3, desc="USLT", text=["La"]))

    assert ["La"] * 4 == [lyrics_in(tags) for tags in (mp4, ape, asf, by_ffmpeg)]


def test_a_song_without_words_has_none() -> None:
    empty = USLT(encoding=3, lang="eng", desc="", text=" ")

    assert [""] * 3 == [
        lyrics_in(tags) for tags in (None, id3(empty, TIT2(text=["x"])), comments(("title", "x")))
    ]


def test_no_words_grow_without_end() -> None:
    assert 1 << 18 == len(lyrics_in(comments(("lyrics", "x" * (1 << 20)))))
