"""A second client, with protocol code of its own: the server is MTProto, not Telethon-shaped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.mtproto.cluster import Cluster
from sandbox.mtproto.rsa_key import published_key
from sandbox.world import Chat
from tests.sandbox.mtproto.clients import Town
from tests.sandbox.mtproto.kurigram import (
    Client,
    Connection,
    enums,
    errors,
    functions,
    handlers,
    rsa,
)

PHONE = "+9996620001"


@pytest.fixture
def codes(cluster: Cluster) -> list[str]:
    codes: list[str] = []
    cluster.on_code.append(lambda _, code: codes.append(code))
    return codes


@pytest.fixture
async def client(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """Kurigram as it is, told another RSA key and where the data centres are."""
    key = published_key()
    public = rsa.PublicKey(key.modulus, key.exponent)
    monkeypatch.setitem(rsa.server_public_keys, key.fingerprint, public)

    def connection(dc_id: int, **more: Any) -> Connection:
        host, port = cluster.address(dc_id)
        return Connection(dc_id, **more | {"server_address": host, "port": port})

    client = Client("sandbox", 1, "hash", in_memory=True, connection_factory=connection, workers=1)
    await client.connect()
    yield client
    # Kurigram forgets the sessions that it opened in other centres.
    for session in (*client.sessions.values(), *client.media_sessions.values()):
        await session.stop()
    client.media_sessions.clear()
    await client.disconnect()


@pytest.fixture
def jazz(town: Town) -> Chat:
    """Songs of which the last is in another centre, and words between them."""
    jazz = town.channel("jazz_music", town.ann)
    for number in range(1, 121):
        if number % 10:
            town.post_song(jazz, number, size=30_000 + number)
        else:
            town.world.post(jazz, f"only words {number}", quiet=True)
    town.post_song(jazz, 121, size=150_001, dc=4)
    return jazz


async def sign_in(client: Any, codes: list[str], phone: str = PHONE) -> Any:
    sent = await client.send_code(phone)
    return await client.sign_in(phone, sent.phone_code_hash, codes[-1])


async def test_it_signs_in_by_code(client: Any, codes: list[str], town: Town) -> None:
    user = await sign_in(client, codes)

    assert user.id == town.ann.id
    assert (await client.get_me()).first_name == "Ann"


async def test_it_signs_in_with_a_password(client: Any, codes: list[str], town: Town) -> None:
    with pytest.raises(errors.SessionPasswordNeeded):
        await sign_in(client, codes, "+9996620002")
    with pytest.raises(errors.PasswordHashInvalid):
        await client.check_password("battery staple")

    assert (await client.check_password(town.bob.password)).id == town.bob.id


async def test_it_signs_in_as_a_bot(client: Any, town: Town) -> None:
    assert (await client.sign_in_bot(town.bot.token)).id == town.bot.id


async def test_it_searches_and_reads(client: Any, codes: list[str], jazz: Chat) -> None:
    await sign_in(client, codes)

    music = [
        post.id
        async for post in client.search_messages("jazz_music", filter=enums.MessagesFilter.AUDIO)
    ]
    history = [post.id async for post in client.get_chat_history("jazz_music")]
    chats = [dialog.chat.title async for dialog in client.get_dialogs()]

    assert music == [number for number in range(121, 0, -1) if number % 10]
    assert history == list(range(121, 0, -1))
    assert chats == ["jazz_music"]


@pytest.mark.parametrize("number", [1, 121])
async def test_it_downloads_from_both_centres(
    client: Any, codes: list[str], jazz: Chat, number: int
) -> None:
    await sign_in(client, codes)
    message = await client.get_messages("jazz_music", number)
    song = jazz.posts[number].document
    assert song is not None

    data = await client.download_media(message, in_memory=True)

    assert (message.audio.title, message.audio.file_size) == (song.title, song.size)
    assert bytes(data.getbuffer()) == song.read(0, song.size)


async def test_it_hears_what_is_posted(
    client: Any, codes: list[str], town: Town, jazz: Chat
) -> None:
    await sign_in(client, codes)
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def hear(_: Any, message: Any) -> None:
        await heard.put(message.text)

    client.add_handler(handlers.MessageHandler(hear))
    await client.invoke(functions.updates.GetState())
    await client.initialize()

    town.world.post(jazz, "hello")

    async with asyncio.timeout(60):
        assert await heard.get() == "hello"
    await client.terminate()


async def test_it_learns_a_rotated_salt(
    client: Any, codes: list[str], cluster: Cluster, town: Town
) -> None:
    await sign_in(client, codes)
    before = cluster.counters.service["bad_salts"]

    cluster.rotate_salts()

    assert (await client.get_me()).id == town.ann.id
    assert cluster.counters.service["bad_salts"] > before
