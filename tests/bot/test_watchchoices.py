from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.callbacks import Action, Press, Seal
from bot.errors import OutOfDateError
from bot.watchchoices import OF_DRAFTS, WORDS, Choice, Draft, pressed
from bot.watchchoicetexts import LABELS, QUESTIONS
from bot.watchwords import usual

CHOSEN = st.tuples(*(st.integers(0, len(WORDS[kind])) for kind in OF_DRAFTS))
CHATS = st.one_of(st.none(), st.integers(1, 10**10), st.integers(-(10**13), -1))


@settings(max_examples=60, deadline=None)
@given(CHOSEN, CHATS, st.one_of(st.none(), st.sampled_from(OF_DRAFTS)), st.booleans())
def test_a_button_says_all_that_was_chosen(
    chosen: tuple[int, ...], chat_id: int | None, asks: Choice | None, is_shown: bool
) -> None:
    draft = Draft(2**31 - 1, chosen, chat_id, asks, is_shown and asks is None)
    data = Seal(lambda text: text[-32:].rjust(32)).pack(7, draft.press)

    assert draft == pressed(draft.press)
    assert len(data) <= 64


@pytest.mark.parametrize("code", [9, 5000, 90, 900])
def test_a_button_that_says_nothing_there_is_is_out_of_date(code: int) -> None:
    with pytest.raises(OutOfDateError):
        pressed(Press(Action.FOLLOW, 1, (code,)))


def test_all_that_can_be_chosen_can_be_said_and_has_a_label() -> None:
    words = [one for some in WORDS.values() for one in some]
    for one in words:
        usual(one)

    assert set(words) == set(LABELS)
    assert set(WORDS) == set(QUESTIONS)
