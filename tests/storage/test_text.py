from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.text import storable, whole


@given(st.text(st.characters()))
def test_any_text_can_be_encoded_afterwards(text: str) -> None:
    assert "\0" not in storable(text)
    assert len(whole(text).encode()) >= len(whole(text))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_sound_text_stays_as_it_is(text: str) -> None:
    assert storable(text) == text


def test_two_halves_become_the_character_they_mean() -> None:
    assert whole("\ud83c\udfb5\udfb5") == "\U0001f3b5\N{REPLACEMENT CHARACTER}"
