"""/duplicates: what is there more than once, and what becomes of it."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import duplicatefaces as faces
from bot import duplicatetexts as texts
from bot import showing, trashfaces
from bot.callbacks import Press, Seal
from bot.promptness import pressed_promptly
from downloader.clock import Clock
from downloader.engine import Engine
from storage.store import Store


async def duplicates(message: Message, store: Store, seal: Seal, clock: Clock) -> None:
    match showing.arguments(message).strip().lower():
        case "":
            face = await faces.first_page(store)
        case "undo":
            face = await trashfaces.said(store, clock.on_the_wall())
        case _:
            face = faces.usage()
    await showing.answer(message, face, seal)


async def turn(query: CallbackQuery, pressed: Press, store: Store, seal: Seal) -> None:
    await showing.in_place(query, await faces.page_after(store, pressed.number), seal)
    await query.answer()


async def keep_best(
    query: CallbackQuery, pressed: Press, store: Store, engine: Engine, seal: Seal, clock: Clock
) -> None:
    await pressed_promptly(query, engine.merger.merge(pressed.number), clock, trashfaces.told)
    await showing.in_place(query, await faces.page_after(store, *pressed.more), seal)


async def keep_apart(
    query: CallbackQuery, pressed: Press, store: Store, engine: Engine, seal: Seal, clock: Clock
) -> None:
    act = engine.merger.keep_apart(pressed.number)
    await pressed_promptly(query, act, clock, texts.kept_apart)
    await showing.in_place(query, await faces.page_after(store, *pressed.more), seal)


async def ask_to_merge(query: CallbackQuery, store: Store, seal: Seal) -> None:
    face = faces.ask_to_merge(await store.duplicates.spare())
    await showing.in_place(query, face, seal)
    await query.answer()


async def merge_all(
    query: CallbackQuery, pressed: Press, engine: Engine, seal: Seal, clock: Clock
) -> None:
    ruling = await pressed_promptly(query, engine.merger.merge_all(pressed.number), clock)
    await showing.in_place(query, faces.merged_all(ruling), seal)
