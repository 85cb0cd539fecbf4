from __future__ import annotations

from datetime import UTC, datetime

import pytest
from aiogram.types import CallbackQuery, Chat, Message, User

from bot.repeats import Repeats
from tests.downloader.scripted import OwnedTime


def press(data: str = "x", *, message_id: int = 1, chat_id: int = 7) -> CallbackQuery:
    user = User(id=7, is_bot=False, first_name="Olga")
    chat = Chat(id=chat_id, type="private")
    message = Message(message_id=message_id, date=datetime.now(UTC), chat=chat)
    return CallbackQuery(id="1", from_user=user, chat_instance="1", data=data, message=message)


def is_first(repeats: Repeats, query: CallbackQuery) -> bool:
    with repeats.first(query) as first:
        return first


def test_the_same_button_is_a_repeat_for_a_moment(owned: OwnedTime) -> None:
    repeats = Repeats(owned.clock)
    found = [is_first(repeats, press()), is_first(repeats, press())]
    owned.seconds += 3

    assert [True, False, True] == [*found, is_first(repeats, press())]


def test_while_it_is_acted_on_however_long_it_is_a_repeat(owned: OwnedTime) -> None:
    repeats = Repeats(owned.clock)
    with repeats.first(press()) as first:
        owned.seconds += 60
        second = is_first(repeats, press())

    assert (True, False) == (first, second)


def test_what_failed_may_be_pressed_again_at_once(owned: OwnedTime) -> None:
    repeats = Repeats(owned.clock)
    with pytest.raises(ValueError, match="on purpose"), repeats.first(press()):
        raise ValueError("on purpose")

    assert is_first(repeats, press())


def test_other_buttons_messages_and_chats_are_no_repeats(owned: OwnedTime) -> None:
    repeats = Repeats(owned.clock)
    presses = [press(), press("y"), press(message_id=2), press(chat_id=8)]

    assert all(is_first(repeats, one) for one in presses)


def test_of_many_the_oldest_are_forgotten(owned: OwnedTime) -> None:
    repeats = Repeats(owned.clock)
    for number in range(300):
        is_first(repeats, press(message_id=number + 1))

    assert is_first(repeats, press(message_id=1))
    assert not is_first(repeats, press(message_id=300))


@pytest.fixture
def owned() -> OwnedTime:
    return OwnedTime()
