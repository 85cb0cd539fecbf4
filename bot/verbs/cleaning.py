"""Removes what is more than is kept of the chats, from the console, and says what that is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.faces import bare
from bot.retentiontexts import cleaning, gone, limits, name
from downloader.cleaning import Cleaner
from downloader.clock import Clock
from downloader.events import Broadcast
from downloader.merging import Merger
from downloader.retaining import Cleaning
from downloader.scribe import Scribe
from storage.models import Chat
from storage.retention import Retention
from storage.store import Store

NO_RETENTION = "Of every chat, everything is kept. `/retention` tells the bot how much to keep."
HOW_TO = "Nothing was changed: `tad library clean --yes` moves it into the trash."


@dataclass(frozen=True, slots=True)
class Looked:
    """What goes of one chat, and why."""

    chat: Chat
    retention: Retention
    found: Cleaning


async def look(store: Store, clock: Clock) -> list[Looked]:
    """Tell what would go of each chat; nothing changes."""
    cleaner = _cleaner(store, clock)
    looked = []
    for chat_id, retention in (await store.retentions.every()).items():
        chat = await store.chats.get(chat_id)
        assert chat is not None, "what is kept is kept of a chat"
        looked.append(Looked(chat, retention, await cleaner.look(chat_id)))
    return looked


async def clean(store: Store, clock: Clock) -> str:
    """Move it into the trash, and tell so.

    Raises `InUseError` while the bot runs, which does so itself.
    """
    with store.files.held():
        cleaner = _cleaner(store, clock)
        done = [await cleaner.clean(chat_id) for chat_id in await store.retentions.every()]
        await Scribe(store, clock).write()
    return gone([ruling for ruling in done if ruling is not None])


def _cleaner(store: Store, clock: Clock) -> Cleaner:
    return Cleaner(store, Merger(store, clock, Broadcast()), clock)


def preview(looked: Sequence[Looked]) -> list[str]:
    """Tell for each chat how much is kept, and what goes for it."""
    if not looked:
        return [NO_RETENTION]
    lines: list[str] = []
    for one in looked:
        told = [bare(line) for line in cleaning(one.found)]
        lines += [
            f"{bare(name(one.chat))}: {limits(one.retention)}",
            *(f"  {line}" for line in told),
        ]
    return [*lines, HOW_TO] if any(one.found.going for one in looked) else lines


def as_json(looked: Sequence[Looked]) -> str:
    said = [
        {
            "chat": one.chat.id,
            "title": one.chat.title,
            "going": [held.track_id for held in one.found.going],
            "size": one.found.size,
            "staying": {str(guard): count for guard, count in one.found.staying.items()},
        }
        for one in looked
    ]
    return json.dumps(said, ensure_ascii=False)
