"""Answers to pressed buttons and to inline queries."""

from __future__ import annotations

import re

from sandbox.botapi.call import Call
from sandbox.botapi.dialogs import Answer
from sandbox.botapi.errors import bad
from sandbox.botapi.formatted import utf16
from sandbox.botapi.inline import InlineAnswer, read_results
from sandbox.botapi.params import Params

LONGEST_TOAST = 200
LONGEST_OFFSET = 64  # bytes


async def answer_callback_query(call: Call) -> bool:
    params = call.params
    question = call.bot.callbacks.find(params.text("callback_query_id"), call.hub.now)
    if utf16(params.text("text")) > LONGEST_TOAST:
        raise bad("MESSAGE_TOO_LONG")
    answer = Answer(params.text("text"), params.flag("show_alert"), params.text("url"))
    call.bot.callbacks.answer(question, answer)
    return True


async def answer_inline_query(call: Call) -> bool:
    params = call.params
    given = params.loaded("results", list, "inline query results") or []
    results = read_results(call.hub.world, given)
    if len(params.text("next_offset").encode()) > LONGEST_OFFSET:
        raise bad("NEXT_OFFSET_INVALID")
    button = params.loaded("button", dict, "inline query results button")
    if button is not None:
        _check(Params(button))
    question = call.bot.inlines.find(params.text("inline_query_id"), call.hub.now)
    answer = InlineAnswer(
        results,
        params.text("next_offset"),
        params.integer("cache_time", 300),
        params.flag("is_personal"),
        button,
    )
    call.bot.inlines.answer(question, answer)
    return True


def _check(button: Params) -> None:
    """Check what stands above the results (https://core.telegram.org/bots/api)."""
    if not button.text("text"):
        raise bad("can't parse inline query results button: Can't find field \"text\"")
    if "web_app" in button:
        return
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.text("start_parameter")):
        raise bad("START_PARAM_INVALID")
