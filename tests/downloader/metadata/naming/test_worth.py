from __future__ import annotations

import pytest

from downloader.metadata.naming import worth


@pytest.mark.parametrize(
    "text", ["Hello", "1999", "Song 2", "Music", "★", "Voice", "911", "7 rings"]
)
def test_a_title_that_somebody_gave_is_one(text: str) -> None:
    assert worth.is_title(text)


@pytest.mark.parametrize(
    "text",
    ["", "Track 1", "Untitled", "audio_2021-03-04", "1234567890", "c0ffee00deadbeef", "?????"],
)
def test_what_fills_the_place_of_a_title_is_none(text: str) -> None:
    assert not worth.is_title(text)


@pytest.mark.parametrize(
    "text",
    ["", "Unknown Artist", "<unknown>", "VA", "Various Artists", "Неизвестный исполнитель",
     "Невідомий виконавець", "Artista desconocido", "Bilinmeyen Sanatçı", "未知艺术家", "???",
     "Άγνωστος καλλιτέχνης", "فنان غير معروف", "알 수 없는 아티스트"],
)  # fmt: skip
def test_what_fills_the_place_of_an_artist_is_none(text: str) -> None:
    assert not worth.is_artist(text)


def test_a_number_stays_a_placeholder_where_nothing_is_known() -> None:
    assert worth.is_placeholder("Track 7")
    assert not worth.is_placeholder("Untitled")


@pytest.mark.parametrize("text", ["Daily Music", "Русская музыка", "Radio X", "كانال موزیک"])
def test_a_name_may_sound_like_a_channel(text: str) -> None:
    assert worth.sounds_like_channel(text)
    assert not worth.sounds_like_channel("Adele")
