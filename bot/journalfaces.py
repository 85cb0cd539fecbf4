"""How the journal looks in a chat: one page of records, which turns in place."""

from __future__ import annotations

from bot import journaltexts as texts
from bot.callbacks import Action, Press
from bot.faces import Button, Face
from bot.journalnames import names
from storage.store import Store

PAGE = 8


async def page(store: Store, up_to: int = 0) -> Face:
    """Show the records up to a number, or the newest where it is 0."""
    found = await store.journal.newest(PAGE + 1, up_to or None)
    shown = found[:PAGE]
    head = await store.journal.head()
    row = []
    if shown and head is not None and shown[0].number < head.number:
        newer = shown[0].number + PAGE
        at = 0 if newer >= head.number else newer
        row.append(Button(texts.NEWER, Press(Action.JOURNAL, at)))
    if len(found) > PAGE:
        row.append(Button(texts.OLDER, Press(Action.JOURNAL, found[PAGE].number)))
    text = texts.page(shown, await names(store, shown))
    return Face(text, (tuple(row),) if row else ())
