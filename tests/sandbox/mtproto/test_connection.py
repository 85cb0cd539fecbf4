from __future__ import annotations

import asyncio
import struct
from typing import Any

import pytest
from telethon import functions
from telethon.network import (
    ConnectionTcpAbridged,
    ConnectionTcpFull,
    ConnectionTcpIntermediate,
)

from sandbox.faults import Faults
from sandbox.mtproto.cluster import Cluster
from tests.sandbox.mtproto.clients import Clients, Town


@pytest.mark.parametrize(
    "transport", [ConnectionTcpFull, ConnectionTcpAbridged, ConnectionTcpIntermediate]
)
async def test_a_client_signs_in_and_downloads_over_each_transport(
    clients: Clients, town: Town, transport: Any
) -> None:
    jazz = town.channel("jazz_music")
    song = town.post_song(jazz, size=700_001).document
    assert song is not None
    client = await clients.new(connection=transport)

    await client.send_code_request("+9996620001")
    await client.sign_in("+9996620001", clients.codes[-1])
    message = await client.get_messages("jazz_music", ids=1)

    assert song.read(0, song.size) == await client.download_media(message, bytes)


async def test_a_wire_with_a_delay_still_works(
    clients: Clients, faults: Faults, town: Town
) -> None:
    faults.wire.rtt = 0.005
    client = await clients.new()

    await client.sign_in(bot_token=town.bot.token)

    assert (await client.get_me()).id == town.bot.id


async def test_requests_overlap_on_a_wire_with_a_delay(
    ann: Any, faults: Faults, cluster: Cluster
) -> None:
    await ann.get_me()
    faults.wire.rtt = 0.02

    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(ann(functions.updates.GetStateRequest()))

    assert cluster.counters.most_in_flight[2] == 8
    assert cluster.counters.in_flight[2] == 0


async def test_a_narrow_wire_carries_everything(ann: Any, faults: Faults, town: Town) -> None:
    jazz = town.channel("jazz_music")
    song = town.post_song(jazz, size=300_001).document
    assert song is not None
    message = await ann.get_messages("jazz_music", ids=1)
    faults.wire.bandwidth = 20_000_000

    assert song.read(0, song.size) == await ann.download_media(message, bytes)


async def test_an_account_has_only_so_many_connections(
    clients: Clients, cluster: Cluster, faults: Faults, town: Town
) -> None:
    faults.wire.connections_per_account = 1
    first = await clients.of(town.ann)
    other = await clients.of(town.bob)

    with pytest.raises(BufferError, match="429"):
        await clients.of(town.ann)

    assert cluster.counters.service["refused"] >= 1
    assert (await first.get_me()).id == town.ann.id
    assert (await other.get_me()).id == town.bob.id


async def test_a_refusal_is_heard_over_a_narrow_wire(
    clients: Clients, cluster: Cluster, faults: Faults, town: Town
) -> None:
    await clients.of(town.ann)
    faults.wire.connections_per_account = 1
    faults.wire.bandwidth = 6_000_000

    with pytest.raises(BufferError, match="429"):
        async with asyncio.timeout(60):
            await clients.of(town.ann)

    assert 1 == cluster.counters.service["refused"]


async def test_a_place_is_free_again_when_a_connection_ends(
    clients: Clients, faults: Faults, town: Town
) -> None:
    faults.wire.connections_per_account = 1
    first = await clients.of(town.ann)
    await first.disconnect()

    second = await clients.of(town.ann)

    assert (await second.get_me()).id == town.ann.id


async def test_the_limit_counts_all_centres(
    ann: Any, faults: Faults, town: Town, cluster: Cluster
) -> None:
    jazz = town.channel("jazz_music")
    town.post_song(jazz, dc=4)
    message = await ann.get_messages("jazz_music", ids=1)
    faults.wire.connections_per_account = 1

    with pytest.raises((BufferError, ConnectionError)):
        async with asyncio.timeout(60):
            await ann.download_file(message.document, bytes, dc_id=4)

    assert cluster.counters.service["refused"] >= 1


class Stranger:
    """Something that connects and is no client."""

    def __init__(self, cluster: Cluster) -> None:
        self._address = cluster.address()

    async def sends(self, data: bytes, answer: int = 0) -> bytes:
        """Send bytes; return `answer` bytes of the reply, or all until the server closes."""
        async with asyncio.timeout(60):
            reader, writer = await asyncio.open_connection(*self._address)
            try:
                writer.write(data)
                return await (reader.readexactly(answer) if answer else reader.read())
            except ConnectionResetError:
                return b""
            finally:
                writer.close()
                await writer.wait_closed()


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\xee\xee\xee\xee\xff\xff\xff\x7f" + bytes(8),
        b"\xee\xee\xee\xee" + struct.pack("<i", 24) + bytes(24),
    ],
)
async def test_a_stranger_is_hung_up_on(cluster: Cluster, data: bytes) -> None:
    assert await Stranger(cluster).sends(data) == b""


async def test_a_key_nobody_knows_is_told_so(cluster: Cluster) -> None:
    packet = b"\xee\xee\xee\xee" + struct.pack("<i", 40) + bytes(range(1, 41))

    answer = await Stranger(cluster).sends(packet, answer=8)

    assert struct.pack("<ii", 4, -404) == answer


async def test_a_client_learns_that_its_key_is_lost(
    clients: Clients, town: Town, cluster: Cluster
) -> None:
    client = await clients.of(town.ann)
    cluster.forget_keys()

    with pytest.raises(Exception, match="authorization key"):
        await client.get_me()
