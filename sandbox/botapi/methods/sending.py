"""sendMessage and sendChatAction, and what every sent message has in common."""

from __future__ import annotations

from sandbox.botapi.call import Call
from sandbox.botapi.composing import content_text, keyboard_of
from sandbox.botapi.dialogs import Acting, Dialog, Media, Message
from sandbox.botapi.errors import bad
from sandbox.botapi.formatted import Formatted, Json
from sandbox.botapi.params import Params
from sandbox.botapi.shapes import message_object

_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


async def send_message(call: Call) -> Json:
    dialog = call.dialog()
    return sent(call, dialog, draft(call, dialog, content_text(call.params, "text")))


async def send_chat_action(call: Call) -> bool:
    dialog = call.dialog()
    action = call.params.text("action")
    if action not in _ACTIONS:
        raise bad("wrong parameter action in request")
    dialog.tell(Acting(action))
    return True


def draft(call: Call, dialog: Dialog, body: Formatted, media: Media | None = None) -> Message:
    """Make a message of a request, checked, without its id."""
    return Message(
        id=0,
        date=call.hub.now,
        sender=call.bot.user,
        body=body,
        media=media,
        keyboard=keyboard_of(call.params),
        reply_to=_reply(call, dialog),
        topic=_topic(call, dialog),
    )


def sent(call: Call, dialog: Dialog, message: Message) -> Json:
    call.pace(dialog)
    return message_object(dialog, call.hub.send(call.bot, dialog, message))


def _reply(call: Call, dialog: Dialog) -> int | None:
    reply = Params(call.params.loaded("reply_parameters", dict, "reply parameters") or {})
    wanted = reply.integer("message_id") or call.params.integer("reply_to_message_id")
    if not wanted or wanted in dialog.messages:
        return wanted or None
    if reply.flag("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def _topic(call: Call, dialog: Dialog) -> int | None:
    topic = call.params.integer("message_thread_id")
    if not topic:
        return None
    if dialog.group is None or topic not in dialog.group.topics:
        raise bad("message thread not found")
    return topic
