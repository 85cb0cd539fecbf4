"""/watch: a chat is to be followed, or something is said of all."""

from __future__ import annotations

import re

from aiogram.types import CallbackQuery, Message

from bot import showing
from bot import watchtexts as texts
from bot.callbacks import Press, Seal
from bot.errors import UsageError
from bot.following import Following
from bot.openprompts import OpenPrompts
from bot.promptness import promptly
from bot.prompts import Prompt, Wish
from bot.watchchoices import Draft
from bot.watchchoices import pressed as drafted
from downloader.clock import Clock
from storage.models import Person

_BARE = re.compile(r"[a-z]\w{3,31}", re.IGNORECASE | re.ASCII)  # who is asked may leave the @ out


async def watch(
    message: Message,
    person: Person,
    following: Following,
    seal: Seal,
    clock: Clock,
    prompts: OpenPrompts,
) -> None:
    """Show what following a chat would bring, or see to what is said of all."""
    said, drafts = showing.arguments(message), following.drafts
    if not said:
        prompts.ask(message.chat.id, Prompt(Wish.FOLLOW, None))
        await showing.answer(message, await drafts.which_chat(message, person.id), seal)
    elif told := await drafts.rules.answer(said, person):
        await message.answer(told)
    else:
        await _show(message, said, person, following, seal, clock)


async def named(
    message: Message,
    person: Person,
    following: Following,
    seal: Seal,
    clock: Clock,
    prompts: OpenPrompts,
) -> None:
    """Show what following the chat would bring that somebody was asked for; or go on asking."""
    try:
        await _show(message, _said(message), person, following, seal, clock)
    except UsageError:
        prompts.ask(message.chat.id, Prompt(Wish.FOLLOW, None))
        raise


async def follow(
    query: CallbackQuery, pressed: Press, person: Person, following: Following, seal: Seal
) -> None:
    """Go on with what the message above began: ask, show, or follow."""
    command = showing.own_command_of(query, pressed.number)
    draft, said, drafts = drafted(pressed), _said(command), following.drafts
    if draft.is_shown or draft.asks is not None:
        await query.answer(texts.LOOKING if draft.is_shown else None)
        face = await drafts.show(said, draft, person)
    else:
        made = await drafts.follow(said, draft, person, command.chat.id)
        await query.answer()
        face = await following.begun(made)
    await showing.in_place(query, face, seal)


async def _show(
    message: Message, said: str, person: Person, following: Following, seal: Seal, clock: Clock
) -> None:
    async def announce() -> None:
        await message.answer(texts.LOOKING)

    if known := await following.drafts.known(said, person.id):
        await showing.answer(message, await following.stories.one(known), seal)
        return
    draft = Draft(message.message_id)
    face = await promptly(following.drafts.show(said, draft, person), announce, clock)
    await showing.answer(message, face, seal)


def _said(message: Message) -> str:
    """Return what a command says, or an answer to our question."""
    text = message.text or message.caption or ""
    if text.startswith("/"):
        return showing.arguments(message)
    return f"@{text}" if _BARE.fullmatch(text) else text
