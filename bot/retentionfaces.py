"""How messages about what is kept of a chat look: text and buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot import retentiontexts as texts
from bot import trashfaces
from bot.callbacks import Action, Press
from bot.faces import Button, Face
from bot.retentionwords import press
from downloader.retaining import Cleaning
from storage.models import Chat
from storage.retention import Retention
from storage.rulings import Ruling
from storage.store import Store


async def every(store: Store) -> Face:
    """Show how much is kept of which chats."""
    retentions = await store.retentions.every()
    chats = [await store.chats.get(chat_id) for chat_id in retentions]
    return listed([(one, retentions[one.id]) for one in chats if one is not None])


def listed(kept: Sequence[tuple[Chat, Retention]]) -> Face:
    if not kept:
        return Face(texts.ALL_IS_KEPT)
    return Face("\n".join([texts.KEPT, *(texts.line(*one) for one in kept)]))


def ask_first(chat: Chat, retention: Retention, found: Cleaning) -> Face:
    """Show what would go, and let it be."""
    yes = Button(texts.KEEP, press(chat.id, retention))
    leave = Button(texts.LEAVE, Press(Action.RETENTIONS))
    return Face(texts.ask_first(chat, retention, found), ((yes, leave),))


def kept(chat: Chat, retention: Retention, ruling: Ruling | None) -> Face:
    rows = ((trashfaces.take_back(ruling),),) if ruling else ()
    return Face(texts.kept(chat, retention, ruling), rows)
