from __future__ import annotations

import aiohttp
import pytest

from sandbox.botapi.files import MAX_DOWNLOAD
from sandbox.botapi.server import BotApi
from sandbox.world import World
from tests.sandbox.botapi.rig import TOKEN


@pytest.mark.parametrize(
    ("wanted", "status", "body", "told"),
    [
        ("", 200, b"0123456789", None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-30", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-1", 416, b"", "bytes */10"),
        ("bytes=-", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
async def test_a_range_of_a_file_is_served(
    api: BotApi, world: World, wanted: str, status: int, body: bytes, told: str | None
) -> None:
    song = world.add_document(body=b"0123456789", name="a.mp3")
    url = f"{api.url}/file/bot{TOKEN}/documents/file_{song.id}.mp3"
    headers = {"Range": wanted} if wanted else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as reply:
        assert (status, body) == (reply.status, await reply.read())
        assert told == reply.headers.get("Content-Range")


async def test_a_player_may_go_away_early(
    api: BotApi, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    song = world.add_document(size=MAX_DOWNLOAD, name="a.mp3")
    url = f"{api.url}/file/bot{TOKEN}/documents/file_{song.id}.mp3"
    async with aiohttp.ClientSession() as session:
        reply = await session.get(url)
        await reply.content.readexactly(1000)
        reply.close()
        async with session.get(url) as whole:
            assert MAX_DOWNLOAD == len(await whole.read())

    assert [] == caplog.records
