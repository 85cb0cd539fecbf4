"""One request of one bot, and the checks that most methods share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox.botapi.dialogs import Dialog, Message
from sandbox.botapi.errors import bad, forbidden
from sandbox.botapi.hub import BotState, Hub
from sandbox.botapi.params import Params
from sandbox.world import Chat, ChatKind


@dataclass(frozen=True, slots=True)
class Call:
    hub: Hub
    bot: BotState
    params: Params

    def dialog(self, name: str = "chat_id") -> Dialog:
        """Return the chat that the request names and the bot may write to, or refuse."""
        dialog = _find(self, self.params.text(name))
        if dialog.blocked:
            raise forbidden("bot was blocked by the user")
        return dialog

    def message(self, dialog: Dialog, missing: str) -> Message:
        found = dialog.messages.get(self.params.integer("message_id"))
        if found is None:
            raise bad(missing)
        return found

    def pace(self, dialog: Dialog) -> None:
        """Count a message against the natural limits, if they are on."""
        if self.hub.limits:
            self.bot.rates.count(dialog.id, self.hub.now)


Method = Callable[[Call], Awaitable[Any]]


def _find(call: Call, given: str) -> Dialog:
    if not given:
        raise bad("chat_id is empty")
    world = call.hub.world
    if given.startswith("@"):
        peer = world.named(given[1:])
        return _shared(call, peer if isinstance(peer, Chat) else None)
    try:
        number = int(given)
    except ValueError:
        raise bad("chat not found") from None
    if number in world.users and world.users[number].is_bot:
        raise forbidden("bot can't send messages to bots")
    if number > 0:
        dialog = call.bot.dialogs.get(number)
        if dialog is None or not dialog.started:
            raise bad("chat not found")
        return dialog
    chats = world.chats.values()
    return _shared(call, next((chat for chat in chats if chat.marked_id == number), None))


def _shared(call: Call, chat: Chat | None) -> Dialog:
    if chat is None:
        raise bad("chat not found")
    if call.bot.user.id in chat.members:
        return call.hub.shared(call.bot, chat)
    kind = "channel" if chat.kind is ChatKind.CHANNEL else "supergroup"
    if chat.marked_id in call.bot.dialogs:
        raise forbidden(f"bot was kicked from the {kind} chat")
    if chat.username:
        raise forbidden(f"bot is not a member of the {kind} chat")
    raise bad("chat not found")
