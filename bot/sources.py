"""Finds the message that a track came from."""

from __future__ import annotations

from bot import links
from storage.store import Store


async def link_to_source(store: Store, track_id: int) -> str | None:
    """Return a link to the newest posting of a track that Telegram has a link for."""
    for posting in await store.catalog.postings_of(track_id):
        chat = await store.chats.get(posting.chat_id)
        if link := links.to_message(chat, posting.chat_id, posting.message_id):
            return link
    return None
