from __future__ import annotations

import pytest

from bot.auditwords import AuditOrder, audit
from bot.errors import Usage, UsageError


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("@jazz", AuditOrder("@jazz")),
        (" t.me/jazz/12  DEEP ", AuditOrder("@jazz", is_deep=True)),
        ("-1001234567890", AuditOrder("-1001234567890")),
    ],
)
def test_a_chat_and_whether_bytes_are_compared_is_read(text: str, order: AuditOrder) -> None:
    assert order == audit(text)


@pytest.mark.parametrize(
    ("text", "usage"),
    [("", Usage.NO_CHAT_TO_AUDIT), ("@jazz now", Usage.BAD_AUDIT), ("?", Usage.NOT_A_CHAT)],
)
def test_what_cannot_be_understood_says_how_it_is_written(text: str, usage: Usage) -> None:
    with pytest.raises(UsageError) as caught:
        audit(text)

    assert usage is caught.value.usage
