"""/users, /role, /ban, /quota: who may talk to the bot, as what, and how much they may have."""

from __future__ import annotations

import html

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from bot import peoplefaces as faces
from bot import peopletexts as texts
from bot import peoplewords as words
from bot import showing
from bot.callbacks import Press, Seal
from bot.errors import OutOfDateError, Usage, UsageError
from bot.ownlimits import OwnLimits
from bot.peoplefaces import Wish
from bot.peopling import Peopling
from bot.permissions import RANKS, Permission, may
from bot.personview import PersonView
from storage.models import Person
from storage.quota import Quota


async def users(message: Message, peopling: Peopling, seal: Seal) -> None:
    if message.chat.type != ChatType.PRIVATE:
        await message.answer(texts.IN_PRIVATE)
        return
    face = faces.every(await peopling.every(), 0, peopling.now())
    await showing.answer(message, face, seal)


async def turn(query: CallbackQuery, pressed: Press, peopling: Peopling, seal: Seal) -> None:
    face = faces.every(await peopling.every(), pressed.number, peopling.now())
    await showing.in_place(query, face, seal)
    await query.answer()


async def role(message: Message, person: Person, peopling: Peopling) -> None:
    """Give somebody another role."""
    one, rest = await _meant(message, peopling)
    given = words.role_named(rest)
    if given is None:
        raise UsageError(Usage.BAD_ROLE)
    stopped = await peopling.set_role(person, one.profile, given)
    await message.answer(html.escape(texts.given(one.profile, given, stopped), quote=False))


async def ban(message: Message, person: Person, peopling: Peopling) -> None:
    one, _ = await _meant(message, peopling)
    stopped = await peopling.ban(person, one.profile)
    await message.answer(html.escape(texts.banned(one.profile, stopped), quote=False))


async def own_quota(
    message: Message, person: Person, peopling: Peopling, own_limits: OwnLimits, seal: Seal
) -> None:
    """Tell somebody of their own limits, and those who see to others of those of each role."""
    manages = may(person.role, Permission.MANAGE)
    if manages and message.reply_to_message is not None:
        await quota(message, person, peopling, seal)
        return
    told = await own_limits.told(person.id)
    if manages:
        of_roles = texts.of_roles(await peopling.of_roles())
        told = f"{of_roles}\n\n{told}" if told else of_roles
    await message.answer(told or texts.NOTHING_LIMITED)


async def quota(message: Message, person: Person, peopling: Peopling, seal: Seal) -> None:
    """Show or say how much somebody may have, or everybody with a role."""
    first, _, said = showing.arguments(message).partition(" ")
    if of_role := words.role_named(first):
        if said.strip():
            before = (await peopling.of_roles(said_only=True))[of_role]
            await peopling.limit_role(person, of_role, words.quota(said, before))
        now = (await peopling.of_roles())[of_role]
        await message.answer(texts.of_role(of_role, now))
        return
    one, rest = await _meant(message, peopling)
    if rest:
        await peopling.limit(person, one.profile, words.quota(rest, one.own))
        one = await peopling.view(one.profile.person.id)
    await showing.answer(message, faces.limits(one), seal)


async def press(
    query: CallbackQuery, pressed: Press, person: Person, peopling: Peopling, seal: Seal
) -> None:
    """Show a person, or do with one what a button says."""
    if not pressed.more or pressed.more[0] not in set(Wish):
        raise OutOfDateError
    wish, rest = Wish(pressed.more[0]), pressed.more[1:]
    one = await peopling.view(pressed.number)
    told = await _done(wish, rest, person, one, peopling)
    if wish is Wish.REMOVE:
        face = faces.every(await peopling.every(), 0, peopling.now())
    else:
        one = await peopling.view(pressed.number)
        match wish:
            case Wish.ASK_REMOVAL:
                face = faces.ask_removal(one)
            case Wish.LIMITS | Wish.USUAL | Wish.UNLIMITED:
                face = faces.limits(one)
            case _:
                face = faces.card(one, person, peopling.now())
    await showing.in_place(query, face, seal)
    await query.answer(told)


async def _done(
    wish: Wish, rest: tuple[int, ...], person: Person, one: PersonView, peopling: Peopling
) -> str | None:
    """Do what is wished, and return what to tell of it, as plain text."""
    profile = one.profile
    match wish:
        case Wish.ROLE:
            if len(rest) != 1 or rest[0] >= len(RANKS):
                raise OutOfDateError
            given = RANKS[rest[0]]
            return texts.given(profile, given, await peopling.set_role(person, profile, given))
        case Wish.BAN:
            return texts.banned(profile, await peopling.ban(person, profile))
        case Wish.LET_IN:
            await peopling.let_in(person, profile)
            return texts.NOT_BANNED
        case Wish.REMOVE:
            return texts.removed(profile, await peopling.remove(person, profile))
        case Wish.USUAL:
            await peopling.limit(person, profile, Quota())
        case Wish.UNLIMITED:
            await peopling.limit(person, profile, words.quota("unlimited", one.own))
    return None


async def _meant(message: Message, peopling: Peopling) -> tuple[PersonView, str]:
    """Return whom a command names or answers, and what else it says."""
    who, rest = words.who_and_rest(showing.arguments(message))
    answered = message.reply_to_message
    if who is None and answered is not None and answered.from_user is not None:
        who = words.Who(number=answered.from_user.id)
    if who is None:
        raise UsageError(Usage.WHO)
    return await peopling.meant(who), rest
