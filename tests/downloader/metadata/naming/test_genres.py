from __future__ import annotations

import pytest

from downloader.metadata.naming.genres import known, named


@pytest.mark.parametrize(
    ("text", "genre"),
    [
        ("(17)", "Rock"), ("17", "Rock"), ("(4)Eurodisco", "Disco, Eurodisco"), ("(12)", ""),
        ("hip hop", "Hip-Hop"), ("HIP-HOP", "Hip-Hop"), ("rock;pop", "Rock, Pop"), ("Other", ""),
        ("Folk, World, & Country", "Folk, World, & Country"), ("Rock, rock", "Rock"), ("", ""),
        ("Pop/Funk", "Pop/Funk"), ("Zouk-Love", "Zouk-Love"), ("русский рок", "Русский рок"),
        ("250", ""), ("(RX)", "Remix"),
    ],
)  # fmt: skip
def test_genres_are_named(text: str, genre: str) -> None:
    assert genre == named(text)
    assert genre == named(genre)


def test_a_word_that_is_no_genre_is_none() -> None:
    assert ("Lo-Fi", "") == (known("lofi"), known("summer"))
