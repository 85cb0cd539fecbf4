from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telethon.errors import (
    AuthKeyNotFound,
    FloodWaitError,
    InvalidBufferError,
)
from telethon.tl import types

from downloader.errors import AskAgainError
from sandbox.mtproto.replies import result_of
from tests.downloader.telegram.peer import (
    Far,
    Heard,
    Peer,
    bytes_of,
    exchanged,
    open_far,
    part,
    question,
    told,
)

SOON = timedelta(milliseconds=300)


@pytest.fixture
async def far() -> AsyncIterator[Far]:
    async with open_far() as far:
        yield far


@pytest.mark.parametrize(("code", "error"), [(-404, AuthKeyNotFound), (-429, InvalidBufferError)])
async def test_a_refusal_ends_the_lane_and_all_it_carries(
    far: Far, code: int, error: type[Exception]
) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(told(error, lane))
        await peer.heard()
        peer.send(struct.pack("<i", code))
    await told(error, lane)

    assert far.lost == [lane]
    assert isinstance(lane.reason, error)


def bad_packets(peer: Peer) -> list[bytes]:
    good = peer.sealed(types.UpdatesTooLong())
    other = good[:-1] + bytes([good[-1] ^ 1])
    return [other, good[:-4], good + bytes(4), bytes(40), bytes(5), good[:8], peer.sealed(b"odd")]


@pytest.mark.parametrize("which", range(7))
async def test_f28_a_packet_that_is_not_right_ends_the_lane_as_a_broken_line(
    far: Far, which: int
) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(told(ConnectionResetError, lane))
        await peer.heard()
        peer.send(bad_packets(peer)[which])

    assert far.lost == [lane]


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff", bytes(8), b"HTTP/1.1 400 Bad Request\r\n"])
async def test_f24_garbage_ends_the_lane_as_a_broken_line(far: Far, data: bytes) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(told(ConnectionResetError, lane))
        await peer.heard()
        peer.write(data)

    assert far.lost == [lane]


async def test_a_packet_that_comes_again_is_ignored(far: Far) -> None:
    lane, peer = await far.lane()
    await exchanged(lane, peer)
    salted = peer.sealed(types.NewSessionCreated(1, 1, 77))
    peer.send(salted)
    await exchanged(lane, peer)
    far.secret.salt = 5
    peer.send(salted)  # somebody has recorded it

    assert (await exchanged(lane, peer)).salt == 5


@pytest.mark.parametrize("halfway", [True, False])
@pytest.mark.parametrize("end", [Peer.close, Peer.drop])
async def test_f24_a_line_that_breaks_fails_all_it_carries(
    far: Far, end: object, halfway: bool
) -> None:
    assert callable(end)
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(told(OSError, lane))
        heard = await peer.heard()
        if halfway:
            body = b"".join(result_of(heard.id, part()))
            peer.write(struct.pack("<i", len(body)) + peer.sealed(body)[:50])
        end(peer)
    await told(OSError, lane)

    assert far.lost == [lane]
    assert not lane.is_open


async def test_a_closed_lane_fails_all_it_carries(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(told(AskAgainError, lane))
        await peer.heard()
        lane.close()
    await peer.gone.wait()
    await told(AskAgainError, lane)


async def test_a_lane_that_is_closed_while_it_connects_stays_closed(far: Far) -> None:
    lane = far.new_lane()

    async def connect() -> None:
        with pytest.raises(AskAgainError):
            await lane.connect(*far.address, None)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(connect())
        await asyncio.sleep(0)
        lane.close()
    peer = await far.peers.get()
    await peer.gone.wait()

    assert not lane.is_open


async def test_a_cancelled_question_leaves_nothing_behind(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(lane.ask(question()))
        heard = await peer.heard()
        asking.cancel()
    peer.answer(heard, part())  # too late
    await exchanged(lane, peer)

    assert lane._pending == {}


async def test_a_question_cancelled_as_its_line_breaks_complains_to_nobody(far: Far) -> None:
    lane, peer = await far.lane()
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(lane.ask(question()))
        await peer.heard()
        lane.close()
        asking.cancel()
    del asking

    assert complaints == []


async def test_f25_a_silent_line_is_given_up_with_all_it_carries() -> None:
    async with open_far(quiet=SOON) as far:
        lane, peer = await far.lane()
        await exchanged(lane, peer)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(3):
                tasks.create_task(told(TimeoutError, lane))

        assert far.lost == [lane]
        await peer.gone.wait()


async def test_f25_a_lost_answer_is_given_up_while_the_others_go_on(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        lost = tasks.create_task(told(TimeoutError, lane))
        await peer.heard()
        answered = 0
        while not lost.done():
            await exchanged(lane, peer, answered % 200)
            answered += 1

    assert answered == 33
    assert lane.is_open


async def test_f25_a_lost_answer_is_given_up_in_time_however_little_else_is_asked() -> None:
    """Now and then something else is answered, so that the line is never silent for long."""
    async with open_far(quiet=2 * SOON) as far:
        lane, peer = await far.lane()
        async with asyncio.TaskGroup() as tasks:
            lost = tasks.create_task(told(TimeoutError, lane))
            await peer.heard()
            answered = 0
            while not lost.done() and answered < 30:  # a few more, and so many had overtaken it
                await exchanged(lane, peer)
                await asyncio.wait({lost}, timeout=SOON.total_seconds() / 2)
                answered += 1

            assert lost.done()

        assert lane.is_open


async def test_f25_errors_overtake_a_lost_answer_too(far: Far) -> None:
    lane, peer = await far.lane()
    async with asyncio.TaskGroup() as tasks:
        lost = tasks.create_task(told(TimeoutError, lane))
        await peer.heard()
        while not lost.done():
            flood = tasks.create_task(told(FloodWaitError, lane))
            peer.answer(await peer.heard(), types.RpcError(420, "FLOOD_WAIT_3"))
            await flood

    assert lane.is_open


async def dripped(peer: Peer, heard: list[Heard], pause: float) -> None:
    """Answer in small pieces, with a pause after each."""
    for one in heard:
        body = b"".join(result_of(one.id, part(one.request.offset // 4096)))
        packet = peer.sealed(body, content=True)
        data = struct.pack("<i", len(packet)) + packet
        for at in range(0, len(data), 512):
            peer.write(data[at : at + 512])
            await asyncio.sleep(pause)


async def test_f26_a_line_that_drips_is_kept_however_much_it_carries() -> None:
    """Each answer takes less than is allowed, all of them together far longer."""
    async with open_far(quiet=10 * SOON, whole=4 * SOON) as far:
        lane, peer = await far.lane()
        async with asyncio.TaskGroup() as tasks:
            asking = [tasks.create_task(lane.ask(question(number))) for number in range(8)]
            heard = [await peer.heard() for _ in asking]
            await dripped(peer, heard, 0.03)

        assert [bytes_of(one.result()) for one in asking] == [part(at).data for at in range(8)]
        assert not peer.is_asked


async def test_f26_a_line_that_drips_too_slowly_is_given_up() -> None:
    async with open_far(quiet=10 * SOON, whole=SOON) as far:
        lane, peer = await far.lane()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(told(TimeoutError, lane))
            await dripped(peer, [await peer.heard()], 0.1)

        assert far.lost == [lane]


@pytest.mark.parametrize("parts", [1, 3])
async def test_f26_parts_that_something_small_has_overtaken_come_as_slowly_as_they_may(
    parts: int,
) -> None:
    """Hashes that were asked for later come at once, while all the parts take their time."""
    async with open_far(quiet=4 * SOON) as far:
        lane, peer = await far.lane()
        async with asyncio.TaskGroup() as tasks:
            asking = [tasks.create_task(lane.ask(question(number))) for number in range(parts)]
            heard = [await peer.heard() for _ in asking]
            await exchanged(lane, peer, parts)
            await dripped(peer, heard, 0.3 / parts)

        assert [bytes_of(one.result()) for one in asking] == [part(at).data for at in range(parts)]


async def test_f25_a_lost_answer_is_given_up_though_the_line_is_never_still() -> None:
    done: list[str] = []
    async with open_far(quiet=3 * SOON) as far:
        lane, peer = await far.lane()
        async with asyncio.TaskGroup() as tasks:
            lost = tasks.create_task(told(TimeoutError, lane))
            lost.add_done_callback(lambda _: done.append("lost"))
            await peer.heard()
            asking = [tasks.create_task(lane.ask(question(number))) for number in range(8)]
            asking[-1].add_done_callback(lambda _: done.append("last"))
            await dripped(peer, [await peer.heard() for _ in asking], 0.06)

        assert done == ["lost", "last"]
        assert lane.is_open
