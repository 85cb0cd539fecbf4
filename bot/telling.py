"""Tells people what nobody has asked for at the moment, as far as they can be reached."""

from __future__ import annotations

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot.callbacks import Seal
from bot.faces import Face, keyboard

log = structlog.get_logger(__name__)

_LATER = (TelegramNetworkError, TelegramRetryAfter, TelegramServerError)


async def tell(bot: Bot, seal: Seal, chat_id: int, face: Face) -> bool:
    """Send it; tell whether that is done with: what nobody can receive is."""
    try:
        markup = keyboard(face, chat_id, seal)
        await bot.send_message(chat_id, face.text, reply_markup=markup)
    except _LATER as error:
        log.info("nothing can be told just now", error=str(error))
        return False
    except TelegramAPIError as error:
        log.warning("nothing can be told", chat=chat_id, error=str(error))
    return True
