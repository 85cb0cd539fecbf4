"""What a message may carry, of every kind that Telegram knows, as the Bot API writes it."""

from __future__ import annotations

import random
from typing import Any

from bench.safety import words

Json = dict[str, Any]

_BIG = (0, 1, 10_000, 20_000_001, 2**31, 2**52)
_ENTITIES = (
    "mention", "hashtag", "bot_command", "url", "email", "bold", "italic", "code", "pre",
    "text_link",
    "text_mention", "custom_emoji", "spoiler", "blockquote", "unheard_of",
)  # fmt: skip
_OFFSETS = (0, 1, 2, 5, 4096, -1, 2**31)
_SERVICE: tuple[Json, ...] = (
    {"delete_chat_photo": True}, {"group_chat_created": True}, {"supergroup_chat_created": True},
    {"channel_chat_created": True}, {"migrate_to_chat_id": -1009}, {"migrate_from_chat_id": -9},
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
    {"video_chat_started": {}}, {"video_chat_ended": {"duration": 1}},
    {"video_chat_scheduled": {"start_date": 1}}, {"forum_topic_closed": {}},
    {"forum_topic_created": {"name": "Talk", "icon_color": 1}}, {"forum_topic_reopened": {}},
    {"general_forum_topic_hidden": {}}, {"write_access_allowed": {}}, {"connected_website": "a.b"},
    {"boost_added": {"boost_count": 1}}, {"chat_background_set": {"type": {"type": "chat_theme",
     "theme_name": "x"}}}, {"web_app_data": {"data": "\0", "button_text": "x"}},
    {"dice": {"emoji": "🎲", "value": 6}}, {"location": {"latitude": 0.0, "longitude": 0.0}},
    {"contact": {"phone_number": "+1", "first_name": "<b>"}}, {"giveaway_created": {}},
    {"users_shared": {"request_id": 1, "users": [{"user_id": 1}]}}, {"story": {"id": 1, "chat": {
     "id": -1005, "type": "channel", "title": "x"}}},
    {"chat_shared": {"request_id": 1, "chat_id": -1001}}, {"something_new": {"x": [1, None]}},
    {"invoice": {"title": "x", "description": "x", "start_parameter": "x", "currency": "EUR",
     "total_amount": 1}}, {"new_chat_photo": []}, {},
)  # fmt: skip


def content(chance: random.Random) -> Json:
    """Return everything of a message but who has sent it, where and when."""
    draws = (_text, _command, _media, _file, _service, _of_members)
    [draw] = chance.choices(draws, (4, 10, 1.5, 2, 1.5, 0.5))
    return draw(chance)


def entities(chance: random.Random) -> list[Json]:
    """Return marks on a text that need not fit it."""
    return [_entity(chance) for _ in range(chance.choice((0, 0, 1, 1, 2, 120)))]


def file(chance: random.Random) -> Json:
    """Return a file as a message carries it."""
    number = chance.randrange(10**6)
    shape: Json = {
        "file_id": f"BQAC{number}",
        "file_unique_id": f"u{number}",
        "file_size": chance.choice(_BIG),
    }
    if chance.random() < 0.8:
        shape["file_name"] = chance.choice(words.POISON) + chance.choice(
            (".mp3", ".exe", "", ".ogg")
        )
    if chance.random() < 0.8:
        shape["mime_type"] = chance.choice(("audio/mpeg", "text/html", "", "x" * 300, "audio/ogg"))
    return shape


def _text(chance: random.Random) -> Json:
    return {"text": words.text(chance)} | _marks("entities", chance)


def _command(chance: random.Random) -> Json:
    return {"text": words.command(chance)} | _marks("entities", chance)


def _marks(name: str, chance: random.Random) -> Json:
    return {name: entities(chance)} if chance.random() < 0.2 else {}


def _entity(chance: random.Random) -> Json:
    shape: Json = {
        "type": chance.choice(_ENTITIES),
        "offset": chance.choice(_OFFSETS),
        "length": chance.choice(_OFFSETS),
    }
    if chance.random() < 0.5:
        shape["url"] = chance.choice(words.LINKS)
    return shape


def _file(chance: random.Random) -> Json:
    kind = chance.choice(("audio", "voice", "document"))
    shape = file(chance)
    if kind != "document":
        shape["duration"] = chance.choice(_BIG[:4])
    if kind == "audio":
        shape |= {"title": chance.choice(words.POISON), "performer": chance.choice(words.POISON)}
    return {kind: shape} | _caption(chance)


def _media(chance: random.Random) -> Json:
    side = {"width": chance.choice((0, 1, 20_000)), "height": 1}
    match chance.randrange(5):
        case 0:
            body: Json = {"photo": [file(chance) | side for _ in range(chance.randint(0, 3))]}
        case 1:
            body = {"video": file(chance) | side | {"duration": 1}}
        case 2:
            body = {"video_note": file(chance) | {"length": 1, "duration": 0}}
        case 3:
            body = {"animation": file(chance) | side | {"duration": 1}, "document": file(chance)}
        case _:
            kind = {"type": "regular", "is_animated": False, "is_video": False}
            body = {"sticker": file(chance) | side | kind}
    return body | _caption(chance)


def _caption(chance: random.Random) -> Json:
    shape: Json = {}
    if chance.random() < 0.5:
        shape = {"caption": words.text(chance)[:1024]} | _marks("caption_entities", chance)
    if chance.random() < 0.2:
        shape["media_group_id"] = str(chance.randrange(3))
    return shape


def _service(chance: random.Random) -> Json:
    return dict(chance.choice(_SERVICE))


def _of_members(chance: random.Random) -> Json:
    somebody = {
        "id": chance.randrange(10**6),
        "is_bot": chance.random() < 0.2,
        "first_name": "\u202e",
    }
    if chance.random() < 0.5:
        return {"new_chat_members": [somebody] * chance.randint(0, 3)}
    return {"left_chat_member": somebody}
