from __future__ import annotations

import json
from typing import Any

import pytest

from bench.safety.manners import complaints
from sandbox.botapi.params import Params


def of(method: str = "sendMessage", **values: Any) -> list[str]:
    return list(complaints(method, Params({"text": "Hello", **values})))


def buttons(*widths: int) -> str:
    rows = [[{"text": "x", "callback_data": "x"}] * width for width in widths]
    return json.dumps({"inline_keyboard": rows})


def test_there_is_nothing_to_say_of_what_is_right() -> None:
    assert [] == of(text="<b>Hello</b> 😀", reply_markup=buttons(8, 1))
    assert [] == of("answerCallbackQuery", text="")


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"text": "\ud800"}, "letters that are none"),
        ({"reply_markup": '{"inline_keyboard": [[{"text": "\\ud800"}]]}'}, "letters that are none"),
        ({"reply_markup": buttons(9)}, "a row that is too wide"),
        ({"reply_markup": buttons(1, 0)}, "a row without buttons"),
        (
            {"reply_markup": json.dumps({"input_field_placeholder": "x" * 65})},
            "a placeholder that is too long",
        ),
        ({"text": "<b>\u200b</b>"}, "nothing that can be seen"),
        ({"text": "<b>x</b>" * 101}, "more marks than are shown"),
    ],
)
def test_what_telegram_would_not_take_is_told(values: dict[str, Any], complaint: str) -> None:
    assert complaint in of(**values)
