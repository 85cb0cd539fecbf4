"""How many lanes there are to a data centre, and what becomes of those that do not work."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from downloader.errors import (
    ThrottledError,
)
from downloader.source import RemoteFile
from downloader.telegram.centre import Centre
from downloader.telegram.lane import Lane
from sandbox.faults import Rule
from sandbox.world import Document
from tests.downloader.scripted import OwnedTime
from tests.downloader.telegram.centre import (
    GET,
    far_ends,
    fetched,
    lanes_of,
    opened,
    seen,
    widen,
)
from tests.downloader.telegram.stand import KIB, MIB, Stand, body_of, part, read


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


async def test_f30_a_lane_that_cannot_be_opened_is_done_without_and_tried_later(
    stand: Stand,
) -> None:
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
        time.advance(61)
        assert await all_read(songs)
        assert len(lanes_of(source)) > 1


async def test_f30_an_outage_that_met_a_lane_being_opened_leaves_no_fewer_lanes_after_it(
    stand: Stand,
) -> None:
    widen(stand, lanes=3, first_lanes=1, share=256 * KIB, most=256 * KIB)
    async with opened(stand, *[MIB] * 6, dc=4) as (source, songs):
        await part(songs[0][0], 0, 4 * KIB)
        centre = source._centres.of(4)
        async with stand.cluster.offline(4):
            stand.cluster.drop_connections(4)
            await seen(lambda: not lanes_of(source, 4))
            await centre._open_one_more()  # the loss of one of several was heard of first

        assert await all_read(songs)
        assert len(lanes_of(source, 4)) == 3


async def all_read(songs: list[tuple[RemoteFile, Document]]) -> bool:
    async with asyncio.TaskGroup() as tasks:
        reading = [tasks.create_task(read(file)) for file, _ in songs]
    return [one.result() for one in reading] == [body_of(document) for _, document in songs]


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


async def test_f26_a_line_that_drips_brings_each_byte_once(stand: Stand) -> None:
    """What is in flight on a lane takes longer than a single answer may, each answer does not."""
    stand.patience = replace(stand.patience, whole=timedelta(seconds=1))
    widen(stand, lanes=2, first_lanes=2, share=512 * KIB, most=512 * KIB)
    stand.faults.wire.bandwidth = 300 * KIB
    asked: list[range] = []

    def note(request: Any) -> bool:
        asked.append(range(request.offset, request.offset + request.limit))
        return False

    stand.faults.add(Rule(GET, when=note))
    async with opened(stand, 5 * MIB // 2) as (source, [(file, document)]):
        assert await fetched(stand, file, document)
        assert len(lanes_of(source)) == 2

    asked.sort(key=lambda one: one.start)
    assert [one.start for one in asked] == [0, *(one.stop for one in asked[:-1])]
    assert stand.cluster.counters.accepted[2] == 3
