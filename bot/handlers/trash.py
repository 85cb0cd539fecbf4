"""/remove and /trash: files that nobody wants, and what becomes of them."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import showing, trashtexts
from bot import trashfaces as faces
from bot.callbacks import Press, Seal
from bot.labels import Labels
from bot.promptness import pressed_promptly
from downloader.clock import Clock
from downloader.engine import Engine
from storage.store import Store


async def remove(
    message: Message, labels: Labels, store: Store, engine: Engine, seal: Seal
) -> None:
    """Remove the answered track, with all files of its recording."""
    track_id = labels.meant(message.reply_to_message)
    if track_id is None:
        await message.answer(trashtexts.REMOVE)
        return
    best = await labels.served(track_id)
    others = await store.duplicates.instead_of(best.id)
    ids = [best.id, *(one.id for one in others)]
    ruling = await engine.merger.remove(ids, best_id=best.id)
    await showing.answer(message, faces.removed(ruling), seal)


async def trash(message: Message, store: Store, seal: Seal, clock: Clock) -> None:
    await showing.answer(message, await faces.trash(store, clock.on_the_wall()), seal)


async def show(query: CallbackQuery, store: Store, seal: Seal, clock: Clock) -> None:
    await showing.in_place(query, await faces.trash(store, clock.on_the_wall()), seal)
    await query.answer()


async def ask_to_empty(query: CallbackQuery, store: Store, seal: Seal) -> None:
    face = faces.ask_to_empty(await store.files.trash.rubbish())
    await showing.in_place(query, face, seal)
    await query.answer()


async def empty(
    query: CallbackQuery, pressed: Press, engine: Engine, seal: Seal, clock: Clock
) -> None:
    rubbish = await pressed_promptly(query, engine.merger.empty(pressed.number), clock)
    await showing.in_place(query, faces.emptied(rubbish), seal)


async def undo(
    query: CallbackQuery, pressed: Press, store: Store, engine: Engine, seal: Seal, clock: Clock
) -> None:
    await pressed_promptly(query, engine.merger.undo(pressed.number), clock)
    face = await faces.undone(store, pressed, clock.on_the_wall())
    await showing.in_place(query, face, seal)
