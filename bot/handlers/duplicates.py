"""/duplicates: what is there more than once, and what becomes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiogram.types import CallbackQuery, Message

from bot import duplicatefaces as faces
from bot import duplicatetexts as texts
from bot import showing
from bot.callbacks import Press, Seal
from bot.errors import OutOfDateError
from bot.promptness import promptly
from downloader.clock import Clock
from downloader.engine import Engine
from storage.store import Store

Result = TypeVar("Result")


async def duplicates(message: Message, store: Store, seal: Seal, clock: Clock) -> None:
    match showing.arguments(message).strip().lower():
        case "":
            face = await faces.first_page(store)
        case "undo":
            newest = await store.rulings.newest(faces.RULINGS)
            face = faces.rulings(newest, clock.on_the_wall())
        case "empty":
            face = faces.ask_to_empty(await store.files.trash.rubbish())
        case _:
            face = faces.usage()
    await showing.answer(message, face, seal)


async def turn(query: CallbackQuery, pressed: Press, store: Store, seal: Seal) -> None:
    await showing.in_place(query, await faces.page_after(store, pressed.number), seal)
    await query.answer()


async def keep_best(
    query: CallbackQuery, pressed: Press, store: Store, engine: Engine, seal: Seal, clock: Clock
) -> None:
    await _promptly(query, engine.merger.merge(pressed.number), clock, texts.merged)
    await showing.in_place(query, await faces.page_after(store, *pressed.more), seal)


async def keep_apart(
    query: CallbackQuery, pressed: Press, store: Store, engine: Engine, seal: Seal, clock: Clock
) -> None:
    await _promptly(query, engine.merger.keep_apart(pressed.number), clock, texts.kept_apart)
    await showing.in_place(query, await faces.page_after(store, *pressed.more), seal)


async def ask_to_merge(query: CallbackQuery, store: Store, seal: Seal) -> None:
    face = faces.ask_to_merge(await store.duplicates.spare())
    await showing.in_place(query, face, seal)
    await query.answer()


async def merge_all(
    query: CallbackQuery, pressed: Press, engine: Engine, seal: Seal, clock: Clock
) -> None:
    ruling = await _promptly(query, engine.merger.merge_all(pressed.number), clock)
    await showing.in_place(query, faces.merged_all(ruling), seal)


async def undo(
    query: CallbackQuery, pressed: Press, store: Store, engine: Engine, seal: Seal, clock: Clock
) -> None:
    await _promptly(query, engine.merger.undo(pressed.number), clock)
    newest = await store.rulings.newest(faces.RULINGS)
    await showing.in_place(query, faces.undone(newest, clock.on_the_wall()), seal)


async def empty(
    query: CallbackQuery, pressed: Press, engine: Engine, seal: Seal, clock: Clock
) -> None:
    rubbish = await _promptly(query, engine.merger.empty(pressed.number), clock)
    await showing.in_place(query, faces.emptied(rubbish), seal)


async def _promptly(
    query: CallbackQuery,
    act: Awaitable[Result | None],
    clock: Clock,
    told: Callable[[Result], str] | None = None,
) -> Result:
    """Answer the press when it is done, or after a moment: many files may have to be moved.

    Raises `OutOfDateError` when nothing was left to do: what shows what the first of two presses
    did is not to be changed by the second.
    """
    said = False

    async def announce() -> None:
        nonlocal said
        said = True
        await query.answer(texts.ONE_MOMENT)

    result = await promptly(act, announce, clock)
    if result is None:
        raise OutOfDateError
    if not said:
        await query.answer(told(result) if told else None)
    return result
