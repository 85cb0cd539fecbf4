"""my_chat_member updates: a person blocked the bot or came back."""

from __future__ import annotations

from sandbox.botapi.dialogs import Dialog
from sandbox.botapi.formatted import Json
from sandbox.botapi.hub import BotState, Hub
from sandbox.botapi.shapes import chat_object, stamp, user_object
from sandbox.world import User


def tell_membership(hub: Hub, bot: BotState, dialog: Dialog, *, blocked: bool) -> None:
    person = dialog.peer
    if not isinstance(person, User):
        return
    member: Json = {"status": "member", "user": user_object(bot.user)}
    kicked: Json = {"status": "kicked", "user": user_object(bot.user), "until_date": 0}
    states = (member, kicked) if blocked else (kicked, member)
    subject = {
        "chat": chat_object(dialog.peer),
        "from": user_object(person),
        "date": stamp(hub.now),
        "old_chat_member": states[0],
        "new_chat_member": states[1],
    }
    bot.mailbox.push("my_chat_member", subject, hub.now)
