from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.parts import LARGEST_REQUEST, PART
from downloader.window import Limits, Load, Stream
from tests.downloader.wire import RTT, Wire

KIB, MIB = 1 << 10, 1 << 20


async def started(wire: Wire, tasks: asyncio.TaskGroup, *sizes: int) -> None:
    for size in sizes:
        tasks.create_task(wire.fetch(size))
    for _ in range(200):
        await asyncio.sleep(0)


async def test_no_lane_holds_more_than_its_share() -> None:
    wire = Wire()
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, *[30 * MIB] * 9)

        assert wire.window.in_flight <= 4 * wire.window.share
        assert all(grant.lane.in_flight <= wire.window.share for grant in wire.grants)
        assert wire.window.in_flight >= 4 * wire.window.share - LARGEST_REQUEST
        assert wire.pressed

        await wire.answer_all()


async def test_the_lanes_are_filled_evenly() -> None:
    wire = Wire(lanes=8)
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, 6 * MIB, 6 * MIB)
        loads = sorted(grant.lane.in_flight for grant in wire.grants)

        assert loads[-1] - loads[0] <= 256 * KIB

        await wire.answer_all()


async def test_one_huge_document_does_not_starve_forty_small_ones() -> None:
    wire = Wire()
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, 900 * MIB)
        for _ in range(300):
            await asyncio.sleep(0)
            wire.answer()
        wire.time.advance(9)
        [huge] = wire.given
        before = wire.given[huge]
        await started(wire, tasks, *[3 * MIB] * 40)
        while len(wire.ended) < 40:
            await asyncio.sleep(0)
            wire.answer()

        # As much as one of the small ones got, and what was in flight already.
        assert wire.given[huge] - before <= 3 * MIB + 4 * wire.window.share + 2 * MIB

        await wire.answer_all()


async def test_small_documents_that_keep_coming_do_not_starve_a_huge_one() -> None:
    wire = Wire()
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, 400 * MIB)
        [huge] = wire.given
        for _ in range(200):
            wire.time.advance(0.1)
            await started(wire, tasks, 3 * MIB)
            for _ in range(12):
                await asyncio.sleep(0)
                wire.answer()

        assert wire.given[huge] >= 100 * MIB

        await wire.answer_all()


async def test_documents_that_begin_together_end_together() -> None:
    """However much the first one got before the others had come."""
    wire = Wire(lanes=8)
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, 8 * MIB)
        wire.time.advance(0.2)
        await started(wire, tasks, *[8 * MIB] * 31)
        answers = []
        while len(wire.ended) < 32:
            await asyncio.sleep(0)
            wire.answer()
            answers.append(len(wire.ended))
        await wire.answer_all()

    first = next(number for number, ended in enumerate(answers) if ended)
    assert first >= len(answers) / 1.5


async def test_a_document_alone_gets_everything_at_once() -> None:
    wire = Wire(lanes=8)
    await wire.fetch(10 * MIB)

    assert 10 * MIB == wire.window.in_flight


@pytest.mark.parametrize("size", [1, 100 * KIB, 300 * KIB, MIB + 1, 2 * MIB])
async def test_a_small_track_is_one_or_two_requests(size: int) -> None:
    wire = Wire(lanes=8)
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, size)

        assert len(wire.grants) == (1 if size <= PART else 2)

        await wire.answer_all()


async def test_much_to_do_is_asked_for_in_few_requests_and_the_end_in_small_ones() -> None:
    wire = Wire(limits=Limits(share=4 * MIB), lanes=8)
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, 100 * MIB)
        limits = []
        while wire.grants:
            limits.append(wire.answer().limit)
            await asyncio.sleep(0)

    assert LARGEST_REQUEST in limits
    assert {PART} == set(limits[-4:])


@given(
    sizes=st.lists(st.integers(1, 20 * MIB), min_size=1, max_size=6),
    lanes=st.integers(1, 9),
    seed=st.randoms(use_true_random=False),
)
async def test_whatever_the_order_of_the_answers_all_is_asked_for_and_no_more(
    sizes: list[int], lanes: int, seed: object
) -> None:
    wire = Wire(lanes=lanes)
    choose = seed.randrange  # type: ignore[attr-defined]  # hypothesis' own Random
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, *sizes)
        await wire.answer_all(choose)

    assert 0 == wire.window.in_flight
    assert len(sizes) == len(wire.ended)
    for stream, given_bytes in wire.given.items():
        assert stream.size <= given_bytes < stream.size + LARGEST_REQUEST


async def test_answers_that_were_waited_for_widen_the_window_up_to_its_limit() -> None:
    wire = Wire(limits=Limits(share=1 * MIB, most=1200 * KIB))
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, 90 * MIB)
        await wire.answer_all()

    assert 1200 * KIB == wire.window.share


async def test_answers_that_others_delay_leave_the_window_as_it_is() -> None:
    wire = Wire()
    share = wire.window.share
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, 90 * MIB, 90 * MIB)
        for _ in range(9):
            wire.answer(delay=RTT)
            await asyncio.sleep(0)
        grown = wire.window.share
        for _ in range(20):
            await asyncio.sleep(0)
            wire.answer(delay=3 * RTT)

        assert share < grown == wire.window.share

        await wire.answer_all()


async def test_a_queue_that_lengthens_narrows_the_window_once_for_each_delay() -> None:
    wire = Wire()
    async with asyncio.TaskGroup() as tasks:
        await started(wire, tasks, 90 * MIB)
        wire.answer(delay=RTT)
        before = wire.window.share
        wire.answer(delay=4)
        once = wire.window.share
        wire.answer(delay=4)
        again = wire.window.share
        wire.time.advance(5)
        wire.answer(delay=4)

        assert before > once == again > wire.window.share >= PART

        await wire.answer_all()


async def test_f03_floods_that_come_together_halve_the_window_once() -> None:
    wire = Wire()
    share = wire.window.share
    for _ in range(9):
        wire.window.flooded()
    halved = wire.window.share
    wire.time.advance(3)
    wire.window.flooded()

    assert share // 2 == halved == 2 * wire.window.share


async def test_f03_the_window_never_shuts() -> None:
    wire = Wire()
    for _ in range(40):
        wire.time.advance(3)
        wire.window.flooded()

    assert PART == wire.window.share


async def test_lanes_are_added_up_to_the_limit_when_the_others_have_shown_that_they_bring() -> None:
    wire = Wire(limits=Limits(lanes=3, first_lanes=1), lanes=0)
    may = [wire.window.may_grow()]
    for _ in range(3):
        load = Load()
        wire.window.add(load)
        may.append(wire.window.may_grow())
        load.answers = 1
        may.append(wire.window.may_grow())

    assert [True, False, True, False, True, False, False] == may


async def test_f24_one_broken_lane_is_replaced_and_several_are_not_at_once() -> None:
    wire = Wire(limits=Limits(lanes=3, first_lanes=1), lanes=0)
    loads = [Load() for _ in range(3)]
    for load in loads:
        load.answers = 1
        wire.window.add(load)
    wire.window.remove(loads[0], broken=True)
    after_one = wire.window.may_grow()
    wire.window.add(loads[0])
    wire.window.remove(loads[1], broken=True)
    after_two = wire.window.may_grow()
    wire.time.advance(61)

    assert (True, False, True) == (after_one, after_two, wire.window.may_grow())


async def test_no_more_lanes_are_opened_than_telegram_has_taken() -> None:
    wire = Wire(limits=Limits(lanes=8, first_lanes=1), lanes=0)
    for _ in range(2):
        load = Load()
        load.answers = 1
        wire.window.add(load)
    before = wire.window.may_grow()
    wire.window.allow(2)

    assert (True, False) == (before, wire.window.may_grow())


@pytest.mark.parametrize("first_lanes", [1, 2])
async def test_what_telegram_refused_is_tried_again_only_after_a_while(first_lanes: int) -> None:
    wire = Wire(limits=Limits(lanes=8, first_lanes=first_lanes), lanes=0)
    load = Load()
    load.answers = 1
    wire.window.add(load)
    may = [wire.window.may_grow()]
    wire.window.allow(1)
    may.append(wire.window.may_grow())
    wire.time.advance(599)
    may.append(wire.window.may_grow())
    wire.time.advance(2)

    assert [True, False, False] == may
    assert wire.window.may_grow()


async def test_f30_a_lane_that_did_not_come_about_is_tried_again_after_a_minute() -> None:
    wire = Wire(limits=Limits(lanes=8, first_lanes=2), lanes=0)
    load = Load()
    load.answers = 1
    wire.window.add(load)
    wire.window.failed()
    may = [wire.window.may_grow()]
    wire.time.advance(59)
    may.append(wire.window.may_grow())
    wire.time.advance(2)
    may.append(wire.window.may_grow())
    wire.window.add(load)

    assert [False, False, True] == may
    assert wire.window.may_grow()  # up to the limit: nobody refused anything


async def test_f24_who_comes_when_no_lane_is_left_is_told() -> None:
    wire = Wire(lanes=0)
    with pytest.raises(ConnectionResetError):
        await wire.window.turn(Stream(MIB), MIB)


async def test_f24_who_waits_for_the_next_round_when_the_last_lane_breaks_is_told() -> None:
    wire = Wire(lanes=1)
    stream = Stream(9 * MIB)
    grants = [await wire.window.turn(stream, stream.size) for _ in range(2)]

    async def told() -> None:
        with pytest.raises(ConnectionResetError):
            await wire.window.turn(stream, stream.size)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(told())
        await asyncio.sleep(0)
        wire.window.remove(grants[0].lane, broken=True)

    assert stream.open == len(grants)


async def test_f65_who_is_cancelled_as_the_last_lane_breaks_is_cancelled() -> None:
    wire = Wire(lanes=1)
    grants = [await wire.window.turn(Stream(2 * MIB), 2 * MIB) for _ in range(2)]
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(wire.window.turn(Stream(MIB), MIB))
        await asyncio.sleep(0)
        wire.window.remove(grants[0].lane, broken=True)
        waiting.cancel()

    assert waiting.cancelled()


async def test_f24_who_waits_when_the_last_lane_breaks_is_told() -> None:
    wire = Wire(lanes=1)
    grants = [await wire.window.turn(Stream(2 * MIB), 2 * MIB) for _ in range(2)]

    async def told() -> bool:
        with pytest.raises(ConnectionResetError):
            await wire.window.turn(Stream(MIB), MIB)
        return True

    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(told()) for _ in range(2)]
        await asyncio.sleep(0)
        wire.window.remove(grants[0].lane, broken=True)

    assert all(task.result() for task in waiting)


async def test_who_stops_waiting_takes_nothing_along() -> None:
    wire = Wire(lanes=1)
    stream = Stream(90 * MIB)
    grants = [await wire.window.turn(Stream(2 * MIB), 2 * MIB) for _ in range(2)]
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(wire.window.turn(stream, stream.size))
        await asyncio.sleep(0)
        for grant in grants:
            wire.window.give_back(grant)
            wire.window.give_back(grant)  # does no harm
        waiting.cancel()  # in the moment it was granted

    assert 0 == wire.window.in_flight
    assert 0 == stream.open
