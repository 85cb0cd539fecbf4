from __future__ import annotations

import pytest

from bot.reasons import REASONS
from storage.models import Reason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(reason: Reason) -> None:
    words = REASONS[reason]

    assert words.why
    assert words.why[0].isupper() == words.why.startswith("Telegram")
    assert not words.why.endswith(".")
    assert words.todo == "" or words.todo.endswith(".")
