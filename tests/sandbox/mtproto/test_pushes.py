from __future__ import annotations

import asyncio
from typing import Any

from telethon import events

from sandbox.mtproto.cluster import Cluster
from tests.sandbox.mtproto.clients import Clients, Town


async def heard_by(client: Any) -> asyncio.Queue[int]:
    queue: asyncio.Queue[int] = asyncio.Queue()

    async def hear(event: Any) -> None:
        await queue.put(event.id)

    client.add_event_handler(hear, events.NewMessage())
    await client.get_me()
    return queue


async def test_every_device_of_every_member_is_told(clients: Clients, town: Town) -> None:
    cave = town.channel("cave", town.ann, town.bob, private=True)
    ears = [await heard_by(await clients.of(user)) for user in (town.ann, town.ann, town.bob)]

    town.world.post(cave, "hello")

    async with asyncio.timeout(60):
        assert [1, 1, 1] == [await ear.get() for ear in ears]


async def test_strangers_and_other_centres_are_told_nothing(
    ann: Any, clients: Clients, town: Town, cluster: Cluster
) -> None:
    cave = town.channel("cave", town.ann, private=True)
    town.post_song(cave, dc=4)
    ear = await heard_by(ann)
    await (await clients.of(town.bob)).get_me()
    message = await ann.get_messages((await ann.get_dialogs())[0].entity, ids=1)
    await ann.download_file(message.document, bytes, dc_id=4)
    sent = cluster.counters.bytes_out.copy()

    town.world.post(cave, "hello")

    async with asyncio.timeout(60):
        assert await ear.get() == 2
    assert cluster.counters.bytes_out[4] == sent[4]


async def test_nobody_is_told_after_the_cluster_has_gone(town: Town, cluster: Cluster) -> None:
    cave = town.channel("cave", town.ann)

    async with Cluster(town.world, cluster.faults, centres=[1]) as other:
        assert len(town.world.listeners) == 2
        assert other.address(1) != cluster.address(2)

    assert len(town.world.listeners) == 1
    town.world.post(cave, "hello")
