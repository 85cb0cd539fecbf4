from __future__ import annotations

from tests.bot.test_aiogram_types import built

_WARMED = """
import asyncio
from bot.warming import warm
from downloader.clock import Clock
asyncio.run(warm(Clock()))
"""


def test_what_an_inline_query_needs_is_built_before_the_first_comes() -> None:
    found = built(_WARMED)

    assert {"Update", "InlineQueryResultCachedAudio", "InlineQueryResultArticle"} <= found
    assert "PassportData" not in found
