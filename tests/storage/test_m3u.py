from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath

from storage.m3u import listed, m3u8
from tests.bot.library import a_track


def test_each_file_is_told_with_seconds_name_and_path() -> None:
    tracks = [
        a_track(1, path=PurePosixPath("Jazz & Co") / "Tune 1.mp3"),
        a_track(2, duration=timedelta(0), performer="", path=PurePosixPath("ü") / "Ж.mp3"),
    ]

    expected = (
        "#EXTM3U\n#PLAYLIST:Morning\n"
        "#EXTINF:225,Trio - Tune 1\nJazz & Co/Tune 1.mp3\n"
        "#EXTINF:-1,Tune 2\nü/Ж.mp3\n"
    )
    assert expected == m3u8("Morning", tracks)


def test_a_track_without_a_file_is_left_out() -> None:
    assert "#EXTM3U\n#PLAYLIST:A\n" == m3u8("A", [a_track(path=None)])


def test_row84_no_name_makes_a_line_of_its_own() -> None:
    text = m3u8("A\n#B", [a_track(title="x\nhttp://evil", performer="\r\n")])

    assert ["#EXTM3U", "#PLAYLIST:A #B", "#EXTINF:225,x http://evil", "1.mp3"] == text.splitlines()


def test_a_path_is_neither_a_comment_nor_an_address() -> None:
    text = m3u8("A", [a_track(path=PurePosixPath(place)) for place in ("#1/x.mp3", "http:/x.mp3")])

    assert ["./#1/x.mp3", "./http:/x.mp3"] == text.splitlines()[3::2]


def test_a_file_whose_name_does_not_fit_on_a_line_is_left_out() -> None:
    tracks = [a_track(1, path=PurePosixPath("a\nb.mp3")), a_track(2, path=PurePosixPath(" b.mp3"))]
    tracks.append(a_track(3, path=PurePosixPath("c.mp3")))

    assert [track.id for track in listed(tracks)] == [2, 3]
    assert ["./ b.mp3", "c.mp3"] == m3u8("A", tracks).splitlines()[3::2]


def test_a_list_in_a_folder_tells_files_relative_to_that() -> None:
    tracks = [a_track(1, path=PurePosixPath("#1/x.mp3"))]

    assert "../../#1/x.mp3" == m3u8("A", tracks, up=2).splitlines()[3]
