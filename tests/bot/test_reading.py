from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Message

from bot.errors import Usage, UsageError
from bot.links import Link
from bot.reading import asked_about

ME = {"id": 7, "type": "private", "first_name": "Olga"}
JAZZ = {"id": -1000000000001, "type": "channel", "title": "Jazz", "username": "Jazz"}
SECRET = {"id": -1000000000002, "type": "channel", "title": "Secret"}
AUDIO = {"file_id": "x", "file_unique_id": "x", "duration": 1}


def message(**fields: Any) -> Message:
    return Message.model_validate(
        {"message_id": 1, "date": 0, "chat": ME, "text": "/why", **fields}
    )


def posted_in(chat: dict[str, Any]) -> dict[str, Any]:
    return {"type": "channel", "date": 0, "chat": chat, "message_id": 5}


HIDDEN = {"type": "hidden_user", "date": 0, "sender_user_name": "Eve"}
SAID = {"message_id": 9, "date": 0, "chat": ME}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"text": "/why@loader_bot"}, None),
        ({"text": "/why t.me/jazz/5"}, Link("@jazz", 5, 5)),
        ({"text": "/why 12"}, 12),
        ({"external_reply": {"origin": posted_in(JAZZ)}}, Link("@jazz", 5, 5)),
        ({"external_reply": {"origin": posted_in(SECRET)}}, Link(str(SECRET["id"]), 5, 5)),
        ({"reply_to_message": SAID | {"forward_origin": posted_in(JAZZ)}}, Link("@jazz", 5, 5)),
        ({"reply_to_message": SAID | {"text": "see (t.me/jazz/5)."}}, Link("@jazz", 5, 5)),
        ({"reply_to_message": SAID | {"text": "🔎 @jazz"}}, None),
        (
            {
                "reply_to_message": SAID
                | {
                    "text": "here",
                    "entities": [
                        {"type": "text_link", "offset": 0, "length": 4, "url": "t.me/jazz/5"}
                    ],
                }
            },
            Link("@jazz", 5, 5),
        ),
        (
            {"reply_to_message": {"message_id": 9, "date": 0, "chat": SECRET, "audio": AUDIO}},
            Link(str(SECRET["id"]), 9, 9),
        ),
    ],
)
def test_what_why_is_about(fields: dict[str, Any], expected: Link | int | None) -> None:
    assert expected == asked_about(message(**fields))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": "/why me?"}, Usage.NOT_ONE_POSTING),
        ({"external_reply": {"origin": HIDDEN}}, Usage.HIDDEN_ORIGIN),
        ({"reply_to_message": SAID | {"forward_origin": HIDDEN}}, Usage.HIDDEN_ORIGIN),
        ({"reply_to_message": SAID | {"audio": AUDIO}}, Usage.OWN_UPLOAD),
        ({"reply_to_message": SAID | {"text": "t.me/jazz"}}, Usage.NOT_ONE_POSTING),
    ],
)
def test_why_about_nothing_that_can_be_found(fields: dict[str, Any], expected: Usage) -> None:
    with pytest.raises(UsageError) as caught:
        asked_about(message(**fields))

    assert expected is caught.value.usage
