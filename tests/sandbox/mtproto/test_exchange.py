from __future__ import annotations

import asyncio
import struct
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from telethon import functions
from telethon.crypto import AES

from sandbox.faults import Faults
from sandbox.mtproto.cipher import key_id
from sandbox.mtproto.cluster import Cluster
from tests.sandbox.mtproto.clients import Clients, Town


async def test_a_new_session_learns_its_salt(ann: Any, cluster: Cluster) -> None:
    await ann.get_me()

    assert cluster.counters.service["bad_salts"] == 1


async def test_a_rotated_salt_is_learned_too(ann: Any, cluster: Cluster, town: Town) -> None:
    await ann.get_me()
    before = cluster.counters.service["bad_salts"]

    cluster.rotate_salts()

    assert (await ann.get_me()).id == town.ann.id
    assert cluster.counters.service["bad_salts"] > before


async def test_the_next_salts_are_announced(ann: Any, cluster: Cluster) -> None:
    announced = await ann(functions.GetFutureSaltsRequest(3))
    assert announced.salts[0].salt == ann._sender._state.salt

    cluster.rotate_salts()
    await ann.get_me()

    assert announced.salts[1].salt == ann._sender._state.salt
    assert announced.salts[0].valid_until == announced.salts[1].valid_since


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_client_with_a_wrong_clock_is_put_right(
    clients: Clients, cluster: Cluster, town: Town, hours: int
) -> None:
    cluster.clock_skew = timedelta(hours=hours)

    client = await clients.of(town.ann)

    assert (await client.get_me()).id == town.ann.id
    assert client._sender._state.time_offset == pytest.approx(hours * 3600, abs=5)
    assert cluster.counters.service["bad_ids"] >= 1


async def test_a_long_request_arrives_zipped(ann: Any, cluster: Cluster, town: Town) -> None:
    jazz = town.channel("jazz_music")
    town.post_song(jazz)
    before = cluster.counters.service["gzip_in"]

    found = await ann.get_messages("jazz_music", ids=[1] * 200)

    assert len(found) == 200
    assert cluster.counters.service["gzip_in"] > before


async def test_requests_arrive_in_a_container(ann: Any, cluster: Cluster) -> None:
    await ann.get_me()
    before = cluster.counters.service["containers"]

    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(ann(functions.updates.GetStateRequest()))

    assert cluster.counters.service["containers"] > before
    assert cluster.counters.service["acks"] > 0


async def test_requests_may_depend_on_each_other(ann: Any) -> None:
    state = functions.updates.GetStateRequest()

    first, second = await ann([state, state], ordered=True)

    assert first.pts == second.pts


async def test_a_session_can_be_destroyed(ann: Any) -> None:
    await ann.get_me()

    gone = await ann(functions.DestroySessionRequest(7))
    pong = await ann(functions.PingRequest(9))

    assert (type(gone).__name__, pong.ping_id) == ("DestroySessionNone", 9)


async def test_a_client_that_wants_no_updates_gets_none(
    clients: Clients, town: Town, cluster: Cluster
) -> None:
    jazz = town.channel("jazz_music", town.ann)
    client = await clients.of(town.ann, receive_updates=False)
    await client.get_me()
    sent = cluster.counters.bytes_out[2]

    town.world.post(jazz, "hello")

    assert cluster.counters.bytes_out[2] == sent


async def test_the_app_tells_what_it_is(ann: Any, cluster: Cluster, faults: Faults) -> None:
    listed = await ann(functions.account.GetAuthorizationsRequest())

    assert listed.authorizations[0].device_model == ann._init_request.device_model


async def test_a_message_longer_than_its_packet_ends_the_connection(
    town: Town, cluster: Cluster
) -> None:
    key = cluster.mint_key(town.ann)
    plain = struct.pack("<qqqii", 0, 1, 2, 0, 9999) + bytes(16)
    message_key = sha256(key[88:120] + plain).digest()[8:24]
    first = sha256(message_key + key[:36]).digest()
    second = sha256(key[40:76] + message_key).digest()
    sealed = AES.encrypt_ige(
        plain,
        first[:8] + second[8:24] + first[24:],
        second[:8] + first[8:24] + second[24:],
    )
    packet = key_id(key) + message_key + sealed

    async with asyncio.timeout(60):
        reader, writer = await asyncio.open_connection(*cluster.address())
        writer.write(b"\xee\xee\xee\xee" + struct.pack("<i", len(packet)) + packet)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
