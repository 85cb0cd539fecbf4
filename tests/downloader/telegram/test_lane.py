from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from telethon.errors import (
    BadMessageError,
    FloodWaitError,
    SecurityError,
    TypeNotFoundError,
)
from telethon.tl import types
from telethon.tl.functions import PingRequest

from sandbox.mtproto.replies import GZIP_PACKED, packed, result_of
from tests.downloader.telegram.peer import (
    Far,
    bad_message,
    bad_salt,
    bytes_of,
    exchanged,
    open_far,
    part,
    question,
    served,
    told,
)


@pytest.fixture
async def far() -> AsyncIterator[Far]:
    async with open_far() as far:
        yield far


async def test_answers_find_their_questions_in_any_order(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(lane.ask(question(number))) for number in range(5)]
        heard = [await peer.heard() for _ in range(5)]
        for one in (heard[3], heard[0], heard[4], heard[2], heard[1]):
            peer.answer(one, part(one.request.offset // 4096))

    assert [bytes_of(one.result()) for one in asking] == [part(at).data for at in range(5)]


async def test_a_connection_is_introduced_until_something_was_answered(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        for number in range(2):
            tasks.create_task(lane.ask(question(number)))
        first = await served(peer, 0, 1)
    later = [await exchanged(lane, peer, number) for number in range(2)]

    assert [one.introduced for one in (*first, *later)] == [True, True, False, False]


async def test_an_error_does_not_show_that_the_introduction_was_heard(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(told(FloodWaitError, lane))
        peer.answer(await peer.heard(), types.RpcError(420, "FLOOD_WAIT_3"))
        await asking

    assert (await exchanged(lane, peer)).introduced


async def test_a_ping_is_never_wrapped_and_does_not_count_as_use(far: Far) -> None:
    lane, peer = await far.lane()
    used_at = lane.used_at
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lane.ping())
        heard = await peer.heard()
        peer.say(types.Pong(heard.id, heard.request.ping_id))

    assert isinstance(heard.request, PingRequest)
    assert not heard.introduced
    assert lane.used_at == used_at
    assert lane.heard_within(60)
    assert (await exchanged(lane, peer)).introduced
    assert lane.used_at > used_at


async def test_an_error_is_raised_and_the_lane_goes_on(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        for error in (FloodWaitError, TypeNotFoundError, SecurityError):
            tasks.create_task(told(error, lane))
        flood, unknown, unreadable = [await peer.heard() for _ in range(3)]
        peer.answer(flood, types.RpcError(420, "FLOOD_WAIT_3"))
        peer.answer(unknown, struct.pack("<II", 0x12345678, 0))
        peer.answer(unreadable, struct.pack("<I", GZIP_PACKED) + b"\x03bad")

    await exchanged(lane, peer)


NOW = datetime(2026, 3, 1)  # noqa: DTZ001  # Telethon adds the zone
NOISE = [
    types.UpdatesTooLong(),
    types.UpdateShort(types.UpdateConfig(), NOW),
    types.MsgsAck([1, 2, 3]),
    types.MsgDetailedInfo(4, 5, 6, 0),
    types.Pong(12345, 0),
    types.BadServerSalt(12345, 1, 48, 5),
    struct.pack("<IQ", 0x12345678, 7),  # newer than we are
    b"".join(packed([bytes(types.UpdatesTooLong())])),
    b"".join(result_of(12345, part())),
    b"",
]


@pytest.mark.parametrize("content", [True, False])
async def test_what_nobody_asked_for_is_let_pass(far: Far, content: bool) -> None:
    lane, peer = await far.lane()
    await exchanged(lane, peer)
    for one in NOISE:
        peer.say(one, content=content)

    await exchanged(lane, peer, 1)


async def test_an_answer_may_come_in_a_container_or_packed(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(lane.ask(question(number))) for number in range(2)]
        first, second = [await peer.heard() for _ in range(2)]
        session = types.NewSessionCreated(first.id, 1, 5)
        peer.say_together(bytes(session), b"".join(result_of(first.id, part(0))))
        peer.say(b"".join(packed(result_of(second.id, part(1)))), content=True)

    assert [bytes_of(one.result()) for one in asking] == [part(0).data, part(1).data]


async def test_an_answer_that_comes_twice_counts_once(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(lane.ask(question()))
        heard = await peer.heard()
        peer.answer(heard, part(0))
        peer.answer(heard, part(1))
    await exchanged(lane, peer, 2)

    assert bytes_of(asking.result()) == part(0).data


async def test_what_is_owed_goes_along_with_the_next_question(far: Far) -> None:
    lane, peer = await far.lane()
    first = await exchanged(lane, peer)
    second = await exchanged(lane, peer)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lane.ping())
        ping = await peer.heard()
        peer.say(types.Pong(ping.id, 0))
    await exchanged(lane, peer)

    assert first.packet == first.id
    assert second.packet > second.id  # in a container
    assert ping.packet > ping.id
    assert peer.seen["containers"] == peer.seen["acks"] == 2


async def test_what_is_owed_goes_alone_when_it_is_much(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lane.ask(question()))
        waiting = await peer.heard()
        for _ in range(16):
            peer.say(types.UpdatesTooLong(), content=True)
        await exchanged(lane, peer, 1)
        await exchanged(lane, peer, 2)
        peer.answer(waiting, part())

    assert peer.seen["acks"] == 2  # the sixteen, and the next with a question


@pytest.mark.parametrize("contained", [True, False])
async def test_a_question_with_an_old_salt_is_asked_again(far: Far, contained: bool) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lane.ask(question(0)))
        first = await peer.heard()
        if contained:
            await exchanged(lane, peer, 2)
        waiting = tasks.create_task(lane.ask(question(1)))
        heard = await peer.heard()
        peer.say(bad_salt(heard, heard.packet, 99))
        again = await peer.heard()
        peer.answer(again, part(1))
        peer.answer(first, part())

    assert bytes_of(waiting.result()) == part(1).data
    assert (heard.packet > heard.id) is contained
    assert (heard.salt, again.salt) == (5, 99)
    assert again.id > heard.id
    assert (await exchanged(lane, peer)).salt == 99


async def test_the_salt_of_a_new_session_is_taken_over_by_every_lane(far: Far) -> None:
    lane, peer = await far.lane()
    other, other_peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lane.ask(question()))
        heard = await peer.heard()
        peer.say(types.NewSessionCreated(heard.id, 1, 77), content=True)
        peer.answer(heard, part())

    assert (await exchanged(other, other_peer)).salt == 77


@pytest.mark.parametrize("hours", [1, -1, 24 * 365])
async def test_f46_a_clock_that_is_wrong_is_set_and_all_is_asked_again(
    far: Far, hours: int
) -> None:
    far.clock.skew = timedelta(hours=hours)
    code = 16 if hours > 0 else 17
    lanes = [await far.lane() for _ in range(2)]
    async with asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(lane.ask(question(at))) for lane, _ in lanes for at in range(3)]
        early = [[await peer.heard() for _ in range(3)] for _, peer in lanes]
        for (_, peer), heard in zip(lanes, early, strict=True):
            for one in heard:
                assert far.clock.judge(one.packet) == code
                peer.say(bad_message(one, one.packet, code))
        for _, peer in lanes:
            again = await served(peer, 0, 1, 2)
            assert [far.clock.judge(one.packet) for one in again] == [None] * 3

    assert [bytes_of(one.result()) for one in asking] == [part(at).data for at in range(3)] * 2


@pytest.mark.parametrize("code", [16, 17, 48])
async def test_a_question_that_is_never_understood_is_given_up(far: Far, code: int) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(told(BadMessageError, lane))
        sent = 0
        while not asking.done():
            heard = await peer.heard()
            sent += 1
            notice = (
                bad_salt(heard, heard.id, 5) if code == 48 else bad_message(heard, heard.id, code)
            )
            peer.say(notice)
            if sent == 5:
                await asking

    assert sent == 5
    assert not lane.is_open


@pytest.mark.parametrize("code", [18, 19, 20, 32, 33, 34, 35, 64])
async def test_a_lane_that_has_lost_count_is_given_up(far: Far, code: int) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(2):
            tasks.create_task(told(BadMessageError, lane))
        heard = await peer.heard()
        peer.say(bad_message(heard, heard.packet, code))

    assert far.lost == [lane]


async def test_a_bad_message_that_is_not_ours_to_send_again_is_let_pass(far: Far) -> None:
    lane, peer = await far.lane()
    heard = await exchanged(lane, peer)
    peer.say(bad_message(heard, heard.packet, 16))

    await exchanged(lane, peer)
