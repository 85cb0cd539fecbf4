from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import Message, Update

from sandbox.botapi.server import BotApi
from sandbox.world import ChangeKind, Chat, ChatKind, User, World
from tests.sandbox.botapi.rig import refused, updates


def texts(found: list[Update]) -> list[str | None]:
    return [update.message.text for update in found if update.message]


async def test_a_bots_message_in_a_group_is_a_post_of_the_world(
    bot: Bot, world: World, group: Chat
) -> None:
    sent = await bot.send_message(group.marked_id, "<b>one</b>")
    post = group.posts[sent.message_id]
    assert ("one", world.users[700]) == (post.text, post.sender)

    edited = await sent.edit_text("two")
    assert isinstance(edited, Message)
    assert "two" == post.text
    await sent.delete()
    kinds = [ChangeKind.NEW, ChangeKind.EDIT, ChangeKind.DELETE]
    assert kinds == [change.kind for change in group.log]
    assert [] == await updates(bot)


async def test_privacy_lets_a_bot_hear_what_is_meant_for_it(
    bot: Bot, api: BotApi, ann_user: User, group: Chat
) -> None:
    ann = api.person(ann_user, chat=group)
    sent = await bot.send_message(group.marked_id, "ask me")
    mine = await ann.reply()
    said = ["chatter", "/get x", "/get@Loader_Bot x", "/get@other x", "hey @loader_bot"]
    for text in said:
        ann.send(text)
    ann.send("a reply", reply_to=mine)

    heard = texts(await updates(bot))
    assert ["/get x", "/get@Loader_Bot x", "hey @loader_bot", "a reply"] == heard
    assert [*said, "a reply"] == [message.text for message in ann.messages[1:]]
    assert sent.message_id == mine.id


async def test_an_admin_bot_hears_everything(
    bot: Bot, api: BotApi, ann_user: User, group: Chat
) -> None:
    api.hub.admins.add((group.id, 700))
    api.person(ann_user, chat=group).send("chatter")

    assert ["chatter"] == texts(await updates(bot))


async def test_what_the_world_posts_edits_and_deletes_is_followed(
    bot: Bot, api: BotApi, ann_user: User, world: World, group: Chat
) -> None:
    ann = api.person(ann_user, chat=group)
    post = world.post(group, "/one", sender=ann_user)
    world.edit(group, post, text="/two")
    new, edited = await updates(bot)

    assert new.message is not None
    assert edited.edited_message is not None
    assert ("/one", "/two") == (new.message.text, edited.edited_message.text)
    world.delete(group, post)
    assert [] == ann.messages


async def test_a_channel_tells_its_bot_of_new_posts(
    bot: Bot, bot_user: User, world: World, channel: Chat
) -> None:
    channel.members.add(bot_user.id)
    world.edit(channel, world.post(channel, "one"), text="two")
    first, second = await updates(bot)

    assert first.channel_post is not None
    assert first.channel_post.sender_chat is not None
    assert second.edited_channel_post is not None
    assert "Jazz" == first.channel_post.sender_chat.title


async def test_bots_do_not_hear_bots(
    bot: Bot, api: BotApi, ann_user: User, world: World, group: Chat
) -> None:
    other = world.add_user("Other", username="other_bot", token="800:AA")
    group.members.add(other.id)
    ann = api.person(ann_user, bot=other, chat=group)
    await bot.send_message(group.marked_id, "/x")
    world.post(group, "/y", sender=other)

    assert [] == await updates(bot)
    assert ["/x", "/y"] == [message.text for message in ann.messages]


async def test_two_bots_of_a_group_both_hear_a_command(
    bot: Bot, api: BotApi, ann_user: User, world: World, group: Chat
) -> None:
    other = world.add_user("Other", username="other_bot", token="800:AA")
    group.members.add(other.id)
    api.person(ann_user, chat=group).send("/x")

    assert ["/x"] == texts(await updates(bot))
    assert 1 == len(api.hub.state(other).mailbox.updates)


@pytest.mark.parametrize(
    ("kind", "name"), [(ChatKind.GROUP, "supergroup"), (ChatKind.CHANNEL, "channel")]
)
async def test_a_chat_that_the_bot_is_not_in_is_closed_to_it(
    bot: Bot, bot_user: User, world: World, kind: ChatKind, name: str
) -> None:
    public = world.add_chat("Public", kind, username="public")
    private = world.add_chat("Private", kind)

    for chat_id in ("@public", public.marked_id):
        with refused(f"Forbidden: bot is not a member of the {name} chat", TelegramForbiddenError):
            await bot.send_message(chat_id, "x")
    with refused("Bad Request: chat not found"):
        await bot.send_message(private.marked_id, "x")

    public.members.add(bot_user.id)
    await bot.send_message("@public", "x")
    public.members.clear()
    with refused(f"Forbidden: bot was kicked from the {name} chat", TelegramForbiddenError):
        await bot.send_message("@public", "x")


async def test_a_bot_hears_what_is_written_to_it_by_another_way(
    bot: Bot, world: World, ann_user: User
) -> None:
    song = world.add_document(size=1000, name="a.mp3", duration=timedelta(seconds=9))
    world.write(ann_user, world.users[700], "Here.", song)

    [update] = await updates(bot)
    assert update.message is not None
    assert update.message.audio is not None
    assert ("Here.", 1000) == (update.message.caption, update.message.audio.file_size)
    # From now on it may write to her.
    again = await bot.send_audio(ann_user.id, update.message.audio.file_id)
    assert again.audio == update.message.audio


async def test_what_people_write_to_each_other_is_heard_by_no_bot(
    bot: Bot, world: World, ann_user: User
) -> None:
    world.write(ann_user, world.add_user("Bob"), "Hi.")

    assert [] == await updates(bot)
