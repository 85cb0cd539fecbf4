from __future__ import annotations

import asyncio
import socket
from copy import copy
from typing import Any

import pytest
from telethon.tl import types

from downloader.errors import (
    AccountLostError,
    CentreThrottledError,
    OfflineError,
    ServerTroubleError,
)
from downloader.pool import Pool
from downloader.source import RemoteFile
from downloader.telegram.session import Session
from sandbox.faults import Rule
from storage.models import Audio, Order, Request
from tests.downloader.telegram.centre import seen
from tests.downloader.telegram.stand import KIB, Stand, body_of, only_audio, part, read

EXPORT, IMPORT = "auth.exportAuthorization", "auth.importAuthorization"
CONFIG = "help.getConfig"


async def plan(stand: Stand) -> tuple[Audio, bytes]:
    """Plan the one song of a chat, that lies in data centre 4."""
    chat = stand.world.add_chat("Jazz", username="jazz")
    post = stand.song(chat, dc=4)
    async with stand.source() as source:
        return await only_audio(source, await source.chat("@jazz")), body_of(post.document)


async def test_a_file_in_another_data_centre_is_read_there(stand: Stand) -> None:
    audio, body = await plan(stand)
    async with stand.source() as source:
        assert await read(await source.open(audio)) == body

    assert stand.cluster.counters.calls[4, "upload.getFile"] == 3
    assert stand.cluster.counters.calls[2, "upload.getFile"] == 0


async def test_files_read_at_once_share_one_export(stand: Stand) -> None:
    audio, body = await plan(stand)
    async with stand.source() as source:
        files = [await source.open(audio) for _ in range(4)]
        async with asyncio.TaskGroup() as tasks:
            reading = [tasks.create_task(read(file)) for file in files]

        assert [task.result() for task in reading] == [body] * 4
    assert stand.cluster.counters.of(EXPORT) == 1


async def test_the_key_is_kept_so_that_a_restart_exports_nothing(stand: Stand) -> None:
    audio, body = await plan(stand)
    for _ in range(2):
        async with stand.source() as source:
            assert await read(await source.open(audio)) == body

    assert stand.cluster.counters.of(EXPORT) == 1
    stored = Session.load(await stand.store.accounts.session(stand.user.id))
    assert len(stored.key(4) or b"") > 200  # of 256 bytes, of which Telethon drops leading zeros


async def test_f30_a_data_centre_that_is_down_is_offline_and_comes_back(stand: Stand) -> None:
    audio, body = await plan(stand)
    async with stand.source() as source:
        file = await source.open(audio)
        async with stand.cluster.offline(4):
            with pytest.raises(OfflineError):
                await part(file, 0, 4 * KIB)

        assert await read(file) == body


async def test_f30_a_connection_lost_for_long_is_made_anew(stand: Stand) -> None:
    audio, body = await plan(stand)
    async with stand.source() as source:
        file = await source.open(audio)
        await part(file, 0, 4 * KIB)
        async with stand.cluster.offline(4):
            stand.cluster.drop_connections(4)
            with pytest.raises(OfflineError):
                await part(file, 0, 4 * KIB)

        assert await read(file) == body
    assert stand.cluster.counters.of(EXPORT) == 1


async def test_f30_a_home_connection_that_was_lost_is_made_anew_for_the_first_lane(
    stand: Stand,
) -> None:
    audio, body = await plan(stand)
    async with stand.source() as source:
        await part(await source.open(audio), 0, 4 * KIB)  # its key is kept from now on
    async with stand.source() as source:
        file = await source.open(audio)
        async with stand.cluster.offline(2):
            stand.cluster.drop_connections(2)
            await seen(lambda: not source._client.link.connected)

        assert await read(file) == body


def told_wrong(*, beside: bool, port: int = 1) -> Any:
    """Name one where nobody is, or nobody speaks, before the true address or in its place."""

    def reply(config: Any) -> Any:
        wrong = copy(config)
        others = [one for one in config.dc_options if beside or one.id != 4]
        wrong.dc_options = [types.DcOption(4, "127.0.0.1", port), *others]
        return wrong

    return reply


@pytest.mark.parametrize("key_is_kept", [True, False])
@pytest.mark.parametrize("beside", [True, False])
async def test_f30_an_address_where_nobody_is_gives_way_to_the_next_or_a_newer_one(
    stand: Stand, beside: bool, key_is_kept: bool
) -> None:
    audio, body = await plan(stand)
    if key_is_kept:
        async with stand.source() as source:
            await part(await source.open(audio), 0, 4 * KIB)
    wrong = told_wrong(beside=beside)
    stand.faults.add(Rule(CONFIG, reply=wrong, skip=1, times=None if beside else 1))
    async with stand.source() as source:
        file = await source.open(audio)
        with pytest.raises(OfflineError):
            await part(file, 0, 4 * KIB)

        assert await read(file) == body


async def test_f25_an_address_where_nobody_speaks_gives_way_to_the_next(stand: Stand) -> None:
    stand.hurry()
    audio, body = await plan(stand)
    async with stand.source() as source:
        await part(await source.open(audio), 0, 4 * KIB)  # its key is kept from now on
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system takes connections for it
        wrong = told_wrong(beside=True, port=silent.getsockname()[1])
        stand.faults.add(Rule(CONFIG, reply=wrong, skip=1, times=None))
        async with stand.source() as source:
            file = await source.open(audio)
            await told_offline(file)

            assert await read(file) == body


async def test_f30_while_home_is_down_too_the_address_that_was_told_last_is_tried(
    stand: Stand,
) -> None:
    audio, body = await plan(stand)
    async with stand.source() as source:
        file = await source.open(audio)
        await part(file, 0, 4 * KIB)
        async with stand.cluster.offline(2):
            async with stand.cluster.offline(4):
                for dc in (2, 4):
                    stand.cluster.drop_connections(dc)
                await told_offline(file)

            assert await read(file) == body


@pytest.mark.parametrize("open_before", [True, False])
async def test_f16_a_data_centre_that_forgot_our_key_gets_a_new_one(
    stand: Stand, open_before: bool
) -> None:
    audio, body = await plan(stand)
    async with stand.source() as source:
        await part(await source.open(audio), 0, 4 * KIB)
        if open_before:
            stand.cluster.forget_keys(4)
            assert await read(await source.open(audio)) == body
    stand.cluster.forget_keys(4)
    async with stand.source() as source:
        assert await read(await source.open(audio)) == body


async def test_f16_a_data_centre_that_forgot_our_login_gets_it_again(stand: Stand) -> None:
    audio, body = await plan(stand)
    async with stand.source() as source:
        file = await source.open(audio)
        await part(file, 0, 4 * KIB)
        stand.faults.add(Rule("upload.getFile", error=(401, "AUTH_KEY_UNREGISTERED")))

        assert await read(file) == body
    assert stand.cluster.counters.of(EXPORT) == 2


async def test_f16_an_account_lost_everywhere_is_lost(stand: Stand) -> None:
    audio, _ = await plan(stand)
    async with stand.source() as source:
        file = await source.open(audio)
        await part(file, 0, 4 * KIB)
        stand.cluster.revoke(stand.user)
        with pytest.raises(AccountLostError):
            await part(file, 0, 4 * KIB)


async def test_f08_an_authorisation_that_is_refused_once_is_exported_again(stand: Stand) -> None:
    audio, body = await plan(stand)
    async with stand.source() as source:
        stand.faults.add(Rule(IMPORT, error=(400, "AUTH_BYTES_INVALID")))

        assert await read(await source.open(audio)) == body
    assert stand.cluster.counters.of(EXPORT) == 2


async def test_f08_an_authorisation_that_is_always_refused_is_server_trouble(stand: Stand) -> None:
    audio, _ = await plan(stand)
    async with stand.source() as source:
        stand.faults.add(Rule(IMPORT, error=(400, "AUTH_BYTES_INVALID"), times=None))
        file = await source.open(audio)
        with pytest.raises(ServerTroubleError) as caught:
            await part(file, 0, 4 * KIB)

        assert caught.value.detail == "AUTH_BYTES_INVALID"
        stand.faults.clear()
        assert await part(file, 0, 4 * KIB)


@pytest.mark.parametrize("dc", [2, 4])
async def test_a_file_of_a_closed_source_is_offline_and_connects_no_more(
    stand: Stand, dc: int
) -> None:
    chat = stand.world.add_chat("Jazz", username="jazz")
    stand.song(chat, dc=dc)
    async with stand.source() as source:
        file = await source.open(await only_audio(source, await source.chat("@jazz")))
        await part(file, 0, 4 * KIB)
    before = dict(stand.cluster.counters.accepted)
    for _ in range(2):
        with pytest.raises(OfflineError):
            await part(file, 0, 4 * KIB)

    assert stand.cluster.counters.accepted == before


async def test_a_source_closed_while_a_data_centre_is_reached_leaves_nothing_open(
    stand: Stand,
) -> None:
    audio, _ = await plan(stand)
    asked = asyncio.Event()

    def notice(_request: Any) -> bool:
        asked.set()
        return True

    stand.faults.add(Rule(IMPORT, mute=True, when=notice))
    async with asyncio.TaskGroup() as tasks:
        async with stand.source() as source:
            file = await source.open(audio)
            tasks.create_task(told_offline(file))
            waiting = tasks.create_task(told_offline(file))
            await asked.wait()
        assert waiting.done()

    assert stand.cluster.counters.open[4] == 0
    assert stand.cluster.counters.open[2] == 0


async def told_offline(file: RemoteFile) -> None:
    with pytest.raises(OfflineError):
        await part(file, 0, 4 * KIB)


async def test_f01_a_flood_on_the_way_to_one_data_centre_keeps_nobody_from_another(
    stand: Stand,
) -> None:
    chat = stand.world.add_chat("Jazz", username="jazz")
    posts = [stand.song(chat, dc=4), stand.song(chat, dc=2)]
    stand.faults.add(Rule(EXPORT, error=(420, "FLOOD_WAIT_1800")))
    async with stand.source() as source:
        pool = Pool([source], stand.store, stand.clock)
        listed = pool.audio(await pool.chat("@jazz"), Request("", 10, Order.OLDEST))
        far, near = [await pool.open(audio) for audio in [one async for one in listed]]
        with pytest.raises(CentreThrottledError):
            await part(far, 0, 4 * KIB)

        assert await read(near) == body_of(posts[1].document)
        [standing] = await pool.standings()
    assert () == standing.rests
