"""Changing and deleting messages that were sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.botapi.call import Call
from sandbox.botapi.composing import content_text, keyboard_of
from sandbox.botapi.dialogs import Dialog, Media, Message
from sandbox.botapi.errors import bad
from sandbox.botapi.formatted import Formatted, Json
from sandbox.botapi.shapes import message_object

CHANGEABLE_FOR = timedelta(hours=48)
MOST_DELETED = 100
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def edit_message_text(call: Call) -> Json | bool:
    body = content_text(call.params, "text", too_long="MESSAGE_TOO_LONG")
    dialog, message = _target(call)
    if message.media:
        raise bad("there is no text in the message to edit")
    return _edited(call, dialog, message, body=body)


async def edit_message_caption(call: Call) -> Json | bool:
    body = content_text(call.params, "caption", too_long="MEDIA_CAPTION_TOO_LONG")
    dialog, message = _target(call)
    if not message.media:
        raise bad("there is no caption in the message to edit")
    return _edited(call, dialog, message, body=body)


async def edit_message_reply_markup(call: Call) -> Json | bool:
    return _edited(call, *_target(call))


def with_media(call: Call, media: Media, body: Formatted) -> Json | bool:
    dialog, message = _target(call)
    if not message.media:
        raise bad("there is no media in the message to edit")
    return _edited(call, dialog, message, body=body, media=media)


async def delete_message(call: Call) -> bool:
    dialog = call.dialog()
    message = call.message(dialog, "message to delete not found")
    _check_delete(call, dialog, message)
    call.hub.delete(call.bot, dialog, message)
    return True


async def delete_messages(call: Call) -> bool:
    """Delete what can be found; the rest is skipped in silence, as documented."""
    dialog = call.dialog()
    wanted = call.params.integers("message_ids", "message identifiers")
    if not wanted:
        raise bad("message identifiers are not specified")
    if len(wanted) > MOST_DELETED:
        raise bad("too many message identifiers specified")
    found = [dialog.messages[number] for number in wanted if number in dialog.messages]
    for message in found:
        _check_delete(call, dialog, message)
    for message in found:
        call.hub.delete(call.bot, dialog, message)
    return True


def _target(call: Call) -> tuple[Dialog, Message]:
    if "inline_message_id" in call.params:
        return _inline_target(call)
    dialog = call.dialog()
    message = call.message(dialog, "message to edit not found")
    fresh = call.hub.now - message.date < CHANGEABLE_FOR
    if message.sender is not call.bot.user or message.origin or not fresh:
        raise bad("message can't be edited")
    return dialog, message


def _inline_target(call: Call) -> tuple[Dialog, Message]:
    place = call.hub.inline_messages.get(call.params.text("inline_message_id"))
    message = place[0].messages.get(place[1]) if place else None
    if place is None or message is None or message.via is not call.bot.user:
        raise bad("MESSAGE_ID_INVALID")
    return place[0], message


def _edited(call: Call, dialog: Dialog, message: Message, **changes: Any) -> Json | bool:
    keyboard = keyboard_of(call.params)
    same = all(changes[name] == getattr(message, name) for name in changes)
    if same and keyboard == message.keyboard:
        raise bad(_SAME)
    call.pace(dialog)
    edited = call.hub.edit(call.bot, dialog, message, keyboard=keyboard, **changes)
    return True if message.inline_id else message_object(dialog, edited)


def _check_delete(call: Call, dialog: Dialog, message: Message) -> None:
    if call.hub.now - message.date >= CHANGEABLE_FOR:
        raise bad("message can't be deleted for everyone")
    foreign = message.sender is not call.bot.user
    if dialog.group and foreign and not call.hub.is_admin(dialog):
        raise bad("message can't be deleted")
