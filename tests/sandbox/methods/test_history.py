from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from telethon import errors, functions, types

from sandbox.world import Chat, ChatKind
from tests.sandbox.mtproto.clients import EPOCH, Clients, Town

MUSIC = types.InputMessagesFilterMusic()


@pytest.fixture
def jazz(town: Town) -> Chat:
    """5,000 posts, every tenth of them only text."""
    jazz = town.channel("jazz_music")
    for number in range(1, 5001):
        date = EPOCH + timedelta(minutes=number)
        if number % 10:
            town.post_song(jazz, number)
        else:
            town.world.post(jazz, f"only words {number}", date=date, quiet=True)
    return jazz


async def ids(client: Any, **query: Any) -> list[int]:
    return [post.id async for post in client.iter_messages("jazz_music", wait_time=0, **query)]


async def test_a_long_history_is_read_to_its_end(ann: Any, jazz: Chat) -> None:
    assert list(range(5000, 0, -1)) == await ids(ann)


async def test_a_long_history_is_read_from_its_beginning(ann: Any, jazz: Chat) -> None:
    assert list(range(1, 5001)) == await ids(ann, reverse=True)


async def test_music_alone_is_found(ann: Any, jazz: Chat) -> None:
    expected = [number for number in range(5000, 0, -1) if number % 10]

    assert expected == await ids(ann, filter=MUSIC)


async def test_the_oldest_music_after_a_post_is_found(ann: Any, jazz: Chat) -> None:
    found = await ids(ann, filter=MUSIC, reverse=True, min_id=100, limit=250)

    assert found == [number for number in range(101, 400) if number % 10][:250]


async def test_a_range_of_ids_is_read_without_its_ends(ann: Any, jazz: Chat) -> None:
    assert [1004, 1003, 1002, 1001] == await ids(ann, min_id=1000, max_id=1005)
    assert [1001, 1002, 1003, 1004] == await ids(ann, min_id=1000, max_id=1005, reverse=True)


async def test_words_are_found_in_titles_and_in_text(ann: Any, jazz: Chat) -> None:
    assert [4321] == await ids(ann, search="song 4321", filter=MUSIC)
    assert [4320] == await ids(ann, search="WORDS 4320")
    assert [] == await ids(ann, search="nothing of the kind")


async def test_dates_bound_what_is_found(ann: Any, jazz: Chat) -> None:
    def at(minutes: int) -> Any:
        return EPOCH + timedelta(minutes=minutes)

    found = await ann(
        functions.messages.SearchRequest(
            "jazz_music", "", MUSIC, at(100), at(105), 0, 0, 100, 0, 0, 0
        )
    )

    assert [104, 103, 102, 101] == [post.id for post in found.messages]
    assert found.count == 4
    assert [104, 103] == await ids(ann, offset_date=at(105), limit=2)


async def test_how_many_there_are_is_told_without_reading_them(ann: Any, jazz: Chat) -> None:
    counted = await ann.get_messages("jazz_music", limit=0, filter=MUSIC)
    counters = await ann(
        functions.messages.GetSearchCountersRequest(
            "jazz_music", [MUSIC, types.InputMessagesFilterPhotos()]
        )
    )

    assert counted.total == 4500
    assert [4500, 0] == [counter.count for counter in counters]


async def test_each_filter_finds_its_own(ann: Any, town: Town) -> None:
    mixed = town.channel("jazz_music")
    town.post_song(mixed, 1)
    voice = town.song(2, voice=True, mime="audio/ogg")
    plain = town.song(3, duration=None)
    town.world.post(mixed, "", voice)
    town.world.post(mixed, "", plain)
    town.world.post(mixed, "words")

    assert [1] == await ids(ann, filter=MUSIC)
    assert [2] == await ids(ann, filter=types.InputMessagesFilterVoice())
    assert [3] == await ids(ann, filter=types.InputMessagesFilterDocument())
    assert [] == await ids(ann, filter=types.InputMessagesFilterPhotos())
    shown = await ann.get_messages("jazz_music", ids=[1, 2, 3])
    assert [True, False, False] == [post.audio is not None for post in shown]
    assert [False, True, False] == [post.voice is not None for post in shown]
    assert shown[2].document.mime_type == "audio/mpeg"


async def test_a_sender_can_be_asked_for(ann: Any, town: Town) -> None:
    group = town.world.add_chat("Group", ChatKind.GROUP, username="jazz_music")
    town.world.post(group, "mine", sender=town.ann)
    town.world.post(group, "not mine", sender=town.bob)
    town.world.post(group, "nobody's")

    assert [1] == await ids(ann, from_user="me")
    senders = [post.sender_id for post in await ann.get_messages("jazz_music", limit=3)]
    assert senders[1:] == [town.bob.id, town.ann.id]


async def test_an_album_is_posts_of_one_group(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music")
    album = town.world.new_album()
    for number in (1, 2, 3):
        town.post_song(jazz, number, cover=b"jpeg")
        jazz.posts[number].album = album if number < 3 else None

    found = await ann.get_messages("jazz_music", ids=[1, 2, 3])

    assert [album, album, None] == [post.grouped_id for post in found]


async def test_an_edited_caption_is_shown(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music")
    post = town.post_song(jazz)
    town.world.edit(jazz, post, text="better")

    shown = await ann.get_messages("jazz_music", ids=1)

    assert shown.text == "better"
    assert shown.edit_date is not None


async def test_bots_read_no_history(clients: Clients, town: Town) -> None:
    town.channel("jazz_music")
    bot = await clients.of(town.bot)

    with pytest.raises(errors.BotMethodInvalidError):
        await bot.get_messages("jazz_music", limit=1)


async def test_a_private_talk_is_empty(ann: Any, town: Town) -> None:
    assert [] == await ann.get_messages("sandbox_bot", limit=5)
    assert [] == await ann.get_messages("me", limit=5, search="x")
    assert await ann.get_messages("me", ids=5) is None


async def test_the_replies_to_a_post_are_found(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music")
    town.post_song(jazz, 1)
    town.world.post(jazz, "yes", reply_to=1)
    town.world.post(jazz, "unrelated")

    assert [2] == await ids(ann, reply_to=1)
    with pytest.raises(errors.MsgIdInvalidError):
        await ids(ann, reply_to=99)


@pytest.fixture
def forum(town: Town) -> Chat:
    """Two topics and the general one, with a song in each, and a reply."""
    forum = town.world.add_chat("Forum", ChatKind.GROUP, username="jazz_music")
    forum.topics = {2: "Bebop", 3: "Swing"}
    for topic in (None, 2, 3):
        town.world.post(forum, "", town.song(topic or 1), topic=topic, sender=town.bob)
    town.world.post(forum, "again", topic=2, reply_to=2)
    return forum


async def test_topics_are_listed(ann: Any, forum: Chat) -> None:
    async def titles(**more: Any) -> list[str]:
        query: dict[str, Any] = {"offset_topic": 0, "limit": 10, "q": None} | more
        request = functions.messages.GetForumTopicsRequest(
            "jazz_music", offset_date=None, offset_id=0, **query
        )
        return [topic.title for topic in (await ann(request)).topics]

    assert (await ann.get_entity("jazz_music")).forum
    assert ["Swing", "Bebop", "General"] == await titles()
    assert ["Bebop"] == await titles(q="beb")
    assert ["Bebop"] == await titles(offset_topic=3, limit=1)


async def test_topics_are_named_by_their_numbers(ann: Any, forum: Chat, town: Town) -> None:
    town.world.add_chat("Flat", ChatKind.GROUP, username="flat_group")
    by_id = functions.messages.GetForumTopicsByIDRequest
    found = (await ann(by_id("jazz_music", [1, 3, 99]))).topics

    assert ["General", "Swing", None] == [getattr(one, "title", None) for one in found]
    assert isinstance(found[2], types.ForumTopicDeleted)
    with pytest.raises(errors.ChannelForumMissingError):
        await ann(by_id("flat_group", [1]))


async def test_posts_of_a_topic_are_found(ann: Any, forum: Chat) -> None:
    assert [4, 2] == await ids(ann, reply_to=2)
    assert [1] == await ids(ann, reply_to=1)
    for topic, expected in ((1, [1]), (2, [2]), (3, [3])):
        found = await ann(
            functions.messages.SearchRequest(
                "jazz_music", "", MUSIC, None, None, 0, 0, 100, 0, 0, 0, top_msg_id=topic
            )
        )
        assert expected == [post.id for post in found.messages]


async def test_a_post_names_its_topic(ann: Any, forum: Chat) -> None:
    general, opening, reply = await ann.get_messages("jazz_music", ids=[1, 2, 4])

    assert general.reply_to is None
    assert (opening.reply_to.forum_topic, opening.reply_to.reply_to_msg_id) == (True, 2)
    assert (reply.reply_to.reply_to_top_id, reply.reply_to.reply_to_msg_id) == (2, 2)


async def test_a_chat_without_topics_says_so(ann: Any, town: Town) -> None:
    town.channel("jazz_music")

    with pytest.raises(errors.ChannelForumMissingError):
        await ann(functions.messages.GetForumTopicsRequest("jazz_music", None, 0, 0, 10))


async def test_what_was_forwarded_tells_from_where(ann: Any, town: Town, jazz: Chat) -> None:
    blues = town.channel("blues_music")
    posted = town.post_song(blues, 1)
    copy = town.world.forward(jazz, blues, posted)
    [shown] = await ann.get_messages("jazz_music", limit=1)

    assert copy.id == shown.id
    assert (blues.id, posted.id) == (shown.fwd_from.from_id.channel_id, shown.fwd_from.channel_post)
    assert "blues_music" == shown.forward.chat.username
