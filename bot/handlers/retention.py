"""/retention: how much of a chat is kept; what would go for it is told first."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import retentionfaces as faces
from bot import retentiontexts as texts
from bot import showing
from bot.callbacks import Press, Seal
from bot.promptness import answered_promptly
from bot.retentionwords import pressed as unpacked
from bot.retentionwords import read
from downloader.clock import Clock
from downloader.engine import Engine
from storage.store import Store


async def retention(message: Message, store: Store, engine: Engine, seal: Seal) -> None:
    said = read(showing.arguments(message))
    if said is None:
        await showing.answer(message, await faces.every(store), seal)
        return
    chat = await store.chats.named(said.chat.chat)
    if chat is None:
        await message.answer(texts.UNKNOWN_CHAT)
    elif said.retention is None:
        is_new = await store.retentions.drop(chat.id)
        await message.answer(texts.off(chat, is_new=is_new))
    else:
        found = await engine.cleaner.look(chat.id, said.retention)
        await showing.answer(message, faces.ask_first(chat, said.retention, found), seal)


async def keep(
    query: CallbackQuery, pressed: Press, store: Store, engine: Engine, seal: Seal, clock: Clock
) -> None:
    chat_id, wanted = unpacked(pressed)
    chat = await store.chats.get(chat_id)
    assert chat is not None, "no chat is ever forgotten"
    ruling = await answered_promptly(query, engine.cleaner.keep(chat_id, wanted), clock)
    await showing.in_place(query, faces.kept(chat, wanted, ruling), seal)


async def show(query: CallbackQuery, store: Store, seal: Seal) -> None:
    await showing.in_place(query, await faces.every(store), seal)
    await query.answer()
