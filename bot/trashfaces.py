"""How messages about the trash, and about what was said of tracks, look: text and buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import trashtexts as texts
from bot.callbacks import Action, Press
from bot.faces import Button, Face
from storage.ruling import RulingKind
from storage.rulings import Ruling
from storage.store import Store
from storage.trash import Rubbish

_RULINGS = 5
_DUPLICATES = (RulingKind.MERGED, RulingKind.APART)
_MOVED = (RulingKind.MERGED, RulingKind.REMOVED)
_IN_TRASH = (1,)  # of a press: it stands below what lies there


async def trash(store: Store, now: datetime) -> Face:
    """Show what lies in the trash, and let it be brought back."""
    rubbish = await store.files.trash.rubbish()
    newest = await store.rulings.newest(_RULINGS, _MOVED)
    if not (rubbish.files or newest):
        return Face(texts.EMPTY_TRASH)
    empty = Button(texts.ASK_TO_EMPTY, Press(Action.ASK_TO_EMPTY))
    rows = (_undos(newest, _IN_TRASH),) if newest else ()
    lines = [texts.heading(rubbish), *_lines(newest, now)]
    lines += [texts.WHICH_TO_BRING] if newest else []
    return Face("\n".join(lines), (*rows, (empty,)) if rubbish.files else rows)


async def said(store: Store, now: datetime) -> Face:
    """Show what was said of duplicates last, and let it be taken back."""
    newest = await store.rulings.newest(_RULINGS, _DUPLICATES)
    if not newest:
        return Face(texts.NOTHING_TO_UNDO)
    lines = [texts.WHICH_TO_UNDO, *_lines(newest, now)]
    return Face("\n".join(lines), (_undos(newest, ()),))


async def undone(store: Store, pressed: Press, now: datetime) -> Face:
    """Show what is left to be taken back."""
    is_of_trash = pressed.more == _IN_TRASH
    face = await (trash if is_of_trash else said)(store, now)
    return Face(f"{texts.UNDONE}\n\n{face.text}", face.rows)


def told(ruling: Ruling) -> str:
    """Tell what went into the trash, to whoever pressed."""
    return texts.moved(ruling)


def ask_to_empty(rubbish: Rubbish) -> Face:
    if not rubbish.files:
        return Face(texts.EMPTY_TRASH)
    yes = Button(texts.EMPTY, Press(Action.EMPTY, rubbish.last))
    return Face(texts.ask_to_empty(rubbish), ((yes, Button(texts.LEAVE, Press(Action.TRASH))),))


def emptied(rubbish: Rubbish) -> Face:
    return Face(texts.emptied(rubbish))


def removed(ruling: Ruling | None) -> Face:
    """Tell what a removal has done, and let it be taken back."""
    return Face(texts.removed(ruling), ((take_back(ruling),),)) if ruling else Face(texts.NO_FILE)


def take_back(ruling: Ruling) -> Button:
    is_removal = ruling.kind is RulingKind.REMOVED
    return Button(texts.UNDO_THIS, Press(Action.UNDO, ruling.id, _IN_TRASH if is_removal else ()))


def _lines(newest: Sequence[Ruling], now: datetime) -> list[str]:
    return [texts.ruling(number, one, now) for number, one in enumerate(newest, start=1)]


def _undos(newest: Sequence[Ruling], more: tuple[int, ...]) -> tuple[Button, ...]:
    return tuple(
        Button(texts.UNDO.format(number=number), Press(Action.UNDO, one.id, more))
        for number, one in enumerate(newest, start=1)
    )
