from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from downloader.conduct import Conducts
from downloader.errors import (
    AccountLostError,
    AskAgainError,
    OfflineError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.manners import MANNERS, Temper
from downloader.move import Pace
from downloader.room import Room
from downloader.source import RemoteFile
from downloader.telegram.centre import Centre
from downloader.telegram.lane import Lane
from downloader.telegram.source import TelethonSource
from downloader.transfer import Carrier
from downloader.window import Limits
from sandbox.faults import Rule
from sandbox.mtproto.connection import Connection
from sandbox.mtproto.framing import KEY_UNKNOWN, Intermediate
from sandbox.world import Document
from storage.models import Order, Request
from tests.downloader.scripted import OwnedTime
from tests.downloader.telegram.proxies import Proxy, open_proxy
from tests.downloader.telegram.stand import KIB, MIB, Stand, body_of, part, read

GET, EXPORT = "upload.getFile", "auth.exportAuthorization"


def widen(stand: Stand, **limits: Any) -> None:
    """Let every document come at once, over as many lanes as told."""
    manners = replace(MANNERS[Temper.NORMAL], limits=Limits(**limits))
    stand.conducts = Conducts(manners, stand.clock)


@asynccontextmanager
async def opened(
    stand: Stand, *sizes: int, dc: int = 2
) -> AsyncIterator[tuple[TelethonSource, list[tuple[RemoteFile, Document]]]]:
    """Open the songs of a chat, one for each size."""
    chat = stand.world.add_chat("Jazz", username="jazz")
    posts = [stand.song(chat, number, size=size, dc=dc) for number, size in enumerate(sizes)]
    async with stand.source() as source:
        request = Request("@jazz", 99, Order.OLDEST)
        found = [one async for one in source.audio(await source.chat("@jazz"), request)]
        files = [await source.open(audio) for audio in found]
        documents = [post.document for post in posts if post.document]
        yield source, list(zip(files, documents, strict=True))


def lanes_of(source: TelethonSource, dc: int = 2) -> list[Lane]:
    return list(source._centres.of(dc)._lanes)


def far_ends(stand: Stand, dc: int = 2) -> list[Connection]:
    """Return the server's ends of the lanes on which something was asked."""
    return [
        one
        for one in stand.cluster._visitors
        if isinstance(one, Connection) and one.dc == dc
        if isinstance(one._framing._transport, Intermediate)
    ]


async def seen(happens: Callable[[], bool]) -> None:
    """Let the others go on until it happens."""
    while not happens():  # noqa: ASYNC110  # nobody tells of it
        await asyncio.sleep(0)


async def told_offline(file: RemoteFile, offset: int = 0) -> None:
    with pytest.raises(OfflineError):
        await part(file, offset, 128 * KIB)


def muted(stand: Stand, times: int | None = None) -> tuple[Rule, asyncio.Queue[Any]]:
    """Let no part be answered; the requests that come are in the queue."""
    asked: asyncio.Queue[Any] = asyncio.Queue()

    def note(request: Any) -> bool:
        asked.put_nowait(request)
        return True

    return stand.faults.add(Rule(GET, mute=True, times=times, when=note)), asked


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


async def test_too_many_connections_make_fewer_lanes_and_no_rest(stand: Stand) -> None:
    widen(stand, lanes=8, first_lanes=2)
    stand.faults.wire.rtt = 0.005
    stand.faults.wire.connections_per_account = 3  # that at home, and two lanes
    async with opened(stand, *[3 * MIB] * 8) as (source, songs):
        async with asyncio.TaskGroup() as tasks:
            fetching = [tasks.create_task(fetched(stand, *song)) for song in songs]

        assert [one.result() for one in fetching] == [True] * 8
        assert source.outage is None
        assert stand.cluster.counters.service["refused"] <= 2


async def test_one_connection_less_than_the_first_lanes_is_no_reason_to_knock_on_and_on(
    stand: Stand,
) -> None:
    widen(stand, lanes=8, first_lanes=2)
    stand.faults.wire.connections_per_account = 2  # that at home, and one lane
    async with opened(stand, *[3 * MIB] * 4) as (_, songs):
        async with asyncio.TaskGroup() as tasks:
            fetching = [tasks.create_task(fetched(stand, *song)) for song in songs]

        assert [one.result() for one in fetching] == [True] * 4
    assert stand.cluster.counters.service["refused"] <= 1


async def test_an_account_without_room_for_a_single_lane_rests(stand: Stand) -> None:
    stand.faults.wire.connections_per_account = 1
    async with opened(stand, MIB) as (_, [(file, _)]):
        with pytest.raises(ThrottledError):
            await part(file, 0, 4 * KIB)


async def test_a_lane_that_cannot_be_opened_is_done_without_and_tried_later(stand: Stand) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    widen(stand, lanes=3, first_lanes=1, share=256 * KIB, most=256 * KIB)
    async with opened(stand, *[MIB] * 6) as (source, songs):
        await part(songs[0][0], 0, 4 * KIB)
        listener = stand.cluster._listeners[2]._server
        assert listener is not None
        listener.close()
        assert await all_read(songs)
        assert len(lanes_of(source)) == 1

        stand.cluster._listeners[2]._server = None
        await stand.cluster._listeners[2].open()
        assert await all_read(songs)
        assert len(lanes_of(source)) == 1
        time.advance(601)
        assert await all_read(songs)
        assert len(lanes_of(source)) > 1


async def all_read(songs: list[tuple[RemoteFile, Document]]) -> bool:
    async with asyncio.TaskGroup() as tasks:
        reading = [tasks.create_task(read(file)) for file, _ in songs]
    return [one.result() for one in reading] == [body_of(document) for _, document in songs]


async def fetched(stand: Stand, file: RemoteFile, document: Document) -> bool:
    """Fetch as the engine does, and tell whether all has come as it should."""
    carrier = Carrier(stand.store, Room(stand.store.files, stand.clock, 0), stand.clock, Pace())
    await carrier.fetch(file, document.id, lambda _: None)
    opened = await stand.store.files.open_part(document.id)
    assert opened is not None
    async with opened:
        return await opened.read(0, document.size + 1) == body_of(document)


async def test_lanes_that_nobody_uses_are_closed_after_five_minutes(stand: Stand) -> None:
    async with opened(stand, MIB) as (source, [(file, document)]):
        await part(file, 0, 4 * KIB)
        centre, [lane] = source._centres.of(2), lanes_of(source)
        await kept(centre, lane, idle=250)
        assert lanes_of(source) == [lane]
        assert lane.is_open

        await kept(centre, lane, idle=60)
        assert lanes_of(source) == []
        assert await read(file) == body_of(document)


async def kept(centre: Centre, lane: Lane, idle: float) -> None:
    """Let time pass on an idle lane, and look after it as happens every few seconds."""
    lane.used_at -= idle
    lane._packets.arrived_at -= idle
    async with asyncio.TaskGroup() as tasks:
        centre._tasks = tasks
        await centre.keep()


async def test_an_idle_lane_is_tried_and_counts_as_heard(stand: Stand) -> None:
    async with opened(stand, MIB) as (source, [(file, _)]):
        await part(file, 0, 4 * KIB)
        centre, [lane] = source._centres.of(2), lanes_of(source)
        assert lane.heard_within(45)
        await kept(centre, lane, idle=50)

        assert lane.heard_within(45)
        assert lane.is_open


async def test_f25_an_idle_lane_that_died_unseen_is_gone_before_it_is_needed(stand: Stand) -> None:
    stand.hurry()
    async with opened(stand, MIB) as (source, [(file, document)]):
        await part(file, 0, 4 * KIB)
        centre, [lane] = source._centres.of(2), lanes_of(source)
        [end] = far_ends(stand)
        assert end._transport is not None
        end._transport.pause_reading()
        await kept(centre, lane, idle=50)

        assert lanes_of(source) == []
        assert await part(file, 0, 4 * KIB) == body_of(document)[: 4 * KIB]


async def test_f24_lanes_that_telegram_closed_when_idle_are_no_failure(stand: Stand) -> None:
    async with opened(stand, MIB) as (source, [(file, document)]):
        await part(file, 0, 4 * KIB)
        share = source._centres.of(2).window.share
        for end in far_ends(stand):
            end.close()
        await seen(lambda: not lanes_of(source))
        got = await part(file, 0, 4 * KIB, tries=1)

        assert got == body_of(document)[: 4 * KIB]
        assert source._centres.of(2).window.share == share


async def test_f25_a_request_without_answer_keeps_nobody_waiting_for_ever(stand: Stand) -> None:
    stand.hurry()
    widen(stand, lanes=3, first_lanes=3)
    rules = [stand.faults.add(Rule(GET, mute=True, skip=skip)) for skip in (0, 3, 9)]
    async with opened(stand, *[5 * MIB] * 4) as (_, songs):
        async with asyncio.TaskGroup() as tasks:
            fetching = [tasks.create_task(fetched(stand, *song)) for song in songs]

        assert [one.result() for one in fetching] == [True] * 4
        assert [rule.hits for rule in rules] == [1, 1, 1]
