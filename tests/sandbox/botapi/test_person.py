from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.types import (
    InaccessibleMessage,
    InlineQueryResultArticle,
    InputTextMessageContent,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginUser,
)

from sandbox.botapi.dialogs import HeardKind
from sandbox.botapi.formatted import Entity
from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.world import Chat, User, World
from tests.sandbox.botapi.rig import START, button, updates

SOON = timedelta(milliseconds=1)


async def test_a_message_reaches_the_bot_with_its_entities(bot: Bot, ann: Person) -> None:
    bold = Entity("bold", 5, 5)
    ann.send("/get @jazz 10", entities=[bold], reply_to=ann.messages[0])
    [update] = await updates(bot)

    message = update.message
    assert message is not None
    assert message.from_user is not None
    assert ("/get @jazz 10", "Ann") == (message.text, message.from_user.first_name)
    assert message.entities is not None
    assert ["bot_command", "bold", "mention"] == [one.type for one in message.entities]
    assert message.reply_to_message is not None


async def test_an_edit_reaches_the_bot_and_a_delete_does_not(bot: Bot, ann: Person) -> None:
    sent = ann.send("one")
    ann.edit(sent, "two")
    ann.delete(sent)

    first, second = await updates(bot)
    assert first.message is not None
    assert second.edited_message is not None
    assert ("one", "two") == (first.message.text, second.edited_message.text)
    assert ["/start"] == [message.text for message in ann.messages]


async def test_a_file_is_sent_as_audio_or_as_a_document(bot: Bot, ann: Person) -> None:
    ann.send_file("a.mp3", b"ID3", timedelta(seconds=2))
    ann.send_file("notes", b"text")

    audio, document = [update.message for update in await updates(bot)]
    assert audio is not None
    assert audio.audio is not None
    assert ("audio/mpeg", 2) == (audio.audio.mime_type, audio.audio.duration)
    assert document is not None
    assert document.document is not None
    assert "application/octet-stream" == document.document.mime_type


async def test_a_channel_post_is_forwarded_with_its_origin(
    bot: Bot, ann: Person, world: World, channel: Chat
) -> None:
    song = world.add_document(body=b"ID3", name="a.mp3", title="T", duration=timedelta(seconds=1))
    ann.forward(channel, world.post(channel, "listen", song))
    [update] = await updates(bot)

    message = update.message
    assert message is not None
    assert message.audio is not None
    assert ("listen", "T") == (message.caption, message.audio.title)
    origin = message.forward_origin
    assert isinstance(origin, MessageOriginChannel)
    assert (channel.marked_id, 1, START) == (origin.chat.id, origin.message_id, origin.date)


async def test_group_posts_are_forwarded_with_their_author_or_the_group(
    bot: Bot, ann: Person, ann_user: User, world: World, group: Chat
) -> None:
    voice = world.add_document(body=b"OggS", mime="audio/ogg", voice=True)
    ann.forward(group, world.post(group, "mine", sender=ann_user))
    ann.forward(group, world.post(group, document=voice))
    signed, anonymous = [update.message for update in await updates(bot)][-2:]

    assert signed is not None
    assert isinstance(signed.forward_origin, MessageOriginUser)
    assert "Ann" == signed.forward_origin.sender_user.first_name
    assert anonymous is not None
    assert isinstance(anonymous.forward_origin, MessageOriginChat)
    assert anonymous.voice is not None


def test_a_protected_chat_is_not_forwarded_from(ann: Person, world: World, channel: Chat) -> None:
    channel.protected = True

    with pytest.raises(PermissionError):
        ann.forward(channel, world.post(channel, "x"))


async def test_pressing_finds_the_button_by_its_label(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.user.id, "x", reply_markup=button("⏸ Pause", callback_data="p:1"))
    message = await ann.reply()
    ann.tap(message, "Pause")
    [update] = await updates(bot)

    assert update.callback_query is not None
    assert "p:1" == update.callback_query.data
    with pytest.raises(LookupError, match="no button 'Stop'"):
        ann.tap(message, "Stop")


async def test_a_link_button_asks_the_bot_nothing(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.user.id, "x", reply_markup=button("Site", url="https://a.org"))

    with pytest.raises(LookupError, match="opens something"):
        ann.tap(await ann.reply(), "Site")


async def test_a_button_of_a_deleted_message_can_still_be_pressed(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.user.id, "x", reply_markup=button(callback_data="p"))
    shown = await ann.reply()
    await sent.delete()
    ann.tap(shown, "Go")
    [update] = await updates(bot)

    assert update.callback_query is not None
    assert isinstance(update.callback_query.message, InaccessibleMessage)


async def test_a_press_that_nobody_answers_times_out(ann: Person) -> None:
    with pytest.raises(TimeoutError):
        await ann.press(ann.messages[0], data="x", within=SOON)
    with pytest.raises(TimeoutError):
        await ann.inline("x", within=SOON)
    with pytest.raises(TimeoutError):
        await ann.next(within=SOON)


async def test_until_passes_over_what_is_not_wanted(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.user.id, "one")
    await bot.send_message(ann.user.id, "two")
    await sent.edit_text("three")

    assert sent.message_id == (await ann.until(lambda message: message.text == "three")).id


async def test_a_chosen_result_is_sent_and_can_be_edited_by_its_inline_id(
    bot: Bot, ann: Person
) -> None:
    content = InputTextMessageContent(message_text="<b>x</b>")
    markup = button(callback_data="p")
    article = InlineQueryResultArticle(
        id="r", title="t", input_message_content=content, reply_markup=markup
    )
    question = ann.ask("jazz")
    await bot.answer_inline_query(question.id, [article])
    await updates(bot)
    shown = ann.choose((await question.answer).results[0], "jazz")
    message, chosen = await updates(bot)

    assert message.message is not None
    assert message.message.via_bot is not None
    assert chosen.chosen_inline_result is not None
    inline_id = chosen.chosen_inline_result.inline_message_id
    assert await bot.edit_message_text("<i>y</i>", inline_message_id=inline_id)
    assert ("x", "y") == (shown.text, ann.messages[-1].text)


async def test_blocking_tells_the_bot(bot: Bot, ann: Person) -> None:
    ann.block()
    ann.send("back again")  # pressing Restart comes first
    blocked, back, message = await updates(bot)

    assert blocked.my_chat_member is not None
    assert "kicked" == blocked.my_chat_member.new_chat_member.status
    assert back.my_chat_member is not None
    assert "member" == back.my_chat_member.new_chat_member.status
    assert message.message is not None


async def test_who_has_left_hears_nothing(bot: Bot, api: BotApi, ann: Person) -> None:
    other = api.person(ann.user)
    other.leave()
    await bot.send_message(ann.user.id, "x")

    assert HeardKind.MESSAGE is (await ann.next()).kind
    with pytest.raises(TimeoutError):
        await other.next(within=SOON)
