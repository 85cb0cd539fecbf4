from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from telethon.errors import AuthBytesInvalidError, FloodWaitError, UnauthorizedError
from telethon.tl.alltlobjects import LAYER
from telethon.tl.functions import (
    InitConnectionRequest,
    InvokeWithLayerRequest,
    InvokeWithoutUpdatesRequest,
)

from downloader.errors import (
    AccountLostError,
    CentreThrottledError,
    OfflineError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.telegram.client import Client
from downloader.telegram.door import Door
from downloader.telegram.errors import our_errors
from downloader.telegram.introduction import Introduction
from downloader.telegram.session import Session
from sandbox.faults import Drop, Rule
from tests.downloader.scripted import OwnedTime
from tests.downloader.telegram.peer import question
from tests.downloader.telegram.stand import KIB, Stand, only_audio, part

EXPORT, IMPORT = "auth.exportAuthorization", "auth.importAuthorization"
REVOKED = (401, "AUTH_KEY_UNREGISTERED")


@asynccontextmanager
async def introduction(stand: Stand, kept: list[bytes]) -> AsyncIterator[Introduction]:
    """Open it for the account as stored; what the session wants kept is in `kept`."""

    async def keep(session: bytes) -> None:
        kept.append(session)

    session = Session.load(await stand.store.accounts.session(stand.user.id), keep)
    client = Client(stand.access, session, stand.patience)
    try:
        yield Introduction(client, session, Door())
    finally:
        await client.aclose()


async def test_at_home_lanes_share_what_the_home_connection_knows(stand: Stand) -> None:
    stand.cluster.clock_skew = timedelta(hours=1)
    async with introduction(stand, []) as it:
        await it._client.ready()
        await it.confirm()
        secret = await it.secret(2)
        devices = stand.cluster.devices(2)

    assert it.is_home(2)
    assert [(device.key, device.salts.current) for device in devices] == [
        (secret.key.key, secret.salt)
    ]
    assert abs(secret.time_offset - 3600) < 60
    assert stand.cluster.counters.of(EXPORT) == 0


async def test_elsewhere_a_key_is_agreed_signed_in_and_kept(stand: Stand) -> None:
    kept: list[bytes] = []
    async with introduction(stand, kept) as it:
        secret = await it.secret(4)
    [device] = {device.key: device for device in stand.cluster.devices(4)}.values()

    assert not it.is_home(4)
    assert (device.key, device.user) == (secret.key.key, stand.user)
    assert (device.layer, device.home) == (LAYER, False)
    assert Session.load(kept[-1]).key(4) == secret.key.key


async def test_a_key_that_was_kept_is_taken_without_asking_anybody(stand: Stand) -> None:
    kept: list[bytes] = []
    async with introduction(stand, kept) as it:
        first = await it.secret(4)
    account = (await stand.store.accounts.all())[0]
    await stand.store.accounts.save(account, kept[-1])
    async with stand.cluster.offline(), introduction(stand, []) as it:
        second = await it.secret(4)

    assert second.key.key == first.key.key
    assert stand.cluster.counters.of(EXPORT) == 1


async def test_a_key_that_is_forgotten_is_agreed_anew(stand: Stand) -> None:
    async with introduction(stand, []) as it:
        first = await it.secret(4)
        it.forget(4)
        second = await it.secret(4)

    assert first.key.key != second.key.key
    assert stand.cluster.counters.of(EXPORT) == 2


async def test_whoever_is_introduced_gets_no_updates_and_names_the_layer(stand: Stand) -> None:
    async with introduction(stand, []) as it:
        wrapped: Any = it.introduced(request := question())
        other: Any = it.introduced(question(1))

    assert isinstance(wrapped, InvokeWithLayerRequest)
    assert wrapped.layer == LAYER
    assert isinstance(wrapped.query, InitConnectionRequest)
    assert isinstance(wrapped.query.query, InvokeWithoutUpdatesRequest)
    assert wrapped.query.query.query is request  # not changed by the next one
    assert other.query.query.query is not request


async def test_f08_an_authorisation_is_exported_twice_at_most(stand: Stand) -> None:
    rule = stand.faults.add(Rule(IMPORT, error=(400, "AUTH_BYTES_INVALID"), times=None))
    async with introduction(stand, []) as it:
        with pytest.raises(AuthBytesInvalidError):
            await it.secret(4)

    assert rule.hits == stand.cluster.counters.of(EXPORT) == 2
    assert stand.cluster.counters.open[4] == 0


@pytest.mark.parametrize("method", [EXPORT, IMPORT])
async def test_f01_a_flood_on_the_way_is_told_and_not_tried_against(
    stand: Stand, method: str
) -> None:
    rule = stand.faults.add(Rule(method, error=(420, "FLOOD_WAIT_77"), times=None))
    async with introduction(stand, []) as it:
        with pytest.raises(FloodWaitError) as caught:
            await it.secret(4)

    assert (caught.value.seconds, rule.hits) == (77, 1)
    assert stand.cluster.counters.open[4] == 0


async def test_f01_a_flood_of_exports_is_kept_on_the_way_to_every_data_centre(
    stand: Stand,
) -> None:
    rule = stand.faults.add(Rule(EXPORT, error=(420, "FLOOD_WAIT_1800"), times=None))
    async with introduction(stand, []) as it:
        with pytest.raises(FloodWaitError):
            await it.secret(4)
        for dc in (4, 5):
            with pytest.raises(ThrottledError):
                await it.secret(dc)

    assert rule.hits == 1


async def test_f16_that_an_account_is_lost_only_home_can_say(stand: Stand) -> None:
    stand.faults.add(Rule(IMPORT, error=REVOKED))
    async with introduction(stand, []) as it:
        with pytest.raises(ServerTroubleError):
            await it.secret(4)

        stand.faults.add(Rule(EXPORT, error=REVOKED))
        with pytest.raises(UnauthorizedError):
            await it.secret(4)
        assert await it.secret(4)


async def test_f16_home_confirms_or_denies_that_it_knows_us(stand: Stand) -> None:
    async with introduction(stand, []) as it:
        await it.confirm()
        stand.cluster.forget_keys()
        with pytest.raises(AccountLostError), our_errors():
            await it.confirm()


@pytest.mark.parametrize("method", [EXPORT, IMPORT])
@pytest.mark.parametrize("drop", [Drop.BEFORE, Drop.MIDDLE])
async def test_f24_a_line_that_breaks_on_the_way_leaves_nothing_half_done(
    stand: Stand, method: str, drop: Drop
) -> None:
    rule = stand.faults.add(Rule(method, drop=drop))
    kept: list[bytes] = []
    async with introduction(stand, kept) as it:
        with suppress(OfflineError), our_errors():  # Telethon may ask again on a new line
            await it.secret(4)
        secret = await it.secret(4)

    assert rule.hits == 1
    assert Session.load(kept[-1]).key(4) == secret.key.key


async def test_f25_silence_on_the_way_ends(stand: Stand) -> None:
    stand.hurry()
    stand.faults.add(Rule(IMPORT, mute=True))
    async with introduction(stand, []) as it:
        with pytest.raises(OfflineError), our_errors():
            await it.secret(4)
        assert await it.secret(4)


async def test_f65_whoever_is_cancelled_on_the_way_leaves_no_line_open(stand: Stand) -> None:
    async with introduction(stand, []) as it:
        for method in (EXPORT, IMPORT):
            stand.faults.add(Rule(method, mute=True))
            called = stand.faults.next_call(method)
            async with asyncio.TaskGroup() as tasks:
                agreeing = tasks.create_task(it.secret(4))
                await called.wait()
                agreeing.cancel()

            assert agreeing.cancelled()
        assert await it.secret(4)
    assert stand.cluster.counters.open[4] == 0


async def test_f01_a_flood_while_the_first_lane_is_opened_is_a_wait_for_all(stand: Stand) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    chat = stand.world.add_chat("Jazz", username="jazz")
    stand.song(chat, dc=4)
    rule = stand.faults.add(Rule(EXPORT, error=(420, "FLOOD_WAIT_77")))
    async with stand.source() as source:
        file = await source.open(await only_audio(source, await source.chat("@jazz")))
        for _ in range(3):
            with pytest.raises(CentreThrottledError) as caught:
                await part(file, 0, 4 * KIB)
            with pytest.raises(CentreThrottledError):
                await file.hashes(0)
            assert 70 < caught.value.wait.total_seconds() <= 77
        assert rule.hits == stand.cluster.counters.of(EXPORT) == 1

        time.advance(78)
        assert await part(file, 0, 4 * KIB)
