from __future__ import annotations

import asyncio
from typing import Any

import pytest

from downloader.errors import (
    AccountLostError,
    AskAgainError,
    OfflineError,
    ServerTroubleError,
)
from downloader.source import RemoteFile
from sandbox.faults import Rule
from sandbox.mtproto.framing import KEY_UNKNOWN
from tests.downloader.scripted import OwnedTime
from tests.downloader.telegram.centre import (
    GET,
    far_ends,
    lanes_of,
    muted,
    opened,
    seen,
    told_offline,
    widen,
)
from tests.downloader.telegram.proxies import Proxy, open_proxy
from tests.downloader.telegram.stand import KIB, MIB, Stand, body_of, part, read

EXPORT = "auth.exportAuthorization"


async def test_whoever_waits_for_a_turn_is_told_when_the_source_closes(stand: Stand) -> None:
    widen(stand, lanes=1, first_lanes=1, share=256 * KIB)
    _, asked = muted(stand)
    async with asyncio.TaskGroup() as tasks, opened(stand, *[MIB] * 9) as (source, songs):
        for file, _ in songs:
            tasks.create_task(told_offline(file))
        for _ in range(2):
            await asked.get()
        await seen(lambda: len(source._centres.of(2).window._waiting) == 7)


@pytest.mark.parametrize("dc", [2, 4])
async def test_a_turn_that_is_not_used_yet_is_in_vain_when_the_source_closes(
    stand: Stand, dc: int
) -> None:
    async with opened(stand, MIB, dc=dc) as (_, [(file, _)]):
        turn = await file.turn(MIB)
    with pytest.raises(AskAgainError):
        await turn.part(0, 128 * KIB)
    turn.give_back()
    with pytest.raises(OfflineError):
        await file.turn(MIB)


async def test_a_source_closes_while_a_lane_is_reached(stand: Stand) -> None:
    async with open_proxy(Proxy("socks5")) as proxy:
        stand.proxy = proxy.url()
        async with asyncio.TaskGroup() as tasks, opened(stand, MIB) as (_, [(file, _)]):
            proxy.pause()
            tasks.create_task(told_offline(file))
            await proxy.paused.wait()

    assert stand.cluster.counters.open[2] == 0


async def test_a_source_closes_while_one_more_lane_is_reached_and_another_is_tried(
    stand: Stand,
) -> None:
    async with open_proxy(Proxy("socks5")) as proxy:
        stand.proxy = proxy.url()
        widen(stand, lanes=2, first_lanes=1, share=MIB)
        async with opened(stand, *[MIB] * 4) as (source, songs):
            await part(songs[0][0], 0, 4 * KIB)
            [lane] = lanes_of(source)
            [end] = far_ends(stand)
            assert end._transport is not None
            end._transport.pause_reading()
            lane._packets.arrived_at -= 50
            await source._centres.of(2).keep()
            proxy.pause()
            turns = [await file.turn(MIB) for file, _ in songs[:2]]
            async with asyncio.TaskGroup() as tasks:
                third = tasks.create_task(songs[2][0].turn(MIB))
                await proxy.paused.wait()
                third.cancel()
            for turn in turns:
                turn.give_back()

        assert ours() == []


def ours() -> list[str]:
    """Return the tasks of the product that go on."""
    frames = [frame for task in asyncio.all_tasks() for frame in task.get_stack(limit=1)]
    places = [frame.f_code.co_filename for frame in frames]
    return [place for place in places if "/downloader/" in place and "/tests/" not in place]


async def test_f30_all_goes_through_the_proxy(stand: Stand) -> None:
    async with open_proxy(Proxy("socks5", password="sesame")) as proxy:
        stand.proxy = proxy.url("ann", "sesame")
        async with opened(stand, MIB, dc=4) as (_, [(file, document)]):
            assert await read(file) == body_of(document)

        ports = [stand.cluster.address(dc)[1] for dc in (2, 4)]
        accepted = stand.cluster.counters.accepted
        asked = [port for _, port in proxy.asked]
        assert [asked.count(port) for port in ports] == [accepted[dc] for dc in (2, 4)]


async def test_f30_a_proxy_that_refuses_is_offline_and_may_come_back(stand: Stand) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    async with open_proxy(Proxy("http")) as proxy:
        stand.proxy = proxy.url()
        async with opened(stand, MIB) as (_, [(file, document)]):
            proxy.refuses = True
            for _ in range(3):
                await told_offline(file)
            proxy.refuses = False

            assert await read(file) == body_of(document)


async def test_f16_that_a_key_is_unknown_must_be_said_by_home_itself(stand: Stand) -> None:
    """It is also said when a packet was not understood (mtproto-transports, transport errors)."""
    async with opened(stand, MIB) as (_, [(file, document)]):
        await part(file, 0, 4 * KIB)
        rule, asked = muted(stand, times=1)
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(told_offline(file))
            await asked.get()
            for end in far_ends(stand):
                end._pace(end._framing.frame_error(KEY_UNKNOWN))
            await asking

        assert rule.hits == 1
        assert await read(file) == body_of(document)


async def test_f16_an_account_whose_key_is_unknown_at_home_is_lost(stand: Stand) -> None:
    async with opened(stand, MIB) as (_, [(file, _)]):
        await part(file, 0, 4 * KIB)
        stand.cluster.forget_keys()
        with pytest.raises(AccountLostError):
            await part(file, 0, 4 * KIB)


@pytest.mark.parametrize("code", ["AUTH_KEY_UNREGISTERED", "SESSION_REVOKED"])
async def test_f16_an_account_that_home_knows_no_more_is_lost_at_once(
    stand: Stand, code: str
) -> None:
    async with opened(stand, MIB) as (_, [(file, _)]):
        stand.faults.add(Rule(GET, error=(401, code)))
        with pytest.raises(AccountLostError):
            await part(file, 0, 4 * KIB)

    assert stand.cluster.counters.of("help.getConfig") <= 2


async def test_f08_a_data_centre_that_forgets_us_at_once_is_not_told_again_and_again(
    stand: Stand,
) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    async with opened(stand, MIB, dc=4) as (_, [(file, document)]):
        rule = stand.faults.add(Rule(GET, error=(401, "AUTH_KEY_UNREGISTERED"), times=None))
        for _ in range(9):
            with pytest.raises(ServerTroubleError) as caught:
                await part(file, 0, 4 * KIB)
        assert caught.value.detail == "AUTH_KEY_UNREGISTERED"
        assert stand.cluster.counters.of(EXPORT) == 3

        time.advance(61)
        rule.times = 1
        assert await read(file) == body_of(document)
    assert stand.cluster.counters.of(EXPORT) == 4


async def test_f16_many_requests_that_are_refused_at_once_export_once(stand: Stand) -> None:
    widen(stand, lanes=3, first_lanes=3)
    async with opened(stand, *[MIB] * 6, dc=4) as (source, songs):
        for file, _ in songs:
            await part(file, 0, 4 * KIB)
        rule = stand.faults.add(Rule(GET, error=(401, "AUTH_KEY_UNREGISTERED"), times=6))
        async with asyncio.TaskGroup() as tasks:
            reading = [tasks.create_task(read(file)) for file, _ in songs]

        assert [one.result() for one in reading] == [body_of(document) for _, document in songs]
        assert rule.hits > 1
        assert len(lanes_of(source, 4)) > 0
    assert stand.cluster.counters.of(EXPORT) <= 3


async def test_f16_whoever_waits_for_a_turn_is_told_when_no_new_key_is_to_be_had(
    stand: Stand,
) -> None:
    widen(stand, lanes=1, first_lanes=1, share=256 * KIB)
    async with opened(stand, *[MIB] * 9, dc=4) as (source, songs):
        await part(songs[0][0], 0, 4 * KIB)
        centre = source._centres.of(4)

        def all_wait(_request: Any) -> bool:
            return len(centre.window._waiting) == 7

        stand.faults.add(Rule(GET, mute=True, when=lambda request: not all_wait(request)))
        stand.faults.add(Rule(GET, error=(401, "AUTH_KEY_UNREGISTERED"), times=None))
        stand.faults.add(Rule(EXPORT, error=(500, "INTERNAL"), times=None))
        async with asyncio.TaskGroup() as tasks:
            for file, _ in songs:
                tasks.create_task(told_trouble(file))


async def told_trouble(file: RemoteFile) -> None:
    with pytest.raises(ServerTroubleError):
        await part(file, 0, 128 * KIB)


async def test_f07_one_move_counts_once_however_many_were_on_their_way(stand: Stand) -> None:
    async with opened(stand, 4 * MIB) as (_, [(file, document)]):
        await part(file, 0, 4 * KIB)
        turns = [await file.turn(128 * KIB) for _ in range(9)]
        document.dc = 4
        for number, turn in enumerate(turns):
            with pytest.raises(AskAgainError, match="FILE_MIGRATE_4"):
                await turn.part(number * 128 * KIB, 128 * KIB)
            turn.give_back()

        assert await read(file) == body_of(document)
