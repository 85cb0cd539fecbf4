from __future__ import annotations

from typing import Any

import pytest
from telethon import errors, functions, types

from sandbox.methods.shapes import access_hash
from tests.sandbox.mtproto.clients import Clients, Town


async def test_a_channel_is_described(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music", town.bob)
    jazz.protected = True

    shown = await ann.get_entity("jazz_music")
    full = await ann(functions.channels.GetFullChannelRequest(shown))
    short = await ann(functions.channels.GetChannelsRequest([shown]))

    assert (shown.broadcast, shown.megagroup, shown.left, shown.noforwards) == (
        True, False, True, True,
    )  # fmt: skip
    assert full.full_chat.participants_count == 1
    assert full.full_chat.pts == jazz.pts
    assert [jazz.id] == [chat.id for chat in short.chats]


async def test_a_channel_tells_where_it_is_discussed(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music")
    silent = await ann(functions.channels.GetFullChannelRequest("jazz_music"))
    jazz.discussion = town.channel("jazz_chat")
    full = await ann(functions.channels.GetFullChannelRequest("jazz_music"))

    assert silent.full_chat.linked_chat_id is None
    assert full.full_chat.linked_chat_id == jazz.discussion.id
    assert [jazz.id, jazz.discussion.id] == [chat.id for chat in full.chats]


async def test_a_channel_is_joined_and_left(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music")

    await ann(functions.channels.JoinChannelRequest("jazz_music"))
    assert town.ann.id in jazz.members
    await ann(functions.channels.LeaveChannelRequest("jazz_music"))
    assert town.ann.id not in jazz.members

    with pytest.raises(errors.UserNotParticipantError):
        await ann(functions.channels.LeaveChannelRequest("jazz_music"))


async def test_a_private_channel_is_closed_to_strangers(
    ann: Any, clients: Clients, town: Town
) -> None:
    cave = town.channel("cave", town.ann, private=True)
    town.post_song(cave)
    bob = await clients.of(town.bob)
    door = types.InputPeerChannel(cave.id, access_hash(cave, town.ann))
    guessed = types.InputPeerChannel(cave.id, access_hash(cave, town.bob))

    assert [1] == [post.id for post in await ann.get_messages(door, limit=5)]
    with pytest.raises(errors.ChannelPrivateError):
        await bob.get_messages(guessed, limit=5)
    with pytest.raises(errors.ChannelPrivateError):
        await bob(functions.channels.JoinChannelRequest(guessed))


async def test_a_wrong_access_hash_is_refused(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music")

    for peer in (types.InputPeerChannel(jazz.id, 7), types.InputPeerChannel(7, 7)):
        with pytest.raises(errors.ChannelInvalidError):
            await ann.get_messages(peer, limit=1)
    with pytest.raises(errors.PeerIdInvalidError):
        await ann.get_messages(types.InputPeerChat(7), limit=1)


async def test_posts_are_read_by_their_ids(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music")
    for number in range(1, 6):
        town.post_song(jazz, number)
    town.world.delete(jazz, jazz.posts[3])

    found = await ann.get_messages("jazz_music", ids=[5, 3, 1, 99])

    assert [5, None, 1, None] == [post and post.id for post in found]
    assert [("Song 5", "Artist 5"), ("Song 1", "Artist 1")] == [
        (post.file.title, post.file.performer) for post in found if post
    ]


async def test_the_post_that_another_answers_is_found(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music")
    first = town.post_song(jazz)
    town.world.post(jazz, "nice", reply_to=first.id)

    answering = await ann.get_messages("jazz_music", ids=2)
    answered = await ann.get_messages("jazz_music", ids=types.InputMessageReplyTo(2))

    assert answering.reply_to.reply_to_msg_id == first.id
    assert answered.id == first.id
    assert await ann.get_messages("jazz_music", ids=types.InputMessageReplyTo(1)) is None


async def test_a_bot_needs_no_access_hash(clients: Clients, town: Town) -> None:
    jazz = town.channel("jazz_music", town.bot)
    town.post_song(jazz)
    bot = await clients.of(town.bot)

    found = await bot.get_messages(types.InputPeerChannel(jazz.id, 0), ids=1)

    assert found.id == 1
