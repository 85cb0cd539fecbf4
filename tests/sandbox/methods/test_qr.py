from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telethon import errors, functions, types

from sandbox.faults import RpcFailure
from sandbox.mtproto.cluster import Cluster
from tests.sandbox.mtproto.clients import Clients, Town


async def scanned(client: Any, scan: Any) -> Any:
    """Show a code, scan it while the client waits, and return who is signed in."""
    code = await client.qr_login()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        waiting = group.create_task(code.wait())
        await asyncio.sleep(0)  # `wait` must listen before the phone scans
        scan(code.token)
    return waiting.result()


async def test_a_scanned_code_signs_in(clients: Clients, cluster: Cluster, town: Town) -> None:
    client = await clients.new()

    me = await scanned(client, lambda token: cluster.approve_qr(token, town.ann))

    assert me.id == town.ann.id
    assert await client.is_user_authorized()


async def test_a_signed_in_app_may_scan_too(
    clients: Clients, ann: Any, cluster: Cluster, town: Town
) -> None:
    client = await clients.new()
    code = await client.qr_login()

    shown = await ann(functions.auth.AcceptLoginTokenRequest(code.token))
    await client(functions.auth.ExportLoginTokenRequest(1, "hash", []))

    assert shown.device_model == client._init_request.device_model
    assert (await client.get_me()).id == town.ann.id


async def test_the_second_factor_is_still_asked_for(
    clients: Clients, cluster: Cluster, town: Town
) -> None:
    client = await clients.new()
    code = await client.qr_login()
    cluster.approve_qr(code.token, town.bob)

    with pytest.raises(errors.SessionPasswordNeededError):
        await client(functions.auth.ExportLoginTokenRequest(1, "hash", []))
    await client.sign_in(password=town.bob.password)

    assert (await client.get_me()).id == town.bob.id


async def test_a_user_of_another_centre_is_signed_in_there(
    clients: Clients, cluster: Cluster, town: Town
) -> None:
    client = await clients.new()

    me = await scanned(client, lambda token: cluster.approve_qr(token, town.ann, dc=4))

    assert me.id == town.ann.id
    assert client.session.dc_id == 4
    assert cluster.counters.calls[4, "auth.importLoginToken"] == 1


async def test_a_user_of_this_centre_stays(clients: Clients, cluster: Cluster, town: Town) -> None:
    client = await clients.new()
    code = await client.qr_login()
    cluster.approve_qr(code.token, town.ann, dc=2)

    done = await client(functions.auth.ExportLoginTokenRequest(1, "hash", []))
    again = await client(functions.auth.ExportLoginTokenRequest(1, "hash", []))

    assert isinstance(done, types.auth.LoginTokenSuccess)
    assert isinstance(again, types.auth.LoginTokenSuccess)


async def test_a_code_nobody_scanned_is_shown_anew(clients: Clients) -> None:
    client = await clients.new()
    code = await client.qr_login()
    first = code.token

    await code.recreate()

    assert first != code.token
    assert code.url.startswith("tg://login?token=")


async def test_a_code_is_scanned_once_and_in_time(
    clients: Clients, cluster: Cluster, town: Town
) -> None:
    client = await clients.new()
    code, late = await client.qr_login(), await client.qr_login()

    cluster.approve_qr(code.token, town.ann)

    with pytest.raises(RpcFailure, match="AUTH_TOKEN_INVALIDX"):
        cluster.approve_qr(code.token, town.ann)
    cluster.clock_skew = timedelta(seconds=31)
    with pytest.raises(RpcFailure, match="AUTH_TOKEN_EXPIRED"):
        cluster.approve_qr(late.token, town.ann)


async def test_a_token_that_nobody_approved_is_refused(clients: Clients) -> None:
    client = await clients.new()
    code = await client.qr_login()

    with pytest.raises(errors.AuthTokenInvalidError):
        await client(functions.auth.ImportLoginTokenRequest(code.token))
