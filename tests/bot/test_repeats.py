from __future__ import annotations

from datetime import UTC, datetime

from aiogram.types import CallbackQuery, Chat, Message, User

from bot.repeats import Repeats
from downloader.clock import Clock
from tests.downloader.scripted import OwnedTime


def press(data: str = "x", *, message_id: int = 1, chat_id: int = 7) -> CallbackQuery:
    user = User(id=7, is_bot=False, first_name="Olga")
    chat = Chat(id=chat_id, type="private")
    message = Message(message_id=message_id, date=datetime.now(UTC), chat=chat)
    return CallbackQuery(id="1", from_user=user, chat_instance="1", data=data, message=message)


def at(*seconds: float) -> Clock:
    moments = iter(seconds)
    return Clock(monotonic=lambda: next(moments))


def test_the_same_button_a_moment_later_is_a_repeat() -> None:
    repeats = Repeats(at(0, 1, 3.5))

    assert [False, True, True] == [repeats.is_one(press()) for _ in range(3)]


def test_the_same_button_after_a_while_is_meant() -> None:
    repeats = Repeats(at(0, 3))

    assert [False, False] == [repeats.is_one(press()) for _ in range(2)]


def test_other_buttons_messages_and_chats_are_no_repeats() -> None:
    repeats = Repeats(at(0, 0, 0, 0))
    presses = [press(), press("y"), press(message_id=2), press(chat_id=8)]

    assert [False] * 4 == [repeats.is_one(one) for one in presses]


def test_of_many_the_oldest_are_forgotten() -> None:
    repeats = Repeats(OwnedTime().clock)
    for number in range(300):
        repeats.is_one(press(message_id=number + 1))

    assert not repeats.is_one(press(message_id=1))
    assert repeats.is_one(press(message_id=300))
