from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telethon import errors, functions, utils

from sandbox.faults import Drop, Faults, Rule
from sandbox.mtproto.cluster import Cluster
from sandbox.mtproto.dispatch import method_name
from sandbox.mtproto.replies import FilePart
from sandbox.world import Document
from tests.sandbox.mtproto.clients import Clients, Town

STATE = functions.updates.GetStateRequest


@pytest.fixture
def song(town: Town) -> Document:
    """Five parts long."""
    song = town.post_song(town.channel("jazz_music"), size=600_001).document
    assert song is not None
    return song


async def download(client: Any) -> bytes:
    message = await client.get_messages("jazz_music", ids=1)
    async with asyncio.timeout(10):
        data: bytes = await client.download_media(message, bytes)
    return data


def whole(song: Document) -> bytes:
    return bytes(song.read(0, song.size))


def test_methods_are_named_as_telegram_names_them() -> None:
    assert method_name(functions.upload.GetFileRequest) == "upload.getFile"
    assert method_name(functions.InitConnectionRequest) == "initConnection"


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        (420, "FLOOD_WAIT_3600", errors.FloodWaitError),
        (420, "FLOOD_PREMIUM_WAIT_60", errors.FloodPremiumWaitError),
        (400, "FILE_REFERENCE_EXPIRED", errors.FileReferenceExpiredError),
        (400, "CHANNEL_PRIVATE", errors.ChannelPrivateError),
        (401, "SESSION_REVOKED", errors.SessionRevokedError),
        (406, "AUTH_KEY_DUPLICATED", errors.AuthKeyDuplicatedError),
        (400, "SOMETHING_NEW", errors.BadRequestError),
    ],
)
async def test_an_injected_error_arrives_as_the_real_one(
    ann: Any, faults: Faults, code: int, message: str, error: type[Exception]
) -> None:
    rule = faults.add(Rule("updates.getState", error=(code, message)))

    with pytest.raises(error):
        await ann(STATE())

    assert rule.hits == 1
    ann._flood_waited_requests.clear()  # Telethon remembers a wait for the request's whole kind
    assert await ann(STATE())


async def test_a_rule_may_skip_and_strike_a_few_times(ann: Any, faults: Faults) -> None:
    faults.add(Rule("updates.getState", error=(400, "MSG_ID_INVALID"), skip=1, times=2))

    outcomes = []
    for _ in range(4):
        try:
            await ann(STATE())
        except errors.MsgIdInvalidError:
            outcomes.append("struck")
        else:
            outcomes.append("passed")

    assert ["passed", "struck", "struck", "passed"] == outcomes


async def test_a_rule_may_strike_one_account_or_one_request(
    ann: Any, clients: Clients, faults: Faults, town: Town
) -> None:
    bob = await clients.of(town.bob)
    faults.add(
        Rule("updates.getState", error=(400, "MSG_ID_INVALID"), account=town.bob.id, times=None)
    )
    faults.add(
        Rule(
            "messages.getHistory", error=(400, "MSG_ID_INVALID"), when=lambda asked: asked.limit > 5
        )
    )
    town.channel("jazz_music")

    assert await ann(STATE())
    with pytest.raises(errors.MsgIdInvalidError):
        await bob(STATE())
    assert [] == await ann.get_messages("jazz_music", limit=5)
    with pytest.raises(errors.MsgIdInvalidError):
        await ann.get_messages("jazz_music", limit=6)


async def test_a_delayed_answer_comes_later(ann: Any, faults: Faults, cluster: Cluster) -> None:
    await ann.get_me()
    faults.add(Rule("updates.getState", delay=0.05))

    async with asyncio.TaskGroup() as group:
        slow = group.create_task(ann(STATE()))
        await ann.get_me()
        assert not slow.done()
        assert cluster.counters.in_flight[2] == 1

    assert cluster.counters.in_flight[2] == 0


async def test_a_muted_answer_never_comes_but_the_connection_lives(
    ann: Any, faults: Faults, town: Town, cluster: Cluster
) -> None:
    await ann.get_me()
    faults.add(Rule("updates.getState", mute=True))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await ann(STATE())

    assert (await ann.get_me()).id == town.ann.id
    assert cluster.counters.accepted[2] == 1


@pytest.mark.parametrize("where", list(Drop))
async def test_a_broken_connection_costs_no_bytes(
    ann: Any, faults: Faults, cluster: Cluster, song: Document, where: Drop
) -> None:
    await ann.get_me()
    faults.add(Rule("upload.getFile", drop=where, skip=2))

    assert whole(song) == await download(ann)
    assert cluster.counters.service["drops"] == 1
    assert cluster.counters.accepted[2] == 2


async def test_a_break_on_a_slow_wire_comes_after_the_bytes(
    ann: Any, faults: Faults, song: Document
) -> None:
    await ann.get_me()
    faults.wire.bandwidth = 50_000_000
    faults.add(Rule("upload.getFile", drop=Drop.AFTER, skip=1))

    assert whole(song) == await download(ann)


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [(500, "INTERNAL", errors.ServerError), (-503, "Timeout", errors.TimedOutError)],
)
async def test_a_server_s_trouble_arrives_as_such(
    ann: Any, faults: Faults, code: int, message: str, error: type[Exception]
) -> None:
    faults.add(Rule("updates.getState", error=(code, message)))

    with pytest.raises(error):
        await ann._sender.send(STATE())  # the client itself would wait two seconds and try again
    assert await ann(STATE())


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda part: part.cut(100), lambda data: data[:100]),
        (lambda part: part.flipped(5), lambda data: data[:5] + bytes([data[5] ^ 255]) + data[6:]),
        (lambda part: part.padded(4), lambda data: data + bytes(4)),
        (lambda part: FilePart(b""), lambda data: b""),
    ],
)
async def test_a_reply_can_be_damaged(
    ann: Any, faults: Faults, song: Document, damage: Any, expected: Any
) -> None:
    message = await ann.get_messages("jazz_music", ids=1)
    faults.add(Rule("upload.getFile", reply=damage))
    _, location = utils.get_input_location(message.document)
    request = functions.upload.GetFileRequest(location, offset=0, limit=4096)

    assert expected(whole(song)[:4096]) == (await ann(request)).bytes
    assert whole(song)[:4096] == (await ann(request)).bytes


async def test_a_method_that_breaks_is_told_apart_and_kept(
    ann: Any, cluster: Cluster, faults: Faults
) -> None:
    faults.add(Rule("updates.getState", reply=lambda _: 1 // 0))

    with pytest.raises(errors.ServerError, match="SANDBOX_METHOD_CRASHED"):
        await ann._sender.send(STATE())

    assert [ZeroDivisionError] == [type(crash) for crash in cluster.crashes]
    cluster.crashes.clear()


async def test_calls_are_counted_by_centre(ann: Any, cluster: Cluster) -> None:
    for _ in range(3):
        await ann(functions.help.GetNearestDcRequest())

    assert cluster.counters.calls[2, "help.getNearestDc"] == 3
    assert cluster.counters.of("help.getNearestDc") == 3
    assert cluster.counters.open[2] == 1
    assert cluster.counters.bytes_in[2] > 0
    assert cluster.counters.bytes_out[2] > 0
