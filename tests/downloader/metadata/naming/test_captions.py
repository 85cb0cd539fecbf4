from __future__ import annotations

import pytest

from downloader.metadata.naming.captions import read, read_album
from downloader.metadata.naming.rules import Rules


@pytest.mark.parametrize(
    ("caption", "artist", "title"),
    [
        ("Adele - Hello", "Adele", "Hello"),
        ("Adele — «Hello»", "Adele", "Hello"),
        ("Агата Кристи «Опиум»", "Агата Кристи", "Опиум"),
        ("“Hurt” by Johnny Cash", "Johnny Cash", "Hurt"),
        ("张学友《吻别》", "张学友", "吻别"),
        ("New!\n\n🎵 Adele - Hello 🎵\n@channel", "Adele", "Hello"),
        ("1. Adele - Hello", "Adele", "Hello"),
        ("Song of the day: Adele - Hello", "Adele", "Hello"),
        ("Исполнитель: Кино\nНазвание: Кукушка", "Кино", "Кукушка"),
        ("Artista: Maná\nCanción: Eres", "Maná", "Eres"),
        ("Interpret: Nena\nTitel: Leuchtturm", "Nena", "Leuchtturm"),
        ("Sanatçı: MFÖ\nŞarkı: Sude", "MFÖ", "Sude"),
        ("خواننده: ابی\nآهنگ: گریز", "ابی", "گریز"),
        ("歌手：陈粒 歌名：走马", "陈粒", "走马"),
        ("Title: Hello | Artist: Adele", "Adele", "Hello"),
        ("Artist - Adele\nSong - Hello", "Adele", "Hello"),
        ("👤 Adele\n🎵 Hello", "Adele", "Hello"),
        ("Dr. Dre feat. Snoop Dogg - Still D.R.E.", "Dr. Dre feat. Snoop Dogg", "Still D.R.E."),
    ],
)
def test_a_caption_says_artist_and_title(caption: str, artist: str, title: str) -> None:
    said = read(caption, Rules()).said

    assert (artist, title) == (said.artist, said.title)


@pytest.mark.parametrize(
    "caption",
    [
        "", "my favourite song", "Good morning everyone, we start the day with this - enjoy!",
        "Музыка — это жизнь", "I love this. So much - really", "#pop #rock", "@channel - t.me/x",
        "Guten Morgen zusammen! Heute wird ein schöner Tag – genießt ihn", "https://x.example/a-b",
    ],
)  # fmt: skip
def test_prose_says_nothing(caption: str) -> None:
    said = read(caption, Rules()).said

    assert ("", "") == (said.artist, said.title)


def test_labels_name_the_other_fields_too() -> None:
    said = read("🎤 A\n🎵 B\n💿 Live at X\n📅 2004-05-17\nGenre: hiphop", Rules()).said

    assert ("Live at X", "2004-05-17", "Hip-Hop") == (said.album, said.date, said.genre)


def test_a_hashtag_is_a_genre_if_it_is_one() -> None:
    assert "Indie" == read("#summer #indie", Rules()).said.genre


def test_of_two_lines_one_is_the_artist_if_the_other_is_the_title() -> None:
    assert "Adele" == read("Adele\nHello", Rules(), "Hello").said.artist
    assert "" == read("Adele\nHello", Rules(), "Skyfall").said.artist


@pytest.mark.parametrize(
    ("caption", "artist", "album", "year", "is_sure"),
    [
        ("Queen - A Night at the Opera (1975)", "Queen", "A Night at the Opera", "1975", True),
        ("Queen - Jazz [1978] [FLAC]", "Queen", "Jazz", "1978", True),
        ("Queen - 1978 - Jazz", "Queen", "Jazz", "1978", True),
        ("Земфира — «Вендетта» (2005)", "Земфира", "Вендетта", "2005", True),
        ("Исполнитель: ДДТ\nАльбом: Оттепель\nГод: 1990", "ДДТ", "Оттепель", "1990", True),
        ("Queen - Jazz", "Queen", "Jazz", "", False),
        ("What do you think of these?", "", "", "", False),
    ],
)
def test_a_caption_says_an_album(
    caption: str, artist: str, album: str, year: str, is_sure: bool
) -> None:
    found = read_album(caption, Rules())

    assert (artist, album, year) == (found.said.artist, found.said.album, found.said.date)
    assert is_sure == found.is_labelled


def test_an_album_of_many_is_a_compilation() -> None:
    said = read_album("VA - Metal Anthems (2012)", Rules()).said

    assert ("", "Various Artists", True) == (said.artist, said.album_artist, said.is_compilation)
