from __future__ import annotations

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError, TelegramServerError
from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyParameters,
)

from sandbox.botapi.dialogs import Acting, Event
from sandbox.botapi.formatted import Entity
from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.world import Chat, User, World
from tests.sandbox.botapi.rig import START, button, refused


async def test_a_message_is_shown_and_returned(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(
        ann.user.id, "  Tom &amp; <b>Jerry</b>\n", reply_markup=button(callback_data="x")
    )

    assert ("Tom & Jerry", START) == (sent.text, sent.date)
    assert sent.entities is not None
    assert [("bold", 6, 5)] == [(one.type, one.offset, one.length) for one in sent.entities]
    assert sent.reply_markup is not None
    assert "x" == sent.reply_markup.inline_keyboard[0][0].callback_data
    assert sent.from_user is not None
    assert (700, "private") == (sent.from_user.id, sent.chat.type)
    assert ["/start", "Tom & Jerry"] == [message.text for message in ann.messages]


async def test_text_may_have_4096_utf16_units_after_parsing(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.user.id, f"<b>{'🎵' * 2048}</b>")

    with refused("Bad Request: message is too long"):
        await bot.send_message(ann.user.id, "🎵" * 2048 + "x")


@pytest.mark.parametrize("text", ["", " \n ", "<b></b>"])
async def test_empty_text_is_refused(bot: Bot, ann: Person, text: str) -> None:
    with refused("Bad Request: message text is empty"):
        await bot.send_message(ann.user.id, text)


async def test_an_unescaped_title_breaks_the_message(bot: Bot, ann: Person) -> None:
    with refused("Bad Request: can't parse entities: Unclosed start tag at byte offset 6"):
        await bot.send_message(ann.user.id, "AC/DC <3")


async def test_entities_may_come_beside_the_text(bot: Bot, ann: Person) -> None:
    entities = [MessageEntity(type="text_link", offset=0, length=1, url="https://t.me/")]
    await bot.send_message(ann.user.id, "x", parse_mode=None, entities=entities)

    link = Entity("text_link", 0, 1, (("url", "https://t.me/"),))
    assert (link,) == ann.messages[-1].entities


async def test_markdown_is_refused_loudly(bot: Bot, ann: Person) -> None:
    with refused(
        "Not Implemented: the sandbox has no parse_mode MarkdownV2, use HTML", TelegramServerError
    ):
        await bot.send_message(ann.user.id, "x", parse_mode="MarkdownV2")


async def test_an_unknown_parse_mode_is_refused(bot: Bot, ann: Person) -> None:
    with refused("Bad Request: unsupported parse_mode"):
        await bot.send_message(ann.user.id, "x", parse_mode="BBCode")


@pytest.mark.parametrize("chat_id", [5, -5, -100123, "@nobody", "@ann", "x"])
async def test_an_unknown_chat_is_not_found(bot: Bot, ann: Person, chat_id: int | str) -> None:
    with refused("Bad Request: chat not found"):
        await bot.send_message(chat_id, "x")


async def test_no_chat_at_all_is_refused(bot: Bot) -> None:
    with refused("Bad Request: chat_id is empty"):
        await bot.send_message("", "x")


async def test_a_person_who_never_started_the_bot_is_not_found(
    bot: Bot, api: BotApi, ann_user: User
) -> None:
    api.person(ann_user)

    with refused("Bad Request: chat not found"):
        await bot.send_message(ann_user.id, "x")


async def test_bots_do_not_talk_to_bots(bot: Bot, world: World) -> None:
    world.add_user("Other", token="800:AA")

    with refused("Forbidden: bot can't send messages to bots", TelegramForbiddenError):
        await bot.send_message(800, "x")


async def test_who_blocked_the_bot_is_left_alone_until_unblocking(bot: Bot, ann: Person) -> None:
    ann.block()
    with refused("Forbidden: bot was blocked by the user", TelegramForbiddenError):
        await bot.send_message(ann.user.id, "x")
    ann.unblock()

    await bot.send_message(ann.user.id, "x")


async def test_a_reply_quotes_a_message_that_exists(bot: Bot, ann: Person) -> None:
    asked = ann.send("question")
    sent = await bot.send_message(
        ann.user.id, "answer", reply_parameters=ReplyParameters(message_id=asked.id)
    )

    assert sent.reply_to_message is not None
    assert "question" == sent.reply_to_message.text


async def test_a_reply_to_nothing_is_refused_unless_allowed(bot: Bot, ann: Person) -> None:
    with refused("Bad Request: message to be replied not found"):
        await bot.send_message(ann.user.id, "x", reply_parameters=ReplyParameters(message_id=99))
    lenient = ReplyParameters(message_id=99, allow_sending_without_reply=True)

    sent = await bot.send_message(ann.user.id, "x", reply_parameters=lenient)
    assert sent.reply_to_message is None


async def test_a_topic_must_exist(bot: Bot, ann: Person, group: Chat) -> None:
    group.topics[5] = "Requests"
    sent = await bot.send_message(group.marked_id, "x", message_thread_id=5)

    assert (5, True) == (sent.message_thread_id, sent.is_topic_message)
    for chat_id, topic in ((group.marked_id, 6), (ann.user.id, 5)):
        with refused("Bad Request: message thread not found"):
            await bot.send_message(chat_id, "x", message_thread_id=topic)


@pytest.mark.parametrize("data", ["я" * 33, "d" * 65])
async def test_callback_data_has_at_most_64_bytes(bot: Bot, ann: Person, data: str) -> None:
    await bot.send_message(ann.user.id, "x", reply_markup=button(callback_data="d" * 64))

    with refused("Bad Request: BUTTON_DATA_INVALID"):
        await bot.send_message(ann.user.id, "x", reply_markup=button(callback_data=data))


@pytest.mark.parametrize(("text", "fields"), [("x", {}), (" ", {"callback_data": "d"})])
async def test_a_button_needs_a_text_and_an_action(
    bot: Bot, ann: Person, text: str, fields: dict[str, str]
) -> None:
    with refused(
        "Bad Request: can't parse inline keyboard button: "
        "Text buttons are unallowed in the inline keyboard"
    ):
        await bot.send_message(ann.user.id, "x", reply_markup=button(text, **fields))


async def test_a_link_button_needs_a_link(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.user.id, "x", reply_markup=button(url="tg://resolve?domain=jazz"))

    with refused("Bad Request: inline keyboard button URL 'not a link' is invalid: Wrong HTTP URL"):
        await bot.send_message(ann.user.id, "x", reply_markup=button(url="not a link"))


async def test_a_keyboard_has_at_most_100_buttons(bot: Bot, ann: Person) -> None:
    row = [InlineKeyboardButton(text="x", callback_data="x")] * 8
    markup = InlineKeyboardMarkup(inline_keyboard=[row] * 13)

    with refused("Bad Request: reply markup is too long"):
        await bot.send_message(ann.user.id, "x", reply_markup=markup)


async def test_other_markups_are_taken_and_not_given_back(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.user.id, "x", reply_markup=ForceReply())

    assert sent.reply_markup is None


async def test_a_chat_action_is_shown(bot: Bot, ann: Person) -> None:
    shown: list[Event] = []
    ann.dialog.listeners.append(shown.append)

    assert await bot.send_chat_action(ann.user.id, "typing")
    assert [Acting("typing")] == shown
    with refused("Bad Request: wrong parameter action in request"):
        await bot.send_chat_action(ann.user.id, "dancing")
