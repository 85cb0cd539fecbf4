from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telethon.tl.functions.help import GetNearestDcRequest
from telethon.tl.functions.users import GetUsersRequest
from telethon.tl.types import InputUserSelf

from downloader.errors import (
    AccountLostError,
    OfflineError,
    RefusedError,
    ServerTroubleError,
)
from downloader.telegram.access import Access, AccessError, DataCentre
from downloader.telegram.client import Client
from downloader.telegram.link import Patience
from downloader.telegram.session import Session
from sandbox.faults import Drop, Faults, Rule
from sandbox.mtproto.cluster import Cluster
from sandbox.world import World
from storage.models import AccountState
from tests.downloader.telegram.stand import Stand

ME = GetUsersRequest([InputUserSelf()])


@asynccontextmanager
async def client_of(
    stand: Stand, *, signing_in: bool = False, access: Access | None = None
) -> AsyncIterator[Client]:
    session = Session.load(await stand.store.accounts.session(stand.user.id))
    client = Client(access or stand.access, session, stand.patience, signing_in=signing_in)
    async with aclosing(client):
        yield client


def silence(stand: Stand) -> asyncio.Event:
    """Let the server swallow the first request of a connection; the event tells when it did."""
    asked = asyncio.Event()

    def notice(_request: Any) -> bool:
        asked.set()
        return True

    stand.faults.add(Rule("help.getConfig", mute=True, when=notice))
    return asked


async def test_it_connects_when_first_asked(stand: Stand) -> None:
    async with client_of(stand) as client:
        assert not client.link.connected
        me = (await client.ask(ME))[0]

        assert me.first_name == "Ann"
        assert client.link.connected
    assert not client.link.connected


async def test_it_connects_to_ask_where_a_data_centre_lies(stand: Stand) -> None:
    async with client_of(stand) as client:
        address = await client.centre(4)

    assert (address.ip_address, address.port) == stand.cluster.address(4)


async def test_many_who_ask_at_once_share_one_connection(stand: Stand) -> None:
    async with client_of(stand) as client:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(5):
                tasks.create_task(client.ask(GetNearestDcRequest()))

        assert stand.cluster.counters.accepted[2] == 1


async def test_a_stored_session_goes_to_the_address_configured_today(stand: Stand) -> None:
    stored = Session.load(await stand.store.accounts.session(stand.user.id))
    stored.set_dc(2, "127.0.0.1", 1)
    client = Client(stand.access, stored, stand.patience)
    async with aclosing(client):
        assert await client.ask(ME)


async def test_f30_being_offline_is_told_and_passes(stand: Stand) -> None:
    async with client_of(stand) as client:
        async with stand.cluster.offline():
            with pytest.raises(OfflineError):
                await client.ask(ME)
            with pytest.raises(OfflineError):
                await client.ready()

        assert await client.ask(ME)


async def test_f24_connections_that_break_come_back(stand: Stand) -> None:
    async with client_of(stand) as client:
        await client.ask(ME)
        stand.cluster.drop_connections()

        assert await client.ask(ME)


@pytest.mark.parametrize("moment", [Drop.BEFORE, Drop.MIDDLE, Drop.AFTER])
async def test_f24_a_line_that_breaks_under_a_request_is_mended_unseen(
    stand: Stand, moment: Drop
) -> None:
    async with client_of(stand) as client:
        await client.ready()
        stand.faults.add(Rule("help.getNearestDc", drop=moment))

        assert await client.ask(GetNearestDcRequest())


async def test_f24_a_line_that_breaks_under_the_same_request_again_is_told(stand: Stand) -> None:
    async with client_of(stand) as client:
        await client.ready()
        stand.faults.add(Rule("help.getNearestDc", drop=Drop.BEFORE, times=None))
        with pytest.raises(OfflineError):
            await client.ask(GetNearestDcRequest())

        assert stand.cluster.counters.accepted[2] == 2


async def test_f24_a_line_that_breaks_while_nobody_asks_is_left_alone(stand: Stand) -> None:
    async with client_of(stand) as client:
        await client.ask(ME)
        stand.cluster.drop_connections()
        with pytest.raises((OSError, asyncio.IncompleteReadError)):
            await client.disconnected

        assert stand.cluster.counters.accepted[2] == 1


async def test_f24_many_who_ask_where_every_line_is_closed_at_once_share_one_attempt(
    stand: Stand,
) -> None:
    accepted = 0

    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal accepted
        accepted += 1
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0)
    home = DataCentre(2, *server.sockets[0].getsockname()[:2])
    access = replace(stand.access, dc=home)
    async with server, client_of(stand, access=access) as client, asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(told_offline(client)) for _ in range(20)]

    assert all(task.result() for task in asking)
    assert accepted == 1


async def test_f30_a_connection_that_could_not_come_back_does_so_when_asked(stand: Stand) -> None:
    async with client_of(stand) as client:
        await client.ask(ME)
        async with stand.cluster.offline():
            stand.cluster.drop_connections()
            with pytest.raises(OfflineError):
                await client.ask(ME)

        assert await client.ask(ME)


async def test_f30_telethon_says_nothing_of_what_we_tell_ourselves(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    async with client_of(stand) as client:
        await client.ask(ME)
        async with stand.cluster.offline():
            stand.cluster.drop_connections()
            for _ in range(2):
                with pytest.raises(OfflineError):
                    await client.ask(ME)
        await client.ask(ME)

    assert [] == [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]


def test_a_fault_of_telethon_itself_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(Access(1, "hash"), Session(), Patience())
    log = client._log["telethon.network.mtprotosender"]
    for error in (KeyError("a fault"), OSError("the network")):
        log.error("Unhandled error", exc_info=error)

    assert [KeyError] == [one.exc_info[0] for one in caplog.records if one.exc_info]


async def test_rotated_salts_go_unnoticed(stand: Stand) -> None:
    async with client_of(stand) as client:
        await client.ask(ME)
        stand.cluster.rotate_salts()

        assert await client.ask(ME)


async def test_f46_a_clock_that_differs_goes_unnoticed(stand: Stand) -> None:
    stand.cluster.clock_skew = timedelta(hours=5)
    async with client_of(stand) as client:
        assert await client.ask(ME)


async def test_f16_a_revoked_session_is_lost(stand: Stand) -> None:
    async with client_of(stand) as client:
        await client.ask(ME)
        stand.cluster.revoke(stand.user)
        with pytest.raises(AccountLostError) as caught:
            await client.ask(ME)

    assert caught.value.detail == "AUTH_KEY_UNREGISTERED"
    assert AccountState.NEEDS_LOGIN is caught.value.state


async def test_f16_a_key_that_the_server_forgot_is_lost(stand: Stand) -> None:
    stand.cluster.forget_keys()
    async with client_of(stand) as client:
        with pytest.raises(AccountLostError) as caught:
            await client.ask(ME)

    assert caught.value.detail == "AUTH_KEY_NOT_FOUND"


async def test_f17_a_key_used_elsewhere_is_lost(stand: Stand) -> None:
    stand.faults.add(Rule("users.getUsers", error=(406, "AUTH_KEY_DUPLICATED")))
    async with client_of(stand) as client:
        with pytest.raises(AccountLostError) as caught:
            await client.ask(ME)

    assert caught.value.detail == "AUTH_KEY_DUPLICATED"
    assert AccountState.USED_ELSEWHERE is caught.value.state


async def test_f25_a_server_that_says_nothing_at_the_start_is_offline(stand: Stand) -> None:
    stand.patience = replace(stand.patience, connect=timedelta(milliseconds=300))
    stand.faults.add(Rule("help.getConfig", mute=True))
    async with client_of(stand) as client:
        with pytest.raises(OfflineError):
            await client.ask(ME)
        stand.patience = Patience()

        assert await client.ask(ME)


async def test_trouble_at_the_start_is_told_and_passes(stand: Stand) -> None:
    async with client_of(stand) as client:
        for method in ("users.getUsers", "updates.getState"):
            stand.faults.add(Rule(method, error=(500, "INTERNAL")))
            with pytest.raises(ServerTroubleError):
                await client.ask(ME)

        assert await client.ask(ME)


async def test_a_sender_closed_while_connecting_is_offline_not_cancelled(stand: Stand) -> None:
    asked = silence(stand)
    async with client_of(stand) as client:

        async def close_when_asked() -> None:
            await asked.wait()
            await client._sender.disconnect()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(close_when_asked())
            with pytest.raises(OfflineError):
                await client.ready()


async def test_a_caller_that_is_cancelled_while_connecting_leaves_nothing_behind(
    stand: Stand,
) -> None:
    asked = silence(stand)
    async with client_of(stand) as client:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(client.ready())
            await asked.wait()
            task.cancel()

        assert task.cancelled()
        assert not client.link.connected
        assert await client.ask(ME)


async def test_a_client_that_was_closed_stays_closed(stand: Stand) -> None:
    async with client_of(stand) as client:
        await client.ask(ME)
    for _ in range(2):
        with pytest.raises(OfflineError):
            await client.ask(ME)

    assert not client.link.connected
    assert stand.cluster.counters.accepted[2] == 1


async def test_a_client_closed_while_it_connects_is_closed_when_that_is_done(stand: Stand) -> None:
    asked = silence(stand)
    async with client_of(stand) as client, asyncio.TaskGroup() as tasks:
        task = tasks.create_task(told_offline(client))
        await asked.wait()
        await client.aclose()

        assert not client.link.connected
    assert task.result()
    assert stand.cluster.counters.open[2] == 0


async def told_offline(client: Client) -> bool:
    with pytest.raises(OfflineError):
        await client.ready()
    return True


async def test_an_account_that_would_move_keeps_its_key(stand: Stand) -> None:
    async with client_of(stand) as client:
        await client.ready()
        stand.faults.add(Rule("help.getNearestDc", error=(303, "USER_MIGRATE_4")))
        with pytest.raises(RefusedError) as caught:
            await client.ask(GetNearestDcRequest())

        assert caught.value.detail == "USER_MIGRATE_4"
        assert client.session.dc_id == 2


async def test_only_while_signing_in_another_home_is_taken(stand: Stand) -> None:
    async with client_of(stand, signing_in=True) as client:
        await client.ready()
        stand.faults.add(Rule("help.getNearestDc", error=(303, "NETWORK_MIGRATE_4")))
        stand.cluster.revoke(stand.user)
        nearest = await client.ask(GetNearestDcRequest())

        assert nearest.this_dc == 4
        assert client.session.dc_id == 4


async def test_two_networks_in_one_process_do_not_mix(stand: Stand, tmp_path: Path) -> None:
    world = World()
    bob = world.add_user("Bob")
    async with Cluster(world, Faults()) as other, client_of(stand) as first:
        session = Session()
        session.set_dc(2, *other.address(2))
        access = replace(stand.access, dc=DataCentre(2, *other.address(2)), key=other.pem)
        async with aclosing(Client(access, session, stand.patience)) as second:
            await first.ready()
            await second.ready()

            assert (await first.centre(4)).port == stand.cluster.address(4)[1]
            assert (await second.centre(4)).port == other.address(4)[1]
            assert (await first._get_dc(4)).id == 4
    assert bob.id


async def test_a_data_centre_that_nobody_knows_is_offline(stand: Stand) -> None:
    async with client_of(stand) as client:
        await client.ready()
        with pytest.raises(ConnectionError):
            await client.centre(9)


async def test_a_new_key_tells_how_far_our_clock_is_ahead(stand: Stand) -> None:
    stand.cluster.clock_skew = timedelta(hours=-2)
    session = Session()
    async with aclosing(Client(stand.access, session, stand.patience)) as client:
        await client.ready()

        assert abs(client.clock_ahead - timedelta(hours=2)) < timedelta(minutes=1)
        assert session.auth_key


@pytest.mark.parametrize("proxy", ["ftp://host:1", "socks5://host"])
def test_a_bad_proxy_is_one_clear_line(proxy: str) -> None:
    with pytest.raises(AccessError) as caught:
        Client(Access(1, "hash", proxy=proxy), Session(), Patience())

    assert str(caught.value).startswith("TELEGRAM_PROXY: ")


@pytest.mark.parametrize("scheme", ["socks5", "socks4", "http"])
async def test_f30_a_proxy_that_is_down_is_offline(stand: Stand, scheme: str) -> None:
    access = replace(stand.access, proxy=f"{scheme}://127.0.0.1:1")
    async with client_of(stand, access=access) as client:
        with pytest.raises(OfflineError):
            await client.ready()
