"""Finds out who may write where the tracks of a watch are to go: the bot, and who asks for it."""

from __future__ import annotations

from enum import StrEnum

import structlog
from aiogram import Bot
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import (
    ChatMemberAdministrator,
    ChatMemberMember,
    ChatMemberRestricted,
    ResultChatMemberUnion,
)

from bot.actionwords import ME
from bot.passing import spot_of

log = structlog.get_logger(__name__)

_MUCH = 200  # characters, of an error that quotes the whole answer
_AWAY = (TelegramNetworkError, TelegramRetryAfter, TelegramServerError)


class Barrier(StrEnum):
    """Why nothing could be sent to a chat right now."""

    UNKNOWN = "unknown"  # there is none of this name, as far as the bot can see
    SHUT = "shut"  # the bot is not in it, or may not write
    UNOPENED = "unopened"  # the person has never begun a private chat
    UNSURE = "unsure"  # Telegram could not be asked


async def barrier(bot: Bot, target: str, person_id: int) -> Barrier | None:
    """Tell what is in the way of sending there; None where nothing is."""
    try:
        chat = await bot.get_chat(spot_of(target, person_id))
    except TelegramAPIError as error:
        log.info("no way to a chat yet", error=str(error))
        return _of(error, target)
    if chat.type == ChatType.PRIVATE:
        return None
    try:
        member = await bot.get_chat_member(chat.id, bot.id)
    except ClientDecodeError as error:  # a server of ours may speak an older language
        log.warning("our rights in a chat cannot be read", error=str(error)[:_MUCH])
        return None
    except TelegramAPIError as error:  # who is in a channel is told to its administrators
        log.info("nothing is known of our rights in a chat", error=str(error))
        return Barrier.UNSURE if isinstance(error, _AWAY) else Barrier.SHUT
    return None if _may_write(member, chat.type) else Barrier.SHUT


async def has_a_say(bot: Bot, target: str, person_id: int) -> bool:
    """Tell whether somebody may post in a chat themselves, as far as the bot can see."""
    try:
        chat = await bot.get_chat(spot_of(target, person_id))
        if chat.type == ChatType.PRIVATE:
            return chat.id == person_id
        member = await bot.get_chat_member(chat.id, person_id)
    except ClientDecodeError as error:  # a server of ours may speak an older language
        log.warning("somebody's rights in a chat cannot be read", error=str(error)[:_MUCH])
        return False
    except TelegramAPIError as error:
        log.info("nothing is known of somebody's rights in a chat", error=str(error))
        return False
    may_post = chat.type != ChatType.CHANNEL or not isinstance(member, ChatMemberMember)
    return may_post and _may_write(member, chat.type)


def _of(error: TelegramAPIError, target: str) -> Barrier:
    if isinstance(error, _AWAY):
        return Barrier.UNSURE
    if target == ME:
        return Barrier.UNOPENED
    return Barrier.UNKNOWN if isinstance(error, TelegramBadRequest) else Barrier.SHUT


def _may_write(member: ResultChatMemberUnion, kind: str) -> bool:
    match member:
        case ChatMemberAdministrator():
            return kind != ChatType.CHANNEL or bool(member.can_post_messages)
        case ChatMemberRestricted():
            return member.is_member and member.can_send_audios
        case _:
            return member.status in {ChatMemberStatus.CREATOR, ChatMemberStatus.MEMBER}
