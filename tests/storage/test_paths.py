from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pathvalidate import is_valid_filename

from storage.description import Description
from storage.models import Chat, ChatKind
from storage.names import numbered
from storage.paths import (
    BY_CHAT,
    LONGEST_PATH,
    Filing,
    Templates,
    fits_template,
    library_path,
)
from storage.templates import parse
from tests.storage.values import JAZZ, NOW

_ANY_TEXT = st.text(st.characters(), max_size=300)  # lone surrogates and all
_NASTY = st.lists(
    st.sampled_from(
        (
            *("..", "/", "\\", ".", " ", "con", "aux", ".mp3", ".part", "\0", "\u202e", "\ud800"),
            *("\U0001f469\u200d\U0001f680", "e\u0301", "Ж" * 40),
            *("-", "~", "$(x)", "`", ":", "*", "x"),
        )
    ),
    max_size=20,
).map("".join)
_WORDS = st.one_of(_ANY_TEXT, _NASTY)


def _path(
    title: str = "So What",
    performer: str = "Miles Davis",
    name: str = "",
    extension: str = "mp3",
    chat: Chat = JAZZ,
) -> PurePosixPath:
    described = Description(title=title, artist=performer)
    return library_path(described, Filing(501, extension, name, chat), BY_CHAT)


def _name(title: str = "", performer: str = "", name: str = "", extension: str = "mp3") -> str:
    return _path(title, performer, name, extension).name


def _folder(title: str, username: str | None = None) -> str:
    return _path(chat=Chat(-1009, title, username, ChatKind.CHANNEL)).parts[0]


def _check_component(name: str) -> None:
    assert 0 < len(name.encode()) <= 255
    assert is_valid_filename(name, platform="universal")
    assert unicodedata.is_normalized("NFC", name)
    assert not name.startswith((".", "-", "~", " "))
    assert not name.endswith((".", " "))
    assert not set(name) & set('<>:"/\\|?*`\0')
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in name)


@given(_WORDS, _WORDS, _WORDS, _WORDS, _WORDS, st.sampled_from(["mp3", ".FLAC", "", "/../x"]))
@example("", "", "", "", "", "mp3")
@example("\u200d", "\u0301", "\u200c.mp3", "\u3164", "_", "mp3")
@example("a" + "\u0301" * 200, "", "", "\U0001f1e9" * 80, "", "opus")
def test_any_text_makes_a_valid_path_inside_the_library(
    title: str, performer: str, name: str, chat_title: str, username: str, extension: str
) -> None:
    chat = Chat(-1009, chat_title, username, ChatKind.GROUP)

    path = _path(title, performer, name, extension, chat)

    assert len(path.parts) == 2
    for part in path.parts:
        _check_component(part)
        _check_component(numbered(part, 999))
    root = Path("/library")
    assert (root / path).resolve().is_relative_to(root)
    ending = path.suffix
    assert ending in {".mp3", ".flac", ".bin", ".x", ".opus"}


def test_a_file_is_named_after_performer_and_title_in_the_folder_of_its_chat() -> None:
    assert _path() == PurePosixPath("Jazz/Miles Davis - So What.mp3")


@pytest.mark.parametrize(
    ("title", "performer", "name", "expected"),
    [
        ("So What", "", "x.mp3", "So What.mp3"),
        ("", "Miles", "so_what.ogg", "so_what.mp3"),
        ("", "", "so_what", "so_what.mp3"),
        ("So What.FLAC", "Miles", "", "Miles - So What.mp3"),
        ("  So \t What ", " Miles  Davis ", "", "Miles Davis - So What.mp3"),
        ("Vol. 2", "", "", "Vol. 2.mp3"),
        ("...And Justice", "Metallica", "", "Metallica - And Justice.mp3"),
        ("AC/DC", "A:B", "", "A_B - AC_DC.mp3"),
        ("Ke$ha & A$AP; it's", "", "", "Ke$ha & A$AP; it's.mp3"),
        ("!!!", "", "", "!!!.mp3"),
        ("дождь", "Кино", "", "Кино - дождь.mp3"),
        ("\U0001f469\u200d\U0001f680", "", "", "\U0001f469\u200d\U0001f680.mp3"),
        ("می\u200cخواهم", "", "", "می\u200cخواهم.mp3"),
    ],
)
def test_ordinary_names_stay_readable(title: str, performer: str, name: str, expected: str) -> None:
    assert _name(title, performer, name) == expected


@pytest.mark.parametrize(
    "bad", ["../../etc/cron.d/x", "/abs/x", "..\\..\\x", "C:\\x", "a/../../b", "~/x"]
)
def test_row_71_a_path_in_a_name_stays_inside_the_library(bad: str) -> None:
    for name, folder in ((_name(bad), _folder(bad)), (_name(name=bad), _folder("", bad))):
        assert "/" not in name
        assert "\\" not in name
        assert not name.startswith(".")
        assert ":" not in name
        _check_component(folder)


@pytest.mark.parametrize(
    "nothing", ["", ".", "..", "   ", ".mp3", "...", "???", "\u200b", "\u3164", "_-_", "\u0301"]
)
def test_row_72_a_name_of_nothing_is_made_from_the_id(nothing: str) -> None:
    assert _name(nothing, nothing, nothing) == "audio_501.mp3"


def test_row_72_a_chat_of_no_name_is_named_after_its_username_or_id() -> None:
    assert _folder("..", None) == "chat_1009"
    assert _folder("\u200b", "jazz") == "jazz"


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("a\0b", "ab.mp3"),
        ("a\nb\tc", "a b c.mp3"),
        ("a\x1b[31mb", "a[31mb.mp3"),
        ("song\u202e3pm.exe", "song3pm.exe.mp3"),
        ("\ufeffa\u2066b\u2069", "ab.mp3"),
        ("a\u2028b\x85c", "a b c.mp3"),
        ("a\ufffe\ufdd0b", "ab.mp3"),
    ],
)
def test_row_73_control_and_direction_characters_are_removed(bad: str, expected: str) -> None:
    assert _name(bad) == expected


@pytest.mark.parametrize(
    "long", ["x" * 300, "Ж" * 127, "Ж" * 128, "\U0001f3b5" * 64, "a" + "\u0301" * 300]
)
def test_row_74_long_names_are_cut_by_bytes_with_room_for_a_number(long: str) -> None:
    name = _name(long, extension="flac")

    assert len(name.encode()) <= 255 - len(" (999)")
    assert len(name.encode()) > 200
    assert name.endswith(".flac")
    assert len(numbered(name, 12345).encode()) <= 255
    assert len(_folder(long).encode()) <= 249


def test_row_74_a_cut_falls_between_what_a_person_takes_for_characters() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    stem = _name("x" + family * 30).removesuffix(".mp3").removeprefix("x")
    accents = _name("Жe\u0308\u0323" * 60).removesuffix(".mp3")

    assert stem == family * (len(stem) // len(family))
    assert accents.endswith(("Ж", unicodedata.normalize("NFC", "e\u0308\u0323")))


def test_row_75_a_lone_surrogate_is_replaced_and_a_pair_is_kept() -> None:
    assert _name("a\ud800b") == "a\ufffdb.mp3"
    assert _name("\ud83c\udfb5") == "\U0001f3b5.mp3"


@pytest.mark.parametrize(
    "device",
    ["CON", "con", "aux", "PRN", "NUL", "com1", "LPT9", "COM¹", "CONIN$", "clock$", "con .x"],
)
def test_row_77_device_names_are_portable(device: str) -> None:
    assert _name(device) == f"_{device}.mp3"
    assert _folder(device) == f"_{device}"
    assert _name(f"{device}.b").startswith("_")


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("name.", "name.mp3"),
        ("name . .", "name.mp3"),
        ("a:b", "a_b.mp3"),
        ("a*b?", "a_b_.mp3"),
        ('<"a|b">', "a_b__.mp3"),
        ("conquest", "conquest.mp3"),
        ("auxiliary", "auxiliary.mp3"),
    ],
)
def test_row_77_names_are_portable(bad: str, expected: str) -> None:
    assert _name(bad) == expected


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("x.mp3.exe", "x.flac"),
        ("x.html", "x.flac"),
        ("x.desktop", "x.flac"),
        ("x.url", "x.flac"),
        ("x.opus", "x.flac"),
        ("Mr. Smith.ogg", "Mr. Smith.flac"),
    ],
)
def test_row_78_the_ending_comes_from_the_type(bad: str, expected: str) -> None:
    assert _name(name=bad, extension="flac") == expected


def test_row_78_an_ending_is_letters_and_digits() -> None:
    assert _name("x", extension=".M4A") == "x.m4a"
    assert _name("x", extension="../e x!e") == "x.exe"
    assert _name("x", extension="") == "x.bin"
    assert _name("x", extension="verylongending") == "x.verylong"


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("-rf", "rf.mp3"),
        ("--help", "help.mp3"),
        ("~root", "root.mp3"),
        ("$(reboot)", "_(reboot).mp3"),
        ("${IFS}x", "_{IFS}x.mp3"),
        ("`reboot`", "_reboot_.mp3"),
        ("\u1fefid\u1fef", "id_.mp3"),  # becomes a backtick when composed
    ],
)
def test_row_79_names_are_safe_in_shells(bad: str, expected: str) -> None:
    assert _name(bad).lstrip("_") == expected.lstrip("_")


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("5.part", "5.part_"),
        (".nomedia", "nomedia"),
        (".tad", "tad"),
        ("tad.db", "_tad.db"),
        ("TAD.DB-wal", "_TAD.DB-wal"),
        ("lost+found", "_lost+found"),
    ],
)
def test_row_80_our_own_names_are_left_to_us(bad: str, expected: str) -> None:
    assert _folder(bad) == expected
    assert _name(bad) == f"{expected}.mp3"


TEMPLATES = Templates(
    parse("{albumartist}/{album} ({year})/[{disc}-][{track:02} ]{title}"),
    parse("{artist}/Singles/{title}"),
    parse("Compilations/{album} ({year})/[{track:02} ][{artist} - ]{title}"),
)
SO_WHAT = Description(
    title="So What", artist="Miles Davis", album="Kind of Blue", date="1959-08-17", track_number=1
)


def _placed(description: Description, templates: Templates = TEMPLATES) -> str:
    filing = Filing(501, "mp3", "so_what.mp3", JAZZ, topic=4, posted_at=NOW, bitrate=320_000)
    return str(library_path(description, filing, templates))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Miles Davis/Kind of Blue (1959)/01 So What.mp3"),
        ({"date": ""}, "Miles Davis/Kind of Blue/01 So What.mp3"),
        ({"track_number": None}, "Miles Davis/Kind of Blue (1959)/So What.mp3"),
        ({"disc_number": 1, "disc_total": 1}, "Miles Davis/Kind of Blue (1959)/01 So What.mp3"),
        ({"disc_number": 1, "disc_total": 2}, "Miles Davis/Kind of Blue (1959)/1-01 So What.mp3"),
        ({"disc_number": 2}, "Miles Davis/Kind of Blue (1959)/2-01 So What.mp3"),
        ({"album_artist": "M/D"}, "M_D/Kind of Blue (1959)/01 So What.mp3"),
        ({"album": ""}, "Miles Davis/Singles/So What.mp3"),
        ({"title": ""}, "Miles Davis/Kind of Blue (1959)/01 so_what.mp3"),
        ({"artist": ""}, "Jazz/So What.mp3"),
        ({"artist": "", "title": "", "album": ""}, "Jazz/so_what.mp3"),
        (
            {"is_compilation": True},
            "Compilations/Kind of Blue (1959)/01 Miles Davis - So What.mp3",
        ),
        ({"is_compilation": True, "album": ""}, "Miles Davis/Singles/So What.mp3"),
    ],
)
def test_a_track_lies_where_the_first_template_puts_it_that_fits(
    changes: dict[str, Any], expected: str
) -> None:
    assert expected == _placed(replace(SO_WHAT, **changes))


def test_every_field_can_be_asked_for() -> None:
    text = (
        "{chat} {chatname}/{topic}/{posted}/{genre} {composer}/{date} {year} {month}/"
        "{performer} {track:3} {tracktotal} {format} {bitrate} {id}"
    )
    description = replace(SO_WHAT, genre="Jazz", composer="Evans", track_total=5)

    assert _placed(description, Templates(parse(text), *[parse("{title}")] * 2)) == (
        "Jazz jazz/4/2026-05-04/Jazz Evans/1959-08-17 1959 08/Miles Davis 001 5 mp3 320 501.mp3"
    )


def test_the_artist_of_a_compilation_is_various_where_nobody_else_is_named() -> None:
    templates = replace(TEMPLATES, compilation=parse("{albumartist}/{album}/{title}"))
    description = replace(SO_WHAT, is_compilation=True)

    assert "Various Artists/Kind of Blue/So What.mp3" == _placed(description, templates)


def test_what_no_template_fits_can_be_told_beforehand() -> None:
    filing = Filing(501, "mp3")

    assert fits_template(SO_WHAT, filing, TEMPLATES)
    assert not fits_template(Description(title="So What"), filing, TEMPLATES)
    assert "Unsorted/X.mp3" == str(library_path(Description(title="X"), filing, TEMPLATES))


@pytest.mark.parametrize("letter", ["x", "Ж", "\U0001f3b5", "e\u0323\u0308"])
def test_a_long_path_is_cut_where_it_is_longest_with_room_for_a_number(letter: str) -> None:
    description = replace(SO_WHAT, album=letter * 300, title=letter * 300)
    path = PurePosixPath(_placed(description))
    last = path.with_name(numbered(path.name, 999))

    assert "Miles Davis" == path.parts[0]
    assert path.name.startswith("01 ")
    assert len(str(last).encode("utf-16-le")) // 2 <= LONGEST_PATH
    assert all(len(part) > 30 for part in path.parts[1:])


def test_a_path_fits_though_each_of_its_names_is_set_apart_on_both_sides() -> None:
    deep = parse("/".join(["{artist}"] * 8) + "/{title}")
    description = replace(SO_WHAT, artist="nul.txt & aux.part", title="con" + "x" * 300)
    path = PurePosixPath(_placed(description, replace(TEMPLATES, album=deep)))
    last = path.with_name(numbered(path.name, 999))

    assert "_nul.txt & aux.part_" == path.parts[0]
    assert LONGEST_PATH - 9 <= len(str(last)) <= LONGEST_PATH
