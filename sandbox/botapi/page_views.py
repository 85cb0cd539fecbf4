"""What the chat page is shown: the chat, the side lists and the phone, as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sandbox.botapi.dialogs import Answer, Dialog, Message
from sandbox.botapi.formatted import Json
from sandbox.botapi.hub import BotState, Hub, as_message
from sandbox.botapi.inline import InlineAnswer
from sandbox.botapi.phone import LoginCode, Phone
from sandbox.botapi.shapes import (
    chat_object,
    media_object,
    message_object,
    stamp,
    user_object,
)
from sandbox.world import Chat, User

RECENT_POSTS = 30
LANGUAGE = "en"


def state_view(hub: Hub, phone: Phone, bot: BotState, dialog: Dialog) -> Json:
    """Return all that a page needs to begin with."""
    user = dialog.peer
    assert isinstance(user, User)
    people = (person for person in hub.world.users.values() if not person.is_bot)
    return {
        "user": user_object(user),
        "bot": user_object(bot.user),
        "people": [user_object(person) for person in people],
        "started": dialog.started,
        "messages": [message_view(dialog, message) for message in dialog.messages.values()],
        "pinned": pinned_view(dialog),
        "commands": commands_view(bot, user),
        "chats": [chat_view(chat) for chat in hub.world.chats.values()],
        "codes": [code_view(code) for code in phone.codes],
        "scans": phone.approve is not None,
    }


def message_view(dialog: Dialog, message: Message) -> Json:
    return message_object(dialog, message) | {"out": message.sender is dialog.peer}


def pinned_view(dialog: Dialog) -> Json | None:
    return message_view(dialog, dialog.messages[dialog.pinned[-1]]) if dialog.pinned else None


def chat_view(chat: Chat) -> Json:
    """Return a channel or group with its newest posts, newest first."""
    newest = islice(reversed(chat.posts.values()), RECENT_POSTS)
    posts = [_post_view(as_message(post)) for post in newest]
    count = {"count": len(chat.posts), "protected": chat.protected}
    return chat_object(chat) | count | {"posts": posts}


def code_view(code: LoginCode) -> Json:
    return {"name": code.user.first_name, "phone": code.user.phone or "", "code": code.code}


def answer_view(answer: Answer) -> Json:
    return {"text": answer.text, "alert": answer.alert, "url": answer.url}


def offer_view(offer: InlineAnswer) -> Json:
    results = [
        {"id": result.id, "title": result.title, "description": result.description}
        | (media_object(result.media) if result.media else {})
        for result in offer.results
    ]
    return {"results": results, "next_offset": offer.next_offset, "button": offer.button}


def commands_view(bot: BotState, user: User) -> list[Json]:
    """Return the menu that this person sees: the narrowest scope that has one wins."""
    return next(_menus(bot, user), [])


def _menus(bot: BotState, user: User) -> Iterator[list[Json]]:
    for scope in (f"chat:{user.id}", "all_private_chats", "default"):
        for language in (LANGUAGE, ""):
            if menu := bot.commands.get((scope, language)):
                yield menu


def _post_view(message: Message) -> Json:
    shape: Json = {"id": message.id, "date": stamp(message.date), "text": message.text}
    return shape | (media_object(message.media) if message.media else {})
