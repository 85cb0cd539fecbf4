from __future__ import annotations

import pytest

from downloader.metadata.naming.rules import Rules, names, rules


@pytest.mark.parametrize(
    ("text", "cleaned", "rule"),
    [
        ("𝐀𝐝𝐞𝐥𝐞", "Adele", "letters for show"),
        ("Song https://x.example/y", "Song", "links"),
        ("Song (t.me/music)", "Song", "links"),
        ("Лесник (zaycev.net)", "Лесник", "sites"),
        ("Song [muzmo.ru]", "Song", "sites"),
        ("www.xyz.com - Song", "Song", "links"),
        ("Song [mp3crown.cc]", "Song", "sites"),
        ("@channel - Song", "Song", "channels"),
        ("Song [via @channel]", "Song", "channels"),
        ("Экспонат скачать бесплатно", "Экспонат", "advertising"),
        ("Song (Free Download)", "Song", "advertising"),
        ("Firuze mp3 indir", "Firuze", "advertising"),
        ("Song 320kbps", "Song", "quality"),
        ("Song [320]", "Song", "quality"),
        ("Song (FLAC 24bit)", "Song", "quality"),
        ("Song (Official Music Video)", "Song", "video words"),
        ("Song | Official Audio", "Song", "video words"),
        ("Song Official Video", "Song", "video words"),
        ("Прованс (Официальное видео)", "Прованс", "video words"),
        ("夜に駆ける【MV】", "夜に駆ける", "video words"),
        ("Coldplay - Topic", "Coldplay", "topic"),
        ("AdeleVEVO", "Adele", "topic"),
        ("«Группа крови»", "Группа крови", "quotes"),
        ("🔥 Song 🔥", "Song", "decorations"),
    ],
)
def test_each_rule_can_be_switched_off(text: str, cleaned: str, rule: str) -> None:
    others = frozenset(names()) - {rule}

    assert cleaned == Rules().cleaned(text) == Rules(off=others).cleaned(text)
    assert cleaned != Rules(off=frozenset(names())).cleaned(text)


@pytest.mark.parametrize(
    "name",
    [
        "Song (Remix)", "Song - Live", "Song (Acoustic)", "Song (Radio Edit)", "Song, Pt. 2",
        "Song (2011 Remaster)", "Song (Part 2)", "Video Killed the Radio Star", "Video Games",
        "Music", "(Audio)", "★", "Prelude in C♯", "B♭", "will.i.am", "Mr.Kitty", "M.I.A.", "T.N.T.",
        "( )", "!!!", "#3", "***Flawless", "Free Fallin'", "Download", "Motörhead", "HÉROES",
        "Hello (from the Other Side)", "Song 2", "10:15 Saturday Night", "Re: Stacks", "AC/DC",
    ],
)  # fmt: skip
def test_what_is_part_of_a_name_stays(name: str) -> None:
    assert name == Rules().cleaned(name)


@pytest.mark.parametrize("text", ["@channel", "t.me/x", "zaycev.net", "скачать бесплатно", "[]"])
def test_what_is_nothing_but_noise_leaves_nothing_but_itself(text: str) -> None:
    assert Rules().cleaned(text) in {"", "[]"}


def test_names_of_rules_are_told_apart() -> None:
    assert len(set(names())) == len(names()) > len(rules())


@pytest.mark.parametrize(
    ("text", "title", "artist"),
    [
        ("Song ft. Guest", "Song (feat. Guest)", "Song feat. Guest"),
        ("Song (Featuring Guest)", "Song (feat. Guest)", "Song feat. Guest"),
        ("Song [feat. One & Two]", "Song (feat. One & Two)", "Song feat. One & Two"),
        ("Song FEAT Guest (Remix)", "Song (feat. Guest) (Remix)", "Song feat. Guest (Remix)"),
        ("Song feat. Guest - Live", "Song (feat. Guest) - Live", "Song feat. Guest - Live"),
        ("Ft. Worth", "Ft. Worth", "Ft. Worth"),
        ("Feat", "Feat", "Feat"),
    ],
)
def test_guests_are_written_in_one_way(text: str, title: str, artist: str) -> None:
    assert (title, artist) == (Rules().title(text), Rules().artist(text))
    assert (title, artist) == (Rules().title(title), Rules().artist(artist))
