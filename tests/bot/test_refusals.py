from __future__ import annotations

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import GetMe

from bot import refusals
from sandbox.botapi.errors import CALL_TOO_LATE


def refusal(words: str) -> TelegramBadRequest:
    return TelegramBadRequest(method=GetMe(), message=f"Bad Request: {words}")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("message is not modified: specified new message content and so on", refusals.is_same),
        ("message to edit not found", refusals.is_gone),
        ("message can't be edited", refusals.is_gone),
        ("MESSAGE_ID_INVALID", refusals.is_gone),
        ("can't parse entities: Unclosed start tag at byte offset 1", refusals.is_unreadable),
        ("chat not found", refusals.is_nobody),
        (CALL_TOO_LATE, refusals.is_answered),
    ],
)
def test_each_refusal_is_told_from_the_others(words: str, meant: object) -> None:
    kinds = [
        refusals.is_same,
        refusals.is_gone,
        refusals.is_unreadable,
        refusals.is_nobody,
        refusals.is_answered,
    ]

    assert [meant] == [kind for kind in kinds if kind(refusal(words))]
