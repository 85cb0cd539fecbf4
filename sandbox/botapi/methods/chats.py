"""getChat, getChatMember and pinned messages."""

from __future__ import annotations

from sandbox.botapi.call import Call
from sandbox.botapi.dialogs import Dialog
from sandbox.botapi.errors import bad
from sandbox.botapi.formatted import Json
from sandbox.botapi.shapes import chat_object, message_object, user_object
from sandbox.world import Chat, ChatKind, User

_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
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


async def get_chat_member(call: Call) -> Json:
    """Tell how somebody stands in a chat: the bot itself, or a person."""
    dialog = call.dialog()
    group, bot = dialog.group, user_object(call.bot.user)
    user_id = call.params.integer("user_id")
    if user_id != call.bot.user.id:
        user = call.hub.world.users.get(user_id or 0)
        if user is None:
            raise bad("PARTICIPANT_ID_INVALID")
        return _standing(call, group, user)
    # In a channel bots are administrators, or not at all.
    is_channel = group is not None and group.kind is ChatKind.CHANNEL
    if not is_channel and not call.hub.is_admin(dialog):
        return {"status": "member", "user": bot}
    return _administrator(bot, is_channel=is_channel)


def _standing(call: Call, group: Chat | None, user: User) -> Json:
    shape = user_object(user)
    if group is None:
        return {"status": "member", "user": shape}
    if (group.id, user.id) in call.hub.admins:
        return _administrator(shape, is_channel=group.kind is ChatKind.CHANNEL)
    return {"status": "member" if user.id in group.members else "left", "user": shape}


def _administrator(user: Json, *, is_channel: bool) -> Json:
    rights = dict.fromkeys(_RIGHTS, False)
    posting = {"can_post_messages": True} if is_channel else {}
    more = {"can_be_edited": False, "is_anonymous": False}
    return {"status": "administrator", "user": user, **more, **rights, **posting}


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
