from __future__ import annotations

import pytest

from bot.watchguesses import _MEANT, meant, other_chat
from bot.watchwords import OPTIONS, watch


@pytest.mark.parametrize("word", sorted(_MEANT))
def test_what_is_suggested_can_be_written_and_is_looked_for_no_more(word: str) -> None:
    suggested = meant(word, OPTIONS)

    assert suggested is not None
    assert () == watch(f"@jazz {suggested}").words


@pytest.mark.parametrize(
    ("word", "suggested"),
    [
        ("WEEKLY", "every 1w"),
        ("6h", "every 6h"),
        ("days", "every 1d"),
        ("30min", "every 30m"),
        ("02:00", "daily 02:00"),
        ("200", "backfill 200"),
        ("2024", "posted:2024"),
        ("320k", "bitrate>=320k"),
        ("flac", "format:flac"),
        ("bakfill", "backfill"),
        ("miles", None),
        ("jazz", None),
    ],
)
def test_a_word_may_have_been_meant_for_an_option(word: str, suggested: str | None) -> None:
    assert suggested == meant(word, OPTIONS)


@pytest.mark.parametrize(
    ("word", "chat"),
    [("@poems", "@poems"), ("t.me/poems", "@poems"), ("poems", None), ("love/hate", None)],
)
def test_a_second_chat_is_seen(word: str, chat: str | None) -> None:
    assert chat == other_chat(word)
