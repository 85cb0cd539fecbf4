"""/watches and /unwatch: chats that are followed."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import showing, watchwords
from bot.callbacks import Press, Seal
from bot.characters import cut
from bot.errors import NotYoursError, OutOfDateError
from bot.faces import Face, bare
from bot.following import Following
from bot.permissions import may_touch
from bot.promptness import answered_promptly
from bot.watchchoices import Wish
from downloader.clock import Clock
from storage.models import Person

# What a look brought may be all there is to see, and a press can be answered only once.
_PATIENCE = 5.0  # seconds
_TOAST = 200  # https://core.telegram.org/bots/api#answercallbackquery


async def watches(message: Message, person: Person, following: Following, seal: Seal) -> None:
    await showing.answer(message, await following.stories.every(person.id), seal)


async def turn(query: CallbackQuery, person: Person, following: Following, seal: Seal) -> None:
    await showing.in_place(query, await following.stories.every(person.id), seal)
    await query.answer()


async def unwatch(message: Message, person: Person, following: Following, seal: Seal) -> None:
    name = watchwords.chat(showing.arguments(message))
    await showing.answer(message, await following.stories.removal(name, person.id), seal)


async def press(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    following: Following,
    seal: Seal,
    clock: Clock,
) -> None:
    found = await following.stories.get(pressed.number)
    if found is None or not pressed.more:
        raise OutOfDateError
    if not may_touch(person, found.origin.person_id):
        raise NotYoursError
    wish = Wish(pressed.more[0])
    if wish in {Wish.LOOK, Wish.TRY_ALL}:
        look = following.look(found, wish)
        face, _ = await answered_promptly(query, look, clock, _told, _PATIENCE)
    else:
        await query.answer()
        face = await following.act(found, wish, pressed.more[1:])
    await showing.in_place(query, face, seal)


def _told(looked: tuple[Face, str]) -> str:
    return cut(bare(looked[1]), _TOAST)
