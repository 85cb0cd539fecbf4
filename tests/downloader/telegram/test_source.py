from __future__ import annotations

from typing import Any

import pytest
from telethon.tl import types

from downloader.telegram.source import TelethonSource
from sandbox.faults import Rule
from storage.models import Audio, Chat, Request
from tests.downloader.telegram.stand import NOON, Stand


async def listed(source: TelethonSource, chat: Chat, **wanted: Any) -> list[Audio]:
    return [one async for one in source.audio(chat, Request("", 5, **wanted))]


def posting() -> Any:
    sound = types.DocumentAttributeAudio(200)
    document = types.Document(7, 8, b"ref", NOON, "audio/mpeg", 1000, 2, [sound])
    media = types.MessageMediaDocument(document=document)
    return types.Message(5, types.PeerUser(1), date=NOON, message="", media=media)


@pytest.mark.parametrize("named", [(), (5,)], ids=["searched", "named"])
async def test_audio_of_a_private_chat_tells_whose_message_number_it_has(
    stand: Stand, named: tuple[int, ...]
) -> None:
    stand.world.add_user("Bob", username="bob")
    # The sandbox knows nothing of what people say to each other.
    answer = types.messages.Messages([posting()], [], [], [])
    for method in ("messages.search", "messages.getMessages"):
        stand.faults.add(Rule(method, reply=lambda _: answer, times=None))
    async with stand.source() as source:
        (audio,) = await listed(source, await source.chat("@bob"), message_ids=named)

    assert (audio.message_id, audio.account) == (5, stand.user.id)


@pytest.mark.parametrize("named", [(), (1,)], ids=["searched", "named"])
async def test_audio_of_a_channel_has_one_number_for_all(
    stand: Stand, named: tuple[int, ...]
) -> None:
    chat = stand.world.add_chat("Jazz", username="jazz")
    stand.song(chat)
    async with stand.source() as source:
        (audio,) = await listed(source, await source.chat("@jazz"), message_ids=named)

    assert (audio.message_id, audio.account) == (1, None)
