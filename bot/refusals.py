"""What the Bot API means when it refuses: its words alone tell.

They are those of https://github.com/tdlib/telegram-bot-api, Client.cpp.
"""

from __future__ import annotations

import re

from aiogram.exceptions import TelegramBadRequest

_SAME = re.compile(r"message is not modified", re.IGNORECASE)
_GONE = re.compile(
    r"message to edit not found|message can't be edited|message_id_invalid|message not found",
    re.IGNORECASE,
)
_UNREADABLE = re.compile(r"can't parse entities", re.IGNORECASE)
_NOBODY = re.compile(r"chat not found|user is deactivated|peer_id_invalid", re.IGNORECASE)
_ANSWERED = re.compile(r"query is too old|query id is invalid", re.IGNORECASE)


def is_same(error: TelegramBadRequest) -> bool:
    """Tell whether an edit would have changed nothing."""
    return bool(_SAME.search(error.message))


def is_gone(error: TelegramBadRequest) -> bool:
    """Tell whether the message cannot be edited any more, or is not there."""
    return bool(_GONE.search(error.message))


def is_unreadable(error: TelegramBadRequest) -> bool:
    """Tell whether it is our markup that Telegram does not understand."""
    return bool(_UNREADABLE.search(error.message))


def is_nobody(error: TelegramBadRequest) -> bool:
    """Tell whether there is nobody to write to."""
    return bool(_NOBODY.search(error.message))


def is_answered(error: TelegramBadRequest) -> bool:
    """Tell whether a press has its answer already, or waited too long for one."""
    return bool(_ANSWERED.search(error.message))
