from __future__ import annotations

from datetime import UTC, datetime

import pytest
from aiogram.types import Chat, Message, MessageEntity, User

from bot import deeplinks, edittexts, shelftexts
from bot.faces import bare
from bot.prompts import Prompt, Wish, answered

BOT = 700


def said(text: str, *, by: int, chat: int = 7, to: Message | None = None, url: str = "") -> Message:
    entities = [MessageEntity(type="text_link", offset=0, length=1, url=url)] if url else None
    return Message(
        message_id=1,
        date=datetime.now(UTC),
        chat=Chat(id=chat, type="private"),
        from_user=User(id=by, is_bot=by == BOT, first_name="X"),
        text=text,
        entities=entities,
        reply_to_message=to,
    )


def question(text: str, payload: str = "", *, by: int = BOT) -> Message:
    return said(bare(text), by=by, url=deeplinks.url("loader_bot", payload) if payload else "")


@pytest.mark.parametrize(
    ("asked", "prompt"),
    [
        (question(shelftexts.ask_new()), Prompt(Wish.NEW, None)),
        (question(shelftexts.ask_new("<a>x</a>"), deeplinks.track(12)), Prompt(Wish.NEW, 12)),
        (question(shelftexts.ask_rename("x"), "p7-" + "A" * 22), Prompt(Wish.RENAME, 7)),
        (question(edittexts.changed("x", ["title"]), deeplinks.track(12)), Prompt(Wish.EDIT, 12)),
    ],
)
def test_an_answer_finds_its_question(asked: Message, prompt: Prompt) -> None:
    assert prompt == answered(said("Morning", by=7, to=asked), BOT)


@pytest.mark.parametrize(
    "message",
    [
        said("Morning", by=7),
        said("Morning", by=7, to=question("Hello!")),
        said("Morning", by=7, to=question(shelftexts.ask_new(), by=8)),
        said("Morning", by=7, to=question(shelftexts.ask_rename("x"))),
        said("title: x", by=7, to=question(edittexts.changed("x", ["title"]))),
        said("/search x", by=7, to=question(shelftexts.ask_new())),
    ],
)
def test_everything_else_answers_nothing(message: Message) -> None:
    assert answered(message, BOT) is None
