"""getChat and pinned messages."""

from __future__ import annotations

from sandbox.botapi.call import Call
from sandbox.botapi.dialogs import Dialog
from sandbox.botapi.errors import bad
from sandbox.botapi.formatted import Json
from sandbox.botapi.shapes import chat_object, message_object

_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


async def get_chat(call: Call) -> Json:
    dialog = call.dialog()
    shape = chat_object(dialog.peer) | {
        "accent_color_id": dialog.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    if dialog.pinned:
        shape["pinned_message"] = message_object(dialog, dialog.messages[dialog.pinned[-1]])
    return shape


async def pin_chat_message(call: Call) -> bool:
    dialog = call.dialog()
    message = call.message(dialog, "message to pin not found")
    _check_rights(call, dialog)
    dialog.pin(message)
    return True


async def unpin_chat_message(call: Call) -> bool:
    dialog = call.dialog()
    _check_rights(call, dialog)
    pinned = call.params.integer("message_id") or (dialog.pinned[-1] if dialog.pinned else 0)
    if pinned not in dialog.pinned:
        raise bad("message to unpin not found")
    dialog.unpin(pinned)
    return True


def _check_rights(call: Call, dialog: Dialog) -> None:
    if dialog.group and not call.hub.is_admin(dialog):
        raise bad("not enough rights to manage pinned messages in the chat")
