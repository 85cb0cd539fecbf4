from __future__ import annotations

import pytest

from downloader.metadata.naming.filenames import read, stem
from downloader.metadata.naming.rules import Rules


@pytest.mark.parametrize(
    ("name", "artist", "title", "number"),
    [
        ("Artist - Waterloo.mp3", "Artist", "Waterloo", None),
        ("01. Artist - Waterloo.mp3", "Artist", "Waterloo", 1),
        ("01 - Waterloo.flac", "", "Waterloo", 1),
        ("[07] Waterloo.ogg", "", "Waterloo", 7),
        ("Artist_-_Waterloo.mp3", "Artist", "Waterloo", None),
        ("@channel - Artist - Waterloo.mp3", "Artist", "Waterloo", None),
        ("Artist — Waterloo", "Artist", "Waterloo", None),
        ("A1 Waterloo.flac", "", "Waterloo", 1),
        ("1-03 Waterloo.flac", "", "Waterloo", 3),
        ("Artist - 03 - Waterloo.mp3", "Artist", "Waterloo", 3),
        ("Waterloo.mp3.mp3", "", "Waterloo", None),
        ("Waterloo.mp3.exe", "", "Waterloo", None),
        ("C:\\Music\\Artist - Waterloo.wma", "Artist", "Waterloo", None),
        ("Artist%20-%20Waterloo.mp3", "Artist", "Waterloo", None),
        ("Artist+-+Waterloo.mp3", "Artist", "Waterloo", None),
        ("03-some_artist-some_title-grp.mp3", "some artist", "some title", 3),
        ("Waterloo [FTQbiNvZqaY].mp3", "", "Waterloo", None),
        ("Waterloo [Alternative].mp3", "", "Waterloo [Alternative]", None),
        ("Artist - Waterloo (1).mp3", "Artist", "Waterloo", None),
        ("50 Cent - In Da Club.mp3", "50 Cent", "In Da Club", None),
        ("D12 - My Band.mp3", "D12", "My Band", None),
        ("311 - Down.mp3", "311", "Down", None),
        ("Jay-Z - 99 Problems.mp3", "Jay-Z", "99 Problems", None),
        ("05.五月天-倔强.mp3", "五月天", "倔强", 5),
    ],
)  # fmt: skip
def test_what_a_name_says(name: str, artist: str, title: str, number: int | None) -> None:
    said = read(name, Rules()).said

    assert (artist, title, number) == (said.artist, said.title, said.track_number)


@pytest.mark.parametrize(
    "name",
    [
        "audio_2021-03-04.mp3", "AUD-20210304-WA0001.opus", "9f86d081884c7d659a2feaa0c55ad015.mp3",
        "4cc66f8d-0b2a-4c6e-9a53-1f6f6e1f5a55.m4a", "1234567890.mp3", "file_123.mp3", "voice.ogg",
        "Запись 12.m4a", "New Recording 3.m4a", "WhatsApp Audio 2022-04-12 at 10.33.21.mpeg",
        "CQACAgIAAxkBAAEBq3Zj8yPZ.mp3", "-2_5298712345678901234.mp3", "2023-08-01 19-22-10.mp3",
        "mix_final.mp3", ".mp3", "", "   ", "___",
    ],
)  # fmt: skip
def test_a_name_that_a_program_has_made_up_says_nothing(name: str) -> None:
    said = read(name, Rules()).said

    assert ("", "", None) == (said.artist, said.title, said.track_number)


@pytest.mark.parametrize("name", ["track01.mp3", "01.mp3", "Дорожка 1.mp3"])
def test_a_number_alone_is_the_number_of_the_track(name: str) -> None:
    said = read(name, Rules()).said

    assert ("", 1) == (said.title, said.track_number)


def test_an_album_in_a_name_is_told_by_the_number_behind_it() -> None:
    found = read("Artist - Album - 03 - Waterloo.mp3", Rules()).said
    unclear = read("Artist - Middle - Waterloo.mp3", Rules())

    assert ("Artist", "Album", 3, "Waterloo") == (
        found.artist, found.album, found.track_number, found.title,
    )  # fmt: skip
    assert ("Middle", "Waterloo") == (unclear.middle, unclear.title)


def test_a_stem_has_neither_folders_nor_endings_nor_underscores() -> None:
    assert "AC DC - T.N.T" == stem("music/AC_DC - T.N.T..mp3")
