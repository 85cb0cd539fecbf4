"""Builds ahead the types that an inline query needs, while nobody waits for it.

Each type of Telegram is built when it is first needed (`bot.aiogram_types`). For the first inline
query these would be a second, and whoever types waits for no second.
"""

from __future__ import annotations

from aiogram.methods import AnswerInlineQuery
from aiogram.types import (
    InlineQueryResultArticle,
    InlineQueryResultCachedAudio,
    InlineQueryResultCachedDocument,
    InlineQueryResultCachedVoice,
    Update,
)

from downloader.clock import Clock

_NEEDED = (
    Update,
    InlineQueryResultCachedAudio,
    InlineQueryResultCachedDocument,
    InlineQueryResultArticle,
    InlineQueryResultCachedVoice,
    AnswerInlineQuery,
)
_PAUSE = 0.2  # seconds in which everything else goes on; a type takes as long


async def warm(clock: Clock) -> None:
    for kind in _NEEDED:
        await clock.sleep(_PAUSE)
        kind.model_rebuild()
