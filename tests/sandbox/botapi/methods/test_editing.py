from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.types import BufferedInputFile, InputMediaPhoto, Message

from sandbox.botapi.dialogs import HeardKind
from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.world import Chat, User
from tests.sandbox.botapi.rig import SONG, START, HandClock, button, refused

SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)


async def test_an_edit_replaces_text_and_buttons(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.user.id, "one", reply_markup=button(callback_data="x"))
    edited = await sent.edit_text("<i>two</i>")

    assert isinstance(edited, Message)
    assert ("two", None) == (edited.text, edited.reply_markup)
    assert int(START.timestamp()) == edited.edit_date
    heard = [await ann.next(), await ann.next()]
    assert [HeardKind.MESSAGE, HeardKind.EDIT] == [event.kind for event in heard]
    assert [["Go"], []] == [event.message.buttons for event in heard]


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, ann: Person) -> None:
    markup = button(callback_data="x")
    sent = await bot.send_message(ann.user.id, "<b>same</b>", reply_markup=markup)

    with refused(SAME):
        await sent.edit_text("<b>same</b> ", reply_markup=markup)
    with refused(SAME):
        await sent.edit_reply_markup(reply_markup=markup)
    await sent.edit_text("same", reply_markup=markup)  # other entities
    await sent.edit_reply_markup(reply_markup=None)
    with refused(SAME):
        await sent.edit_reply_markup(reply_markup=None)


async def test_the_keyboard_alone_can_be_replaced(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.user.id, "x")
    await sent.edit_reply_markup(reply_markup=button("Stop", callback_data="s"))

    assert ("x", ["Stop"]) == (ann.messages[-1].text, ann.messages[-1].buttons)


async def test_a_missing_message_is_not_edited(bot: Bot, ann: Person) -> None:
    with refused("Bad Request: message to edit not found"):
        await bot.edit_message_text("x", chat_id=ann.user.id, message_id=99)


async def test_a_persons_message_is_not_edited(bot: Bot, ann: Person) -> None:
    theirs = ann.send("mine")

    with refused("Bad Request: message can't be edited"):
        await bot.edit_message_text("x", chat_id=ann.user.id, message_id=theirs.id)


async def test_a_message_is_edited_within_48_hours(bot: Bot, ann: Person, clock: HandClock) -> None:
    sent = await bot.send_message(ann.user.id, "one")
    clock.now += timedelta(hours=47, minutes=59)
    await sent.edit_text("two")
    clock.now += timedelta(minutes=1)

    with refused("Bad Request: message can't be edited"):
        await sent.edit_text("three")


async def test_an_edit_has_limits_of_its_own(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.user.id, "one")

    with refused("Bad Request: MESSAGE_TOO_LONG"):
        await sent.edit_text("x" * 4097)
    with refused("Bad Request: message text is empty"):
        await sent.edit_text(" ")


async def test_a_caption_is_edited_apart_from_a_text(bot: Bot, ann: Person) -> None:
    audio = await bot.send_audio(ann.user.id, BufferedInputFile(SONG, "a.mp3"), caption="one")
    text = await bot.send_message(ann.user.id, "one")
    edited = await audio.edit_caption(caption="two")

    assert isinstance(edited, Message)
    assert "two" == edited.caption
    with refused(SAME):
        await audio.edit_caption(caption="two")
    with refused("Bad Request: MEDIA_CAPTION_TOO_LONG"):
        await audio.edit_caption(caption="x" * 1025)
    with refused("Bad Request: there is no text in the message to edit"):
        await audio.edit_text("x")
    with refused("Bad Request: there is no caption in the message to edit"):
        await text.edit_caption(caption="x")


async def test_a_message_sent_through_inline_mode_is_edited_by_its_own_id(
    bot: Bot, api: BotApi, ann: Person
) -> None:
    with refused("Bad Request: MESSAGE_ID_INVALID"):
        await bot.edit_message_text("x", inline_message_id="nothing")


async def test_a_message_is_deleted_for_both(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.user.id, "x")
    theirs = ann.send("y")
    assert await sent.delete()
    assert await bot.delete_message(ann.user.id, theirs.id)

    assert ["/start"] == [message.text for message in ann.messages]
    with refused("Bad Request: message to delete not found"):
        await sent.delete()


async def test_old_messages_stay(bot: Bot, ann: Person, clock: HandClock) -> None:
    sent = await bot.send_message(ann.user.id, "x")
    clock.now += timedelta(hours=48)

    with refused("Bad Request: message can't be deleted for everyone"):
        await sent.delete()


async def test_several_are_deleted_and_missing_ones_skipped(bot: Bot, ann: Person) -> None:
    ids = [(await bot.send_message(ann.user.id, text)).message_id for text in "abc"]
    await bot.delete_messages(ann.user.id, [*ids[:2], 99])

    assert ["/start", "c"] == [message.text for message in ann.messages]


@pytest.mark.parametrize(
    ("count", "error"),
    [(0, "message identifiers are not specified"), (101, "too many message identifiers specified")],
)
async def test_one_to_100_are_deleted_at_once(
    bot: Bot, ann: Person, count: int, error: str
) -> None:
    with refused(f"Bad Request: {error}"):
        await bot.delete_messages(ann.user.id, list(range(count)))


async def test_others_messages_in_a_group_need_an_admin(
    bot: Bot, api: BotApi, ann_user: User, group: Chat
) -> None:
    theirs = api.person(ann_user, chat=group).send("mine")

    with refused("Bad Request: message can't be deleted"):
        await bot.delete_message(group.marked_id, theirs.id)
    api.hub.admins.add((group.id, 700))
    await bot.delete_message(group.marked_id, theirs.id)
    assert {} == group.posts


async def test_another_picture_takes_the_place_of_one(bot: Bot, ann: Person) -> None:
    first = BufferedInputFile(b"\x89PNG\r\n\x1a\none", "one.png")
    other = InputMediaPhoto(
        media=BufferedInputFile(b"\x89PNG\r\n\x1a\ntwo", "two.png"), caption="2"
    )
    sent = await bot.send_photo(ann.user.id, first, caption="1")
    text = await bot.send_message(ann.user.id, "words")
    await sent.edit_media(other)
    with refused("Bad Request: there is no media in the message to edit"):
        await text.edit_media(other)
    await ann.next()
    await ann.next()
    heard = await ann.next()

    assert (HeardKind.EDIT, "2") == (heard.kind, heard.message.text)
    assert heard.message.media is not None
    assert b"two" == bytes(heard.message.media.document.read(8, 3))
