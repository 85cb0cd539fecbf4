from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import Chat, Message, TelegramObject

from bot.openprompts import OpenPrompts
from bot.prompts import Prompt, Wish
from downloader.clock import Clock

ASKED = Prompt(Wish.NEW, 12)
ANN = 7


def message(text: str | None, chat: int = ANN, **more: Any) -> Message:
    kind = "private" if chat > 0 else "supergroup"
    return Message(
        message_id=1, date=datetime.now(UTC), chat=Chat(id=chat, type=kind), text=text, **more
    )


class Time:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 100.0
        self.clock = replace(Clock(), monotonic=lambda: self.now)


async def open_prompt(prompts: OpenPrompts, event: TelegramObject) -> Prompt | None:
    async def handler(_: TelegramObject, data: dict[str, Any]) -> Any:
        return data["open_prompt"]

    found: Prompt | None = await prompts(handler, event, {})
    return found


@pytest.mark.parametrize(
    ("event", "is_taken"),
    [
        (message("Morning"), True),
        (message("10 songs"), True),
        (message("/help"), False),
        (message("@jazz 10"), False),
        (message("download @jazz size:x"), False),
        (message("look: t.me/jazz/12"), False),
        (message("https://example.com"), False),
        (message(None), False),
        (message("Morning", -5), False),
        (message("Morning", 8), False),
        (message("Morning", reply_to_message=message("Hello")), False),
    ],
)
async def test_words_alone_answer_what_was_asked_last_in_that_chat(
    event: Message, is_taken: bool
) -> None:
    prompts = OpenPrompts(Clock())
    prompts.ask(ANN, ASKED)
    prompts.ask(-5, ASKED)

    assert (ASKED if is_taken else None) == await open_prompt(prompts, event)


async def test_a_question_is_answered_once() -> None:
    prompts = OpenPrompts(Clock())
    prompts.ask(ANN, ASKED)
    answers = [await open_prompt(prompts, message("Morning")) for _ in range(2)]

    assert [ASKED, None] == answers


@pytest.mark.parametrize(("seconds", "is_open"), [(299, True), (301, False)])
async def test_a_question_grows_old(seconds: float, is_open: bool) -> None:
    time = Time()
    prompts = OpenPrompts(time.clock)
    prompts.ask(ANN, ASKED)
    time.now += seconds

    assert is_open is (await open_prompt(prompts, message("Morning")) is not None)


async def test_only_so_many_questions_are_remembered() -> None:
    prompts = OpenPrompts(Clock())
    for person in range(1, 202):
        prompts.ask(person, ASKED)

    assert await open_prompt(prompts, message("Morning", 1)) is None
    assert ASKED == await open_prompt(prompts, message("Morning", 201))
