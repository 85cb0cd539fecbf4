"""The link alone, over a sender that does what the test says."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from telethon.network import MTProtoPlainSender
from telethon.tl import types
from telethon.tl.functions import ReqPqMultiRequest

from downloader.telegram.link import Link, Patience, Wire
from sandbox.mtproto.framing import Full
from sandbox.mtproto.replies import packed
from tests.downloader.telegram.peer import LOGGERS

SOON = timedelta(milliseconds=20)
LATE = timedelta(seconds=60)


@dataclass
class Sender:
    """Records what it is asked; the test answers by the futures."""

    sent: list[asyncio.Future[Any]] = field(default_factory=list)
    asked: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    broken_off: int = 0
    closed: int = 0
    _connection: Any = field(default_factory=lambda: SimpleNamespace(arrived=0))
    _disconnected: Any = None

    def send(self, _request: Any) -> asyncio.Future[Any]:
        future = asyncio.get_running_loop().create_future()
        self.sent.append(future)
        self.asked.put_nowait(None)
        return future

    def is_connected(self) -> bool:
        return not self.closed

    def _transport_connected(self) -> bool:
        return not self.broken_off

    def _start_reconnect(self, _error: Any) -> None:
        self.broken_off += 1

    async def disconnect(self) -> None:
        self.closed += 1


async def test_a_reply_is_returned() -> None:
    sender = Sender()
    link = Link(sender, Patience())
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(link.call("question"))
        await sender.asked.get()
        sender.sent[0].set_result("answer")

    assert task.result() == "answer"
    assert link.connected


async def test_f65_who_is_stopped_while_a_link_closes_stops() -> None:
    """Telethon swallows a cancellation then; the download would have gone on."""

    class Slow(Sender):
        closing = asyncio.Event()
        may_end = asyncio.Event()

        async def disconnect(self) -> None:
            self.closing.set()
            with suppress(asyncio.CancelledError):
                await self.may_end.wait()

    sender = Slow(_disconnected=asyncio.get_running_loop().create_future())
    async with asyncio.TaskGroup() as tasks:
        closing = tasks.create_task(Link(sender, Patience()).close())
        await sender.closing.wait()
        closing.cancel()
        sender.may_end.set()

    assert closing.cancelled()


async def test_f24_nothing_is_given_to_a_line_that_is_being_closed() -> None:
    """Telethon would keep it, and answer never."""
    sender = Sender(broken_off=1)
    with pytest.raises(ConnectionResetError):
        await Link(sender, Patience()).call("question")

    assert sender.sent == []


@pytest.mark.parametrize(
    "error", [struct.error(), BufferError(), asyncio.IncompleteReadError(b"", 4)]
)
async def test_f24_whatever_a_line_broke_by_it_is_a_broken_line(error: Exception) -> None:
    sender = Sender()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(_raised(Link(sender, Patience()).call("question")))
        await sender.asked.get()
        await sender.disconnect()
        sender.sent[0].set_exception(error)

    assert isinstance(task.result(), ConnectionResetError)


async def test_an_error_is_raised() -> None:
    sender = Sender()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(_raised(Link(sender, Patience()).call("question")))
        await sender.asked.get()
        sender.sent[0].set_exception(KeyError("x"))

    assert isinstance(task.result(), KeyError)


async def test_f25_silence_ends_the_wait_and_the_connection() -> None:
    sender = Sender()
    with pytest.raises(TimeoutError):
        await Link(sender, Patience(quiet=SOON)).call("question")

    assert sender.broken_off == 1
    assert sender.sent[0].cancelled()


async def test_f25_silence_without_any_connection_ends_the_wait_too() -> None:
    sender = Sender(_connection=None)
    with pytest.raises(TimeoutError):
        await Link(sender, Patience(quiet=SOON)).call("question")


async def test_f26_a_dripping_line_is_not_a_dead_one() -> None:
    sender = Sender()
    drips = 0

    async def drip() -> None:
        nonlocal drips
        while drips < 20:
            await asyncio.sleep(0.005)
            sender._connection.arrived += 1
            drips += 1
        sender.sent[0].set_result("answer")

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(
            Link(sender, Patience(quiet=timedelta(milliseconds=90))).call("question")
        )
        await sender.asked.get()
        tasks.create_task(drip())

    assert task.result() == "answer"
    assert sender.broken_off == 0


async def test_f25_a_request_overtaken_by_many_is_lost_though_the_line_is_alive() -> None:
    sender = Sender()
    link = Link(sender, Patience(quiet=SOON))

    async def traffic(lost: asyncio.Task[Any]) -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(34):  # one more than may overtake it
                tasks.create_task(link.call("other"))
                await sender.asked.get()
                sender._connection.arrived += 1
                sender.sent[-1].set_result("answer")
        while not lost.done():
            sender._connection.arrived += 1
            await asyncio.sleep(0)

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        lost = tasks.create_task(_raised(link.call("question")))
        await sender.asked.get()
        tasks.create_task(traffic(lost))

    assert isinstance(lost.result(), TimeoutError)
    assert sender.broken_off == 1


async def test_f26_a_drip_without_end_is_bounded() -> None:
    sender = Sender()
    link = Link(sender, Patience(quiet=LATE, whole=SOON))
    with pytest.raises(TimeoutError):
        await link.call("question")


async def test_a_sender_closed_under_us_is_no_cancellation() -> None:
    sender = Sender()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(_raised(Link(sender, Patience()).call("question")))
        await sender.asked.get()
        sender.sent[0].cancel()

    assert isinstance(task.result(), ConnectionError)


async def test_cancelling_the_caller_cancels_the_request() -> None:
    sender = Sender()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(Link(sender, Patience()).call("question"))
        await sender.asked.get()
        task.cancel()

    assert task.cancelled()
    assert sender.sent[0].cancelled()
    assert sender.broken_off == 0


@pytest.mark.parametrize("how", ["well", "badly", "never", "cancelled"])
async def test_closing_takes_note_of_how_the_connection_ended(how: str) -> None:
    over = asyncio.get_running_loop().create_future()
    match how:
        case "well":
            over.set_result(None)
        case "badly":
            over.set_exception(ConnectionResetError())
        case "cancelled":
            over.cancel()
    sender = Sender(_disconnected=over)
    link = Link(sender, Patience())
    await link.close()

    assert sender.closed == 1
    assert not link.connected


async def test_the_wire_counts_what_arrives() -> None:
    reader = asyncio.StreamReader()
    wire = Wire("127.0.0.1", 1, 2, loggers={Wire.__mro__[2].__module__: None})
    wire._reader = reader
    reader.feed_data(b"abcde")
    reader.feed_eof()

    assert await wire.readexactly(3) == b"abc"
    with pytest.raises(asyncio.IncompleteReadError) as caught:
        await wire.readexactly(3)
    assert caught.value.partial == b"de"
    assert wire.arrived == 5


@asynccontextmanager
async def wire_to(says: bytes) -> AsyncIterator[Wire]:
    """Connect to somebody who says this, whatever he is asked, and goes."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(says)
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    async with server:
        wire = Wire(*server.sockets[0].getsockname()[:2], 2, loggers=LOGGERS, proxy=None)
        await wire.connect(timeout=20)
        yield wire
        await wire.disconnect()


@pytest.mark.parametrize("length", [(1 << 31) - 1, (16 << 20) + 9])
async def test_f24_a_length_that_no_packet_has_is_a_broken_line(length: int) -> None:
    async with wire_to(struct.pack("<ii", length, 0) + bytes(1 << 20)) as wire:
        await wire.send(b"question")
        with pytest.raises(ConnectionResetError):
            await wire.recv()

        assert wire.arrived == 8  # nothing is kept of what nobody vouches for


BOMB = b"".join(packed([bytes(1 << 20)]))
IN_CONTAINER = struct.pack("<IIqii", 0x73F1F8DC, 1, 1, 1, len(BOMB)) + BOMB


ENDLESS = bytes(types.ResPQ(5, 6, bytes([255]) * 9, [7]))
PRIME = bytes(types.ResPQ(5, 6, (2**63 - 25).to_bytes(8, "big"), [7]))
CUT = ENDLESS[:36]


@pytest.mark.parametrize(
    "body", [BOMB, IN_CONTAINER, bytes(types.Pong(1, 2)), b"", ENDLESS, PRIME, CUT, CUT[:4]]
)
async def test_what_is_no_answer_of_the_key_exchange_is_not_even_unpacked(body: bytes) -> None:
    """It comes from anybody on the way: his could be unpacked to gigabytes, or never factored."""
    plain = struct.pack("<qqi", 0, 1, len(body)) + body
    async with wire_to(b"".join(Full().frame([plain]))) as wire:
        with pytest.raises(ConnectionResetError):
            await MTProtoPlainSender(wire, loggers=LOGGERS).send(ReqPqMultiRequest(5))


async def test_an_answer_of_the_key_exchange_is_read() -> None:
    body = bytes(types.ResPQ(5, 6, b"pq", [7]))
    plain = struct.pack("<qqi", 0, 1, len(body)) + body
    async with wire_to(b"".join(Full().frame([plain]))) as wire:
        answer = await MTProtoPlainSender(wire, loggers=LOGGERS).send(ReqPqMultiRequest(5))

    assert answer.server_public_key_fingerprints == [7]


async def _raised(call: Any) -> BaseException | None:
    try:
        await call
    except Exception as error:  # noqa: BLE001  # handed to the test
        return error
    return None
