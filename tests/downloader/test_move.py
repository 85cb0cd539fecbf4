from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from downloader.errors import (
    AccountLostError,
    AskAgainError,
    OfflineError,
    RefusedError,
    SourceDamagedError,
    ThrottledError,
)
from downloader.move import Pace
from downloader.parts import LARGEST_REQUEST
from downloader.telegram.link import Patience
from downloader.window import Limits
from storage.models import Reason, Transfer
from storage.store import Store
from storage.transfers import Transfers
from tests.downloader.moving import BIG, MIB, Bench
from tests.downloader.scripted import Sulking, song


async def test_several_parts_are_in_flight_but_no_more_than_there_are_turns(store: Store) -> None:
    audio = song(1, size=12 * MIB)
    bench = Bench(store, audio)
    gate = asyncio.Event()
    bench.source.script("part", hold=gate, times=4)
    async with asyncio.TaskGroup() as group:
        group.create_task(bench.fetch(audio))
        await bench.source.full.wait()
        gate.set()

    assert 4 == bench.source.most_in_flight
    assert 12 == len(set(bench.source.parts())) == len(bench.source.parts())


async def test_a_turn_that_comes_while_the_disk_is_behind_is_given_back(store: Store) -> None:
    audio = song(1, size=3 * MIB)
    bench = Bench(store, audio, width=1)
    first = bench.source.script("part", hold=(gate := asyncio.Event()))
    async with asyncio.TaskGroup() as group:
        group.create_task(bench.fetch(audio))
        await first.reached.wait()
        arrived = bench._bell.next_ring()
        with bench.carrier._backlog.holding(8 * MIB):
            gate.set()
            await arrived.wait()
            for _ in range(100):
                await asyncio.sleep(0)
            asked_meanwhile = len(bench.source.parts())

    assert 1 == asked_meanwhile
    assert 3 == len(bench.source.parts())


async def test_f38_nothing_is_claimed_that_was_not_synced(store: Store) -> None:
    audio = song(1, size=7 * MIB)
    bench = Bench(store, audio, width=1)
    held = bench.source.script("part", hold=asyncio.Event(), skip=3)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(audio))
        await held.reached.wait()

        assert 0 == await bench.claims(audio)

        task.cancel()


async def test_f38_claims_follow_every_four_mebibytes(store: Store) -> None:
    audio = song(1, size=7 * MIB)
    bench = Bench(store, audio, width=1)
    held = bench.source.script("part", hold=asyncio.Event(), skip=5)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(audio))
        await held.reached.wait()

        assert 4 <= await bench.first_claims(audio) <= 5

        task.cancel()


async def test_f38_a_slow_transfer_claims_every_second(store: Store) -> None:
    audio = song(1, size=7 * MIB)
    bench = Bench(store, audio, width=1)
    gate = asyncio.Event()
    first = bench.source.script("part", hold=gate, skip=1)
    second = bench.source.script("part", hold=asyncio.Event(), skip=1)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(audio))
        await first.reached.wait()
        bench.time.advance(1.5)
        gate.set()
        await second.reached.wait()

        assert 1 <= await bench.first_claims(audio) <= 2

        task.cancel()


@pytest.mark.parametrize("wrong", [b"", b"short"], ids=["empty", "short"])
async def test_f27_a_short_part_inside_the_file_is_asked_for_again(
    store: Store, wrong: bytes
) -> None:
    bench = Bench(store, BIG)
    bench.source.script("part", answer=lambda _: wrong, skip=2, times=2)

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)
    assert 10 == len(bench.source.parts())


async def test_f28_an_over_long_part_is_asked_for_again(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.script("part", answer=lambda data: data + b"!", skip=1)

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)


async def test_f28_a_part_that_is_always_over_long_ends_it(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.script("part", answer=lambda data: data + b"!", times=999)

    with pytest.raises(SourceDamagedError) as info:
        await bench.fetch(BIG)

    assert Reason.DAMAGED_AT_SOURCE is info.value.reason


async def test_f29_a_source_that_ends_before_its_declared_size_is_incomplete(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.bodies[BIG.document_id] = b"x" * (6 * MIB + 100)

    with pytest.raises(SourceDamagedError) as info:
        await bench.fetch(BIG)

    assert Reason.INCOMPLETE_AT_SOURCE is info.value.reason
    assert f"{6 * MIB + 100} of {BIG.size}" == info.value.detail
    assert not await bench.carrier.is_whole(await bench.row(BIG), BIG.size)


async def test_f25_a_part_that_never_comes_is_asked_for_again(store: Store) -> None:
    bench = Bench(store, BIG, pace=Pace(part_timeout=timedelta(milliseconds=20)))
    bench.source.script("part", hold=asyncio.Event(), skip=1)

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)


async def test_f25_a_stalled_line_is_offline_after_a_few_tries(store: Store) -> None:
    pace = Pace(part_timeout=timedelta(milliseconds=5))
    bench = Bench(store, BIG, width=1, pace=pace)
    bench.source.script("part", hold=asyncio.Event(), times=999)

    with pytest.raises(OfflineError):
        await bench.fetch(BIG)

    assert [(BIG.document_id, 0)] * pace.tries == bench.source.parts()


async def test_f24_all_lines_may_break_at_once(store: Store) -> None:
    """Many requests were in flight: that is one failure of each, and not many of one."""
    audio = song(1, size=30 * MIB)
    bench = Bench(store, audio, width=20)
    gate = asyncio.Event()
    bench.source.script("part", OfflineError("reset"), hold=gate, times=20)
    async with asyncio.TaskGroup() as group:
        group.create_task(bench.fetch(audio))
        await bench.source.full.wait()
        gate.set()

    assert await bench.has_come(audio)
    assert 30 + 20 == len(bench.source.parts())


@pytest.mark.parametrize(
    "error",
    [AskAgainError("FILE_MIGRATE_4"), ThrottledError(timedelta(hours=9)), AccountLostError("x")],
)
async def test_whether_to_go_on_is_decided_where_turns_are_given(
    store: Store, error: Exception
) -> None:
    """Another account may have taken over, so that no number of these ends a transfer."""
    bench = Bench(store, BIG)
    bench.source.script("part", error, skip=1, times=40)

    await bench.fetch(BIG)

    assert await bench.has_come(BIG)
    assert [] == bench.time.slept


async def test_f01_f02_what_refuses_the_next_turn_ends_it_and_keeps_what_came(
    store: Store,
) -> None:
    bench = Bench(store, BIG, width=1)
    bench.source.script("turn", ThrottledError(timedelta(seconds=34)), skip=2)

    with pytest.raises(ThrottledError):
        await bench.fetch(BIG)

    assert 2 == await bench.claims(BIG)


async def test_an_error_of_one_part_ends_all_and_keeps_what_came(store: Store) -> None:
    bench = Bench(store, BIG)
    bench.source.script("part", RefusedError("X"), skip=5)

    with pytest.raises(RefusedError):
        await bench.fetch(BIG)

    assert await bench.claims(BIG) >= 1
    await bench.fetch(BIG)
    assert await bench.has_come(BIG)


async def test_an_error_that_comes_with_the_cancellation_does_not_outlive_it(store: Store) -> None:
    """The pullers are stopped by a cancellation, and one of them answers it with an error."""
    bench = Bench(store, BIG)
    held = bench.source.script("part", hold=Sulking(), times=99)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(BIG))
        await held.reached.wait()
        task.cancel()

    assert task.cancelled()


class CancelledSave(Transfers):
    """The first save of a claim is cut off, as by a pause in that moment."""

    def __init__(self, real: Transfers) -> None:
        super().__init__(real._database)
        self.reached = asyncio.Event()

    async def save(self, transfer: Transfer) -> None:
        if any(transfer.done) and not self.reached.is_set():
            self.reached.set()
            await asyncio.Event().wait()
        await super().save(transfer)


async def test_f65_a_commit_that_was_cut_off_is_made_up_for(store: Store) -> None:
    rows = CancelledSave(store.transfers)
    bench = Bench(replace(store, transfers=rows), BIG, width=1)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bench.fetch(BIG))
        await rows.reached.wait()
        task.cancel()

    assert 4 <= await bench.claims(BIG)


def test_f25_whether_a_line_is_dead_is_judged_by_the_line_itself() -> None:
    """Parts queue behind each other on a slow line: none may be given up before the line is."""
    assert Pace().part_timeout > Patience().whole > Patience().quiet


def test_f26_at_one_kib_a_second_everything_gets_the_time_it_takes() -> None:
    def takes(size: int) -> timedelta:
        return timedelta(seconds=size / 1024)

    assert Patience().whole > takes(LARGEST_REQUEST)
    assert Pace().part_timeout > takes(Limits().most)
