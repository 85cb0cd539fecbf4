from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from telethon.tl import types

from downloader.errors import (
    ChatUnavailableError,
    DownloaderError,
    NoForumError,
    ThrottledError,
)
from downloader.telegram.peers import chat_of, numbers_are_shared
from sandbox.faults import Rule
from sandbox.world import ChatKind as WorldChatKind
from storage.models import Chat, ChatKind, Reason, Request
from tests.downloader.telegram.stand import NOON, Stand

RESOLVE = "contacts.resolveUsername"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(WorldChatKind.CHANNEL, ChatKind.CHANNEL), (WorldChatKind.GROUP, ChatKind.GROUP)],
)
async def test_a_chat_is_found_by_its_username(
    stand: Stand, kind: WorldChatKind, expected: ChatKind
) -> None:
    chat = stand.world.add_chat("Jazz & Co", kind, username="Jazz")
    async with stand.source() as source:
        found = await source.chat("@jazz")

    assert found == Chat(chat.marked_id, "Jazz & Co", "Jazz", expected)
    assert await stand.store.chats.get(chat.marked_id) == found
    assert chat.marked_id in await stand.store.chats.access(stand.user.id)


async def test_a_person_is_a_private_chat(stand: Stand) -> None:
    bob = stand.world.add_user("Bob", username="bob")
    async with stand.source() as source:
        found = await source.chat("@bob")
        again = await source.chat(str(bob.id))
        audio = [one async for one in source.audio(found, Request("@bob", 5))]
        named = [one async for one in source.audio(found, Request("@bob", 5, message_ids=(1,)))]

    assert found == again == Chat(bob.id, "Bob", "bob", ChatKind.PRIVATE)
    assert audio == named == []


async def test_a_name_is_resolved_once_and_then_known_by_its_id(stand: Stand) -> None:
    stand.world.add_chat("Jazz", username="jazz")
    async with stand.source() as source:
        first = await source.chat("@jazz")
    async with stand.source() as source:
        second = await source.chat("@JAZZ")

    assert first == second
    assert stand.cluster.counters.of(RESOLVE) == 1


@pytest.mark.parametrize("is_shut", [True, False])
async def test_f14_a_name_that_moved_to_another_chat_is_resolved_again(
    stand: Stand, is_shut: bool
) -> None:
    old = stand.world.add_chat("Old", username="jazz")
    async with stand.source() as source:
        await source.chat("@jazz")
        old.username = None
        old.private = is_shut
        new = stand.world.add_chat("New", username="jazz")

        assert (await source.chat("@jazz")).id == new.marked_id


async def test_f14_a_saved_id_works_after_a_rename(stand: Stand) -> None:
    chat = stand.world.add_chat("Jazz", username="jazz")
    async with stand.source() as source:
        await source.chat("@jazz")
        chat.username = "swing"

        assert await source.chat(str(chat.marked_id)) == Chat(
            chat.marked_id, "Jazz", "swing", ChatKind.CHANNEL
        )


@pytest.mark.parametrize("name", ["@nobody_here", "@x"])
async def test_f14_a_name_that_nobody_has_is_told(stand: Stand, name: str) -> None:
    async with stand.source() as source:
        with pytest.raises(ChatUnavailableError) as caught:
            await source.chat(name)

    assert caught.value.reason is Reason.CHAT_NOT_FOUND


@pytest.mark.parametrize("name", ["", "jazz", "12.5", "https://t.me/jazz"])
async def test_what_names_no_chat_is_told(stand: Stand, name: str) -> None:
    async with stand.source() as source:
        with pytest.raises(ChatUnavailableError) as caught:
            await source.chat(name)

    assert caught.value.reason is Reason.NOT_A_CHAT


async def test_a_private_chat_of_ours_is_found_by_its_id(stand: Stand) -> None:
    chat = stand.world.add_chat("Club", private=True, members=[stand.user])
    stand.song(chat)
    async with stand.source() as source:
        found = await source.chat(str(chat.marked_id))
        audio = [one async for one in source.audio(found, Request("", 5))]

    assert found == Chat(chat.marked_id, "Club", None, ChatKind.CHANNEL)
    assert len(audio) == 1


async def test_a_private_chat_works_after_a_restart_without_a_search(stand: Stand) -> None:
    chat = stand.world.add_chat("Club", private=True, members=[stand.user])
    stand.song(chat)
    async with stand.source() as source:
        found = await source.chat(str(chat.marked_id))
    async with stand.source() as source:
        audio = [one async for one in source.audio(found, Request("", 5))]

    assert len(audio) == 1
    assert stand.cluster.counters.of("messages.getDialogs") == 1


async def test_a_chat_deep_among_the_dialogs_is_found(stand: Stand) -> None:
    chats = [stand.world.add_chat(f"Chat {n}", members=[stand.user]) for n in range(230)]
    for age, chat in enumerate(chats):
        stand.world.post(chat, "words", date=NOON - timedelta(hours=age))
    async with stand.source() as source:
        found = await source.chat(str(chats[-1].marked_id))

    assert found.title == "Chat 229"
    assert stand.cluster.counters.of("messages.getDialogs") == 3


async def test_f13_a_private_chat_of_others_is_not_joined(stand: Stand) -> None:
    chat = stand.world.add_chat("Club", private=True)
    for number in range(150):
        mine = stand.world.add_chat(f"Mine {number}", members=[stand.user])
        stand.world.post(mine, "words", date=NOON - timedelta(hours=number))
    async with stand.source() as source:
        with pytest.raises(ChatUnavailableError) as caught:
            await source.chat(str(chat.marked_id))

    assert caught.value.reason is Reason.CHAT_NOT_JOINED


async def test_f13_a_chat_that_shut_us_out_is_private(stand: Stand) -> None:
    chat = stand.world.add_chat("Club", private=True, members=[stand.user])
    async with stand.source() as source:
        found = await source.chat(str(chat.marked_id))
        chat.members.clear()
        with pytest.raises(ChatUnavailableError) as looking:
            await source.chat(str(chat.marked_id))
        with pytest.raises(ChatUnavailableError) as reading:
            [one async for one in source.audio(found, Request("", 5))]

    assert looking.value.reason is Reason.CHAT_PRIVATE
    assert reading.value.reason is Reason.CHAT_PRIVATE


async def test_a_second_account_finds_its_own_way_to_a_chat(stand: Stand) -> None:
    bob = stand.world.add_user("Bob")
    await stand.sign_in(bob)
    public = stand.world.add_chat("Jazz", username="jazz")
    stand.song(public)
    async with stand.sources() as (ann, other):
        found = await ann.chat("@jazz")
        audio = [one async for one in other.audio(found, Request("", 5))]

    assert (ann.account_id, other.account_id) == (stand.user.id, bob.id)
    assert len(audio) == 1
    assert await stand.store.chats.readers(found.id) == {stand.user.id, bob.id}


async def test_small_groups_need_no_search(stand: Stand) -> None:
    async with stand.source() as source:
        # The sandbox knows no small groups; the question is what it is asked.
        stand.faults.add(Rule("messages.getChats", error=(400, "CHAT_ID_INVALID")))
        with pytest.raises(DownloaderError):
            await source.chat("-4711")

    assert stand.cluster.counters.of("messages.getDialogs") == 0


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (types.ChannelForbidden(1, 2, "Club"), Reason.CHAT_PRIVATE),
        (types.ChatForbidden(1, "Club"), Reason.CHAT_PRIVATE),
        (types.ChatEmpty(1), Reason.CHAT_NOT_FOUND),
        (None, Reason.CHAT_NOT_FOUND),
    ],
)
async def test_f13_what_may_not_be_seen_is_told(stand: Stand, answer: Any, reason: Reason) -> None:
    chat = stand.world.add_chat("Club", private=True, members=[stand.user])
    async with stand.source() as source:
        await source.chat(str(chat.marked_id))
        reply = types.messages.Chats([answer] if answer else [])
        stand.faults.add(Rule("channels.getChannels", reply=lambda _: reply))
        with pytest.raises(ChatUnavailableError) as caught:
            await source.chat(str(chat.marked_id))

    assert caught.value.reason is reason


async def test_a_small_group_that_became_a_big_one_is_followed(stand: Stand) -> None:
    big = stand.world.add_chat("Big", WorldChatKind.GROUP, members=[stand.user])
    async with stand.source() as source:
        await source.chat(str(big.marked_id))
        known = (await stand.store.chats.access(stand.user.id))[big.marked_id]
        small = types.Chat(
            5, "Small", types.ChatPhotoEmpty(), 0, NOON, 1,
            migrated_to=types.InputChannel(big.id, known),
        )  # fmt: skip
        reply = types.messages.Chats([small])
        stand.faults.add(Rule("channels.getChannels", reply=lambda _: reply))
        found = await source.chat(str(big.marked_id))

    assert found.id == big.marked_id


async def test_f02_a_throttled_look_up_tells_how_long(stand: Stand) -> None:
    async with stand.source() as source:
        stand.faults.add(Rule(RESOLVE, error=(420, "FLOOD_WAIT_9000")))
        with pytest.raises(ThrottledError) as caught:
            await source.chat("@jazz")

    assert caught.value.wait == timedelta(seconds=9000)


def user(**more: Any) -> Any:
    return types.User(9, access_hash=1, **more)


@pytest.mark.parametrize(
    ("entity", "title", "username"),
    [
        (user(first_name="Ann", last_name="Lee", username="ann"), "Ann Lee", "ann"),
        (user(deleted=True), "", None),
        (user(first_name="A", usernames=[types.Username("x"), types.Username("y", active=True)]),
         "A", "y"),
    ],
)  # fmt: skip
def test_a_person_is_shown_by_name(entity: Any, title: str, username: str | None) -> None:
    assert chat_of(entity) == Chat(9, title, username, ChatKind.PRIVATE)


def test_a_small_group_is_a_group() -> None:
    small = types.Chat(5, "Small", types.ChatPhotoEmpty(), 3, NOON, 1)

    assert chat_of(small) == Chat(-5, "Small", None, ChatKind.GROUP)


@pytest.mark.parametrize(
    ("chat_id", "shared"), [(-1000000000009, True), (-999999999999, False), (-5, False), (9, False)]
)
def test_messages_are_numbered_for_all_in_channels_and_big_groups_alone(
    chat_id: int, shared: bool
) -> None:
    assert numbers_are_shared(chat_id) is shared


async def test_a_channel_leads_to_the_group_in_which_it_is_discussed(stand: Stand) -> None:
    jazz = stand.world.add_chat("Jazz", username="jazz")
    jazz.discussion = stand.world.add_chat("Jazz Chat", WorldChatKind.GROUP)
    stand.world.add_chat("Rock", username="rock")
    async with stand.source() as source:
        group = await source.comments(await source.chat("@jazz"))
        none = await source.comments(await source.chat("@rock"))
        assert group is not None
        by_id = await source.chat(str(group.id))
        none_of_group = await source.comments(group)

    assert Chat(jazz.discussion.marked_id, "Jazz Chat", None, ChatKind.GROUP) == group == by_id
    assert (None, None) == (none, none_of_group)


async def test_a_topic_of_a_forum_is_found_by_its_number(stand: Stand) -> None:
    forum = stand.world.add_chat("Vinyl", WorldChatKind.GROUP, username="vinyl")
    forum.topics = {5: "Bebop"}
    stand.world.add_chat("Rock", username="rock")
    async with stand.source() as source:
        vinyl, rock = await source.chat("@vinyl"), await source.chat("@rock")
        found = [await source.topic(vinyl, number) for number in (5, 1, 6)]
        with pytest.raises(NoForumError):
            await source.topic(rock, 5)

    assert ["Bebop", "General", None] == found
