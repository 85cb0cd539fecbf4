from __future__ import annotations

import pytest

from bot.errors import Usage, UsageError
from bot.usages import usage


@pytest.mark.parametrize("wrong", Usage)
def test_every_usage_error_is_one_line_and_escapes_what_was_written(wrong: Usage) -> None:
    text = usage(UsageError(wrong, "<script>{detail}&" + "x" * 5000))

    assert "\n" not in text
    assert "<script>" not in text
    assert len(text) < 300
