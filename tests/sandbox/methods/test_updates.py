from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telethon import errors, events, functions, types

from sandbox.methods.updates import TOO_LONG
from sandbox.mtproto.cluster import Cluster
from sandbox.world import Chat
from tests.sandbox.mtproto.clients import Town


class Ear:
    """Hears what a client hears, in order."""

    def __init__(self, client: Any) -> None:
        self._heard: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        client.add_event_handler(self._new, events.NewMessage())
        client.add_event_handler(self._edited, events.MessageEdited())
        client.add_event_handler(self._deleted, events.MessageDeleted())

    async def _new(self, event: Any) -> None:
        await self._heard.put(("new", event.id))

    async def _edited(self, event: Any) -> None:
        await self._heard.put(("edited", event.id))

    async def _deleted(self, event: Any) -> None:
        await self._heard.put(("deleted", event.deleted_id))

    async def next(self, count: int = 1) -> list[tuple[str, int]]:
        async with asyncio.timeout(60):
            return [await self._heard.get() for _ in range(count)]

    def is_silent(self) -> bool:
        return self._heard.empty()


@pytest.fixture
def jazz(town: Town) -> Chat:
    return town.channel("jazz_music", town.ann)


@pytest.fixture
async def ear(ann: Any, jazz: Chat) -> Ear:
    """Ann has met the channel and asked for updates."""
    ear = Ear(ann)
    await ann.get_entity("jazz_music")
    await ann.get_me()
    return ear


async def test_a_post_is_pushed_to_members(ear: Ear, town: Town, jazz: Chat) -> None:
    town.world.post(jazz, "", town.song())

    assert [("new", 1)] == await ear.next()


async def test_edits_and_deletions_are_pushed_too(ear: Ear, town: Town, jazz: Chat) -> None:
    post = town.world.post(jazz, "first")
    town.world.edit(jazz, post, text="second")
    town.world.delete(jazz, post)

    assert [("new", 1), ("edited", 1), ("deleted", 1)] == await ear.next(3)


async def test_what_was_not_pushed_is_fetched_when_the_gap_shows(
    ear: Ear, town: Town, jazz: Chat, cluster: Cluster
) -> None:
    town.world.post(jazz, "seen")
    assert [("new", 1)] == await ear.next()

    town.world.post(jazz, "missed", quiet=True)
    town.world.post(jazz, "seen again")

    assert [("new", 2), ("new", 3)] == sorted(await ear.next(2))
    assert cluster.counters.of("updates.getChannelDifference") == 1


async def test_updates_go_on_after_a_broken_connection(
    ear: Ear, ann: Any, town: Town, jazz: Chat, cluster: Cluster
) -> None:
    town.world.post(jazz, "before")
    await ear.next()

    cluster.drop_connections()
    town.world.post(jazz, "while away")
    assert (await ann.get_me()).id == town.ann.id
    town.world.post(jazz, "after")

    assert [("new", 2), ("new", 3)] == sorted(await ear.next(2))


async def test_a_change_told_twice_is_heard_once(
    ear: Ear, town: Town, jazz: Chat, cluster: Cluster
) -> None:
    town.world.post(jazz, "once")
    cluster.push(jazz, jazz.log[-1])
    town.world.post(jazz, "last")

    assert [("new", 1), ("new", 2)] == await ear.next(2)
    assert ear.is_silent()


async def difference(client: Any, pts: int, limit: int = 100) -> Any:
    request = functions.updates.GetChannelDifferenceRequest(
        "jazz_music", types.ChannelMessagesFilterEmpty(), pts, limit
    )
    return await client(request)


async def test_the_difference_tells_every_change_once(ann: Any, town: Town, jazz: Chat) -> None:
    posts = [town.world.post(jazz, f"post {number}") for number in range(4)]
    town.world.edit(jazz, posts[1], text="edited")
    town.world.delete(jazz, posts[2])

    told = await difference(ann, 1)

    assert [1, 2, 4] == [message.id for message in told.new_messages]
    assert [types.UpdateEditChannelMessage, types.UpdateDeleteChannelMessages] == [
        type(update) for update in told.other_updates
    ]
    assert (told.pts, told.final) == (jazz.pts, True)


async def test_a_long_difference_comes_in_pieces(ann: Any, town: Town, jazz: Chat) -> None:
    for number in range(5):
        town.world.post(jazz, f"post {number}")

    first = await difference(ann, 1, limit=3)
    second = await difference(ann, first.pts, limit=3)

    assert [1, 2, 3, 4, 5] == [
        message.id for message in (*first.new_messages, *second.new_messages)
    ]
    assert (first.final, second.final) == (False, True)


async def test_a_difference_too_long_is_not_told(ann: Any, town: Town, jazz: Chat) -> None:
    for number in range(TOO_LONG + 1):
        town.world.post(jazz, f"post {number}", quiet=True)

    told = await difference(ann, 1)

    assert isinstance(told, types.updates.ChannelDifferenceTooLong)
    assert told.dialog.pts == jazz.pts
    assert told.messages[0].id == jazz.last_id


async def test_whoever_is_up_to_date_is_told_so(ann: Any, jazz: Chat) -> None:
    told = await difference(ann, jazz.pts)

    assert isinstance(told, types.updates.ChannelDifferenceEmpty)


@pytest.mark.parametrize(
    ("pts", "error"),
    [
        (0, errors.PersistentTimestampEmptyError),
        (99, errors.PersistentTimestampInvalidError),
    ],
)
async def test_an_impossible_counter_is_refused(
    ann: Any, jazz: Chat, pts: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await difference(ann, pts)


async def test_nothing_is_missed_outside_chats(ann: Any) -> None:
    state = await ann(functions.updates.GetStateRequest())
    told = await ann(functions.updates.GetDifferenceRequest(state.pts, state.date, state.qts))

    assert isinstance(told, types.updates.DifferenceEmpty)
