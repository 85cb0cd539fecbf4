"""How hard an account pulls at a data centre, and what it does when that does not answer well."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from downloader.conduct import Conduct, Conducts
from downloader.errors import OfflineError, ServerTroubleError, ThrottledError
from downloader.lending import Call
from downloader.manners import MANNERS, Temper
from downloader.source import RemoteFile
from downloader.telegram.source import TelethonSource
from sandbox.faults import Rule
from sandbox.world import Chat
from storage.models import Audio, Order, Reason, Request
from tests.downloader.scripted import OwnedTime
from tests.downloader.telegram.stand import KIB, MIB, Stand, body_of, part, read

PART = "upload.getFile"


def behave(stand: Stand, temper: Temper) -> Conduct:
    stand.conducts = Conducts(MANNERS[temper], stand.clock)
    return stand.conducts.of(stand.user.id)


def add_songs(stand: Stand, count: int, *, size: int = 300 * KIB) -> Chat:
    """Post so many songs, all of them in data centre 4."""
    chat = stand.world.add_chat("Jazz", username="jazz")
    for number in range(count):
        stand.song(chat, number, size=size, dc=4)
    return chat


async def songs(source: TelethonSource, count: int = 99) -> list[Audio]:
    request = Request("@jazz", count, Order.OLDEST)
    return [audio async for audio in source.audio(await source.chat("@jazz"), request)]


async def files(source: TelethonSource) -> list[RemoteFile]:
    return [await source.open(audio) for audio in await songs(source)]


@pytest.mark.parametrize("temper", Temper)
async def test_the_temper_sets_the_limits_of_the_window(stand: Stand, temper: Temper) -> None:
    behave(stand, temper)
    async with stand.source() as source:
        window = source._centres.of(4).window

        assert MANNERS[temper].limits == window._limits


async def test_the_gentle_open_no_more_than_two_connections(stand: Stand) -> None:
    behave(stand, Temper.GENTLE)
    add_songs(stand, 5, size=2 * MIB)
    opened = 0

    def look(_request: Any) -> bool:
        nonlocal opened
        opened = max(opened, stand.cluster.counters.open[4])
        return False

    stand.faults.add(Rule(PART, when=look))
    stand.faults.add(Rule(PART, delay=0.02, times=None))
    async with stand.source() as source, asyncio.TaskGroup() as group:
        for file in await files(source):
            group.create_task(read(file))

    assert 1 <= opened <= 2


async def test_the_gentle_fetch_no_more_documents_at_once_than_telegram_asks(
    stand: Stand,
) -> None:
    behave(stand, Temper.GENTLE)
    chat = add_songs(stand, 8, size=4 * KIB)
    asked: list[int] = []
    five = asyncio.Event()

    def note(request: Any) -> bool:
        asked.append(request.location.id)
        if 5 == len(asked):
            five.set()
        return True

    silent = stand.faults.add(Rule(PART, mute=True, times=None, when=note))
    async with stand.source() as source, asyncio.TaskGroup() as group:
        opened = await files(source)
        turns = [await file.turn(4 * KIB) for file in opened[:5]]
        parts = [group.create_task(turn.part(0, 4 * KIB)) for turn in turns]
        await five.wait()
        sixth = group.create_task(opened[5].turn(4 * KIB))
        assert 8 == len(await songs(source))  # long enough for it to come, if it could
        assert not sixth.done()
        stand.faults.rules.remove(silent)
        parts[0].cancel()
        turns[0].give_back()

        turn = await sixth
        assert body_of(chat.posts[6].document) == bytes(await turn.part(0, 4 * KIB))
        for task in parts:
            task.cancel()


async def test_f01_a_flood_slows_down_requests_for_files_alone(stand: Stand) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    conduct = behave(stand, Temper.NORMAL)
    chat = add_songs(stand, 1)
    stand.faults.add(Rule(PART, error=(420, "FLOOD_WAIT_3")))
    async with stand.source() as source, time.passing():
        [file] = await files(source)
        with pytest.raises(ThrottledError):
            await part(file, 0, 128 * KIB)
        assert body_of(chat.posts[1].document) == await read(file)

    assert 3 <= time.slept[0]
    assert (1, 3) == (conduct.floods_last_hour, conduct.waited_last_day.total_seconds())
    assert MANNERS[Temper.NORMAL].files.most > 2 * conduct.per_second(Call.FILES)
    assert MANNERS[Temper.NORMAL].messages.most == conduct.per_second(Call.MESSAGES)


async def test_f01_a_flood_of_hashes_is_counted_and_keeps_nobody_from_fetching(
    stand: Stand,
) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    conduct = behave(stand, Temper.NORMAL)
    chat = add_songs(stand, 1)
    stand.faults.add(Rule("upload.getFileHashes", error=(420, "FLOOD_WAIT_30")))
    async with stand.source() as source, time.passing():
        [file] = await files(source)
        with pytest.raises(ThrottledError):
            await file.hashes(0)
        assert 1 == conduct.floods_last_hour
        assert body_of(chat.posts[1].document) == await read(file)

    assert time.seconds < 1  # it is slower, but does not wait


@pytest.mark.parametrize(("wait", "hits"), [(15, 2), (30, 1)], ids=["sat out", "told"])
async def test_f01_a_flood_of_hashes_is_kept_by_all_who_want_some(
    stand: Stand, wait: int, hits: int
) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    add_songs(stand, 2)
    rule = Rule("upload.getFileHashes", error=(420, f"FLOOD_WAIT_{wait}"), times=None)
    stand.faults.add(rule)
    async with stand.source() as source, time.passing():
        for file in await files(source):
            with pytest.raises(ThrottledError):
                await file.hashes(0)

    assert hits == rule.hits
    assert (hits - 1) * wait == pytest.approx(sum(one for one in time.slept if one > 1))


async def test_f01_a_flood_of_look_ups_keeps_nobody_from_fetching(stand: Stand) -> None:
    """An expired reference is looked up by a call of the other kind, and that one is throttled."""
    time = OwnedTime()
    stand.clock = time.clock
    conduct = behave(stand, Temper.NORMAL)
    chat = add_songs(stand, 2)
    async with stand.source() as source:
        first, second = await files(source)
        document = chat.posts[1].document
        assert document is not None
        document.epoch += 1
        stand.faults.add(Rule("channels.getMessages", error=(420, "FLOOD_WAIT_300"), times=None))
        with pytest.raises(ThrottledError) as caught:
            await part(first, 0, 128 * KIB)
        assert caught.value.of_reading

        assert body_of(chat.posts[2].document) == await read(second)
    assert [] == time.slept
    assert MANNERS[Temper.NORMAL].files.most == conduct.per_second(Call.FILES)
    assert MANNERS[Temper.NORMAL].messages.most > conduct.per_second(Call.MESSAGES)


async def test_f03_the_speed_limit_without_premium_makes_no_requests_rarer(stand: Stand) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    conduct = behave(stand, Temper.NORMAL)
    add_songs(stand, 1)
    stand.faults.add(Rule(PART, error=(420, "FLOOD_PREMIUM_WAIT_3")))
    async with stand.source() as source, time.passing():
        [file] = await files(source)
        with pytest.raises(ThrottledError):
            await part(file, 0, 128 * KIB)

    assert 1 == conduct.floods_last_hour
    assert MANNERS[Temper.NORMAL].files.most == conduct.per_second(Call.FILES)


async def test_f30_a_data_centre_that_is_down_is_left_alone_then_tried_by_one(
    stand: Stand,
) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    chat = add_songs(stand, 1)
    async with stand.source() as source:
        [file] = await files(source)
        assert source.outage is None
        async with stand.cluster.offline(4):
            for _ in range(5):
                time.advance(2)
                with pytest.raises(OfflineError):
                    await file.turn(MIB)
        outage = source.outage
        assert outage is not None
        assert (Reason.OFFLINE, 15) == (outage.reason, outage.left.total_seconds())

        # It is back, but nobody looks; and what nobody tries is not told for ever.
        for _ in range(9):
            with pytest.raises(OfflineError):
                await file.turn(MIB)
        assert 0 == stand.cluster.counters.accepted[4]
        time.advance(16)
        assert source.outage is None
        turn = await file.turn(MIB)
        with pytest.raises(OfflineError):
            await file.turn(MIB)
        turn_body = bytes(await turn.part(0, 128 * KIB))
        turn.give_back()

        assert body_of(chat.posts[1].document)[: 128 * KIB] == turn_body
        assert body_of(chat.posts[1].document) == await read(file)
        assert source.outage is None


async def test_f20_a_data_centre_that_answers_with_errors_is_left_alone(stand: Stand) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    add_songs(stand, 1)
    trouble = stand.faults.add(Rule(PART, error=(500, "INTERNAL"), times=None))
    async with stand.source() as source:
        [file] = await files(source)
        for _ in range(9):
            time.advance(2)
            with pytest.raises(ServerTroubleError):
                await part(file, 0, 4 * KIB)

        assert 5 == trouble.hits
        assert source.outage is not None
        assert Reason.SERVER_TROUBLE is source.outage.reason


async def test_calls_wait_for_leave_and_files_do_not_wait_with_them(stand: Stand) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    conduct = behave(stand, Temper.GENTLE)
    chat = add_songs(stand, 1)
    async with stand.source() as source:
        [file] = await files(source)
        body = await read(file)
        async with time.passing():
            for _ in range(20):
                await source.chat("@jazz")

    assert body_of(chat.posts[1].document) == body
    assert 12 <= time.seconds <= 20
    assert 0 == conduct.floods_last_hour
