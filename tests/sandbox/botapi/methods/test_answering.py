from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import (
    InlineQueryResultArticle,
    InlineQueryResultCachedAudio,
    InlineQueryResultsButton,
    InlineQueryResultUnion,
    InputTextMessageContent,
)

from sandbox.botapi.dialogs import Answer, MediaKind
from sandbox.botapi.files import file_id
from sandbox.botapi.inline import InlineAnswer
from sandbox.botapi.person import Person
from sandbox.world import World
from tests.sandbox.botapi.rig import HandClock, button, refused

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def article(result_id: str = "1", **fields: Any) -> InlineQueryResultArticle:
    content = InputTextMessageContent(message_text="<b>x</b>")
    usual = {"id": result_id, "title": "t", "input_message_content": content}
    return InlineQueryResultArticle.model_validate(usual | fields)


async def asked(bot: Bot, ann: Person) -> str:
    """Make Ann ask inline, without waiting, and return the query's id."""
    question = ann.ask("jazz")
    [update] = await bot.get_updates(offset=-1)
    assert update.inline_query is not None
    assert ("jazz", ann.user.id) == (update.inline_query.query, update.inline_query.from_user.id)
    return question.id


async def test_a_press_is_answered_once(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.user.id, "x", reply_markup=button(callback_data="go"))
    question = ann.tap(ann.messages[-1], "Go")
    [update] = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert ("go", question.id) == (query.data, query.id)
    assert ann.messages[-1].id == query.message.message_id

    assert await query.answer("done", show_alert=True).as_(bot)
    assert Answer("done", alert=True) == await question.answer
    with refused(TOO_OLD):
        await query.answer().as_(bot)


async def test_a_press_is_answered_in_time(bot: Bot, ann: Person, clock: HandClock) -> None:
    question = ann.tap(ann.messages[0], data="go")
    clock.now += timedelta(seconds=16)

    with refused(TOO_OLD):
        await bot.answer_callback_query(question.id)
    with refused(TOO_OLD):
        await bot.answer_callback_query("nothing")


async def test_an_answer_to_a_press_has_at_most_200_characters(bot: Bot, ann: Person) -> None:
    question = ann.tap(ann.messages[0], data="go")

    with refused("Bad Request: MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(question.id, text="x" * 201)
    await bot.answer_callback_query(question.id, text="x" * 200)


async def test_inline_results_reach_the_person(bot: Bot, ann: Person, world: World) -> None:
    song = world.add_document(body=b"x", title="T", performer="P", duration=timedelta(seconds=1))
    results: list[InlineQueryResultUnion] = [
        article("1", description="d"),
        InlineQueryResultCachedAudio(
            id="2", audio_file_id=file_id(MediaKind.AUDIO, song), caption="<i>c</i>"
        ),
    ]
    start = InlineQueryResultsButton(text="Start", start_parameter="x")
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(ann.inline("jazz"))
        await asyncio.sleep(0)
        [update] = await bot.get_updates()
        assert update.inline_query is not None
        await update.inline_query.answer(
            results, cache_time=9, is_personal=True, next_offset="o", button=start
        ).as_(bot)
    offer: InlineAnswer = waiting.result()

    assert [("1", "t", "d"), ("2", "T", "P")] == [
        (result.id, result.title, result.description) for result in offer.results
    ]
    assert (9, True, "o") == (offer.cache_time, offer.is_personal, offer.next_offset)
    assert offer.button is not None
    assert ["x", "c"] == [result.body.text for result in offer.results]


@pytest.mark.parametrize(
    ("results", "offset", "error"),
    [
        ([article(str(n)) for n in range(51)], "", "too many inline query results specified"),
        ([article("x" * 65)], "", "RESULT_ID_INVALID"),
        ([article("")], "", "RESULT_ID_INVALID"),
        ([article("1"), article("1")], "", "RESULT_ID_DUPLICATE"),
        ([article()], "я" * 33, "NEXT_OFFSET_INVALID"),
        ([article(title="")], "", "can't parse inline query result: Can't find field \"title\""),
        (
            [article(input_message_content=InputTextMessageContent(message_text=""))],
            "",
            "message text is empty",
        ),
        (
            [article(input_message_content=InputTextMessageContent(message_text="<b>"))],
            "",
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ([article(reply_markup=button(callback_data="d" * 65))], "", "BUTTON_DATA_INVALID"),
        (
            [InlineQueryResultCachedAudio(id="1", audio_file_id="nothing")],
            "",
            "wrong file identifier/HTTP URL specified",
        ),
    ],
)
async def test_wrong_inline_results_are_refused(
    bot: Bot, ann: Person, results: list[InlineQueryResultUnion], offset: str, error: str
) -> None:
    query_id = await asked(bot, ann)

    with refused(f"Bad Request: {error}"):
        await bot.answer_inline_query(query_id, results, next_offset=offset)
    await bot.answer_inline_query(query_id, [])


@pytest.mark.parametrize("parameter", ["", "a b", "ä", "x" * 65])
async def test_a_button_above_the_results_must_lead_somewhere(
    bot: Bot, ann: Person, parameter: str
) -> None:
    query_id = await asked(bot, ann)
    start = InlineQueryResultsButton(text="Start", start_parameter=parameter)

    with refused("Bad Request: START_PARAM_INVALID"):
        await bot.answer_inline_query(query_id, [], button=start)


async def test_an_inline_query_is_answered_once_and_in_time(
    bot: Bot, ann: Person, clock: HandClock
) -> None:
    query_id = await asked(bot, ann)
    await bot.answer_inline_query(query_id, [])
    with refused(TOO_OLD):
        await bot.answer_inline_query(query_id, [])

    late = await asked(bot, ann)
    clock.now += timedelta(seconds=16)
    with refused(TOO_OLD):
        await bot.answer_inline_query(late, [])
