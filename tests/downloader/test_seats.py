from __future__ import annotations

import asyncio
from itertools import pairwise

from downloader.seats import SeatLimits, Seats
from downloader.window import Stream

MB = 1_000_000


class Hall:
    """Seats, and the documents that have one, in the order they came to it."""

    def __init__(self, limits: SeatLimits) -> None:
        self.asked = 0
        self.limits = limits
        self.seats = Seats(self._limits)
        self.seated: list[Stream] = []

    async def _limits(self) -> SeatLimits:
        self.asked += 1
        await asyncio.sleep(0)
        return self.limits

    async def take(self, document: Stream) -> None:
        await self.seats.take(document)
        self.seated.append(document)


def small(count: int) -> list[Stream]:
    return [Stream(3 * MB) for _ in range(count)]


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_no_more_documents_come_at_once_than_there_are_seats() -> None:
    hall, documents = Hall(SeatLimits(small=2)), small(4)
    async with asyncio.TaskGroup() as group:
        for document in documents:
            group.create_task(hall.take(document))
        for before, after in pairwise(range(2, 5)):
            await settle()
            assert documents[:before] == hall.seated
            hall.seats.leave(documents[before - 2])
            await settle()
            assert documents[:after] == hall.seated


async def test_a_document_takes_one_seat_however_much_of_it_is_on_its_way() -> None:
    hall, [first, second] = Hall(SeatLimits(small=1)), small(2)
    for _ in range(3):
        await hall.take(first)
    async with asyncio.TaskGroup() as group:
        group.create_task(hall.take(second))
        for _ in range(2):
            hall.seats.leave(first)
            await settle()
            assert [first] * 3 == hall.seated
        hall.seats.leave(first)

    assert [*[first] * 3, second] == hall.seated


async def test_large_documents_have_seats_of_their_own() -> None:
    hall = Hall(SeatLimits(small=1, large=1))
    await hall.take(Stream(21 * MB))
    await hall.take(Stream(3 * MB))

    assert 2 == len(hall.seated)


async def test_the_limits_are_asked_for_when_the_first_comes() -> None:
    hall = Hall(SeatLimits(small=2))
    assert 0 == hall.asked
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(hall.take(document)) for document in small(3)]
        await settle()
        assert 2 == len(hall.seated)
        for task in tasks:
            task.cancel()


async def test_whoever_gives_up_waiting_keeps_no_seat() -> None:
    hall, [first, second, third] = Hall(SeatLimits(small=1)), small(3)
    await hall.take(first)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(hall.take(second))
        await settle()
        waiting.cancel()
    hall.seats.leave(first)
    await hall.take(third)

    assert [first, third] == hall.seated
