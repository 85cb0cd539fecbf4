from __future__ import annotations

from typing import Any

import pytest
from telethon import errors, functions
from telethon.sessions import StringSession

from sandbox.mtproto.cluster import Cluster
from tests.sandbox.mtproto.clients import Clients, Town


async def test_a_minted_session_is_signed_in_without_a_key_exchange(
    clients: Clients, town: Town, cluster: Cluster
) -> None:
    client = await clients.new(StringSession(cluster.mint_session(town.ann)))

    assert (await client.get_me()).id == town.ann.id
    assert cluster.counters.service["keys"] == 0


async def test_a_session_may_live_in_any_centre(clients: Clients, town: Town) -> None:
    client = await clients.of(town.ann, dc=4)

    assert (await client(functions.help.GetConfigRequest())).this_dc == 4


async def test_a_saved_session_is_used_again(clients: Clients, town: Town) -> None:
    client = await clients.new()
    await client.sign_in(bot_token=town.bot.token)
    saved = StringSession.save(client.session)
    await client.disconnect()

    again = await clients.new(StringSession(saved))

    assert (await again.get_me()).id == town.bot.id


async def test_clients_come_back_after_broken_connections(
    ann: Any, town: Town, cluster: Cluster
) -> None:
    for _ in range(3):
        cluster.drop_connections()
        assert (await ann.get_me()).id == town.ann.id

    assert cluster.counters.accepted[2] == 4


async def test_connections_of_one_centre_are_broken_alone(
    ann: Any, cluster: Cluster, town: Town
) -> None:
    await ann.get_me()

    cluster.drop_connections(4)

    assert (await ann.get_me()).id == town.ann.id
    assert cluster.counters.accepted[2] == 1


async def test_a_cluster_goes_offline_and_comes_back(
    ann: Any, clients: Clients, cluster: Cluster, town: Town
) -> None:
    address = cluster.address()

    async with cluster.offline():
        with pytest.raises(ConnectionError):
            await clients.new(connection_retries=0)

    assert cluster.address() == address
    assert (await ann.get_me()).id == town.ann.id


async def test_one_centre_may_be_offline_alone(
    ann: Any, clients: Clients, cluster: Cluster, town: Town
) -> None:
    async with cluster.offline(4):
        assert (await ann.get_me()).id == town.ann.id
        with pytest.raises(ConnectionError):
            await clients.new(dc=4, connection_retries=0)


async def test_a_revoked_login_is_refused(ann: Any, clients: Clients, town: Town) -> None:
    bob = await clients.of(town.bob)

    clients.cluster.revoke(town.ann)

    with pytest.raises(errors.AuthKeyUnregisteredError):
        await ann(functions.updates.GetStateRequest())
    assert (await bob.get_me()).id == town.bob.id


async def test_keys_and_salts_of_one_centre_are_lost_alone(
    ann: Any, cluster: Cluster, town: Town
) -> None:
    await ann.get_me()

    cluster.forget_keys(4)
    cluster.rotate_salts(4)

    assert (await ann.get_me()).id == town.ann.id
    assert cluster.counters.service["bad_salts"] == 1
