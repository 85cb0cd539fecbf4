from __future__ import annotations

from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import ChatMemberAdministrator

from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.world import Chat, ChatKind, User
from tests.sandbox.botapi.rig import refused


async def test_a_private_chat_and_a_group_are_told_about(
    bot: Bot, ann: Person, group: Chat
) -> None:
    private = await bot.get_chat(ann.user.id)
    shared = await bot.get_chat(group.marked_id)

    assert ("private", "Ann", "ann") == (private.type, private.first_name, private.username)
    assert ("supergroup", "Listeners") == (shared.type, shared.title)


async def test_messages_are_pinned_and_unpinned(bot: Bot, ann: Person) -> None:
    first = await bot.send_message(ann.user.id, "one")
    second = await bot.send_message(ann.user.id, "two")
    for sent in (first, second):
        await bot.pin_chat_message(ann.user.id, sent.message_id)
    chat = await bot.get_chat(ann.user.id)
    assert chat.pinned_message is not None
    assert second.message_id == chat.pinned_message.message_id

    await bot.unpin_chat_message(ann.user.id)
    await first.delete()
    assert (await bot.get_chat(ann.user.id)).pinned_message is None
    with refused("Bad Request: message to unpin not found"):
        await bot.unpin_chat_message(ann.user.id)
    with refused("Bad Request: message to pin not found"):
        await bot.pin_chat_message(ann.user.id, 99)


async def test_pinning_in_a_group_needs_an_admin(
    bot: Bot, api: BotApi, ann_user: User, group: Chat
) -> None:
    theirs = api.person(ann_user, chat=group).send("x")

    with refused("Bad Request: not enough rights to manage pinned messages in the chat"):
        await bot.pin_chat_message(group.marked_id, theirs.id)
    api.hub.admins.add((group.id, 700))
    assert await bot.pin_chat_message(group.marked_id, theirs.id)


async def test_a_bot_is_told_how_it_stands_in_a_chat(
    bot: Bot, api: BotApi, ann: Person, group: Chat
) -> None:
    in_group = await bot.get_chat_member(group.marked_id, bot.id)
    api.hub.admins.add((group.id, 700))
    as_admin = await bot.get_chat_member(group.marked_id, bot.id)
    club = api.hub.world.add_chat("Club", ChatKind.CHANNEL, username="club")
    with refused("Forbidden: bot is not a member of the channel chat", TelegramForbiddenError):
        await bot.get_chat_member(club.marked_id, bot.id)
    club.members.add(bot.id)
    in_channel = await bot.get_chat_member(club.marked_id, bot.id)

    assert ("member", "administrator") == (in_group.status, as_admin.status)
    assert isinstance(in_channel, ChatMemberAdministrator)
    assert in_channel.can_post_messages
    with refused("Bad Request: PARTICIPANT_ID_INVALID"):
        await bot.get_chat_member(group.marked_id, 12345)


async def test_a_bot_is_told_how_a_person_stands_in_a_chat(
    bot: Bot, api: BotApi, ann: Person, group: Chat
) -> None:
    stranger = api.hub.world.add_user("Eve")
    told = [await bot.get_chat_member(group.marked_id, one) for one in (ann.user.id, stranger.id)]
    api.hub.admins.add((group.id, stranger.id))
    told.append(await bot.get_chat_member(group.marked_id, stranger.id))
    alone = await bot.get_chat_member(ann.user.id, ann.user.id)

    assert ["member", "left", "administrator"] == [one.status for one in told]
    assert "member" == alone.status
