from __future__ import annotations

from typing import Any

import pytest
from telethon.tl import types

from downloader.errors import ThrottledError
from downloader.telegram.source import TelethonSource
from sandbox.faults import Rule
from storage.models import Audio, Chat, Request
from tests.downloader.scripted import OwnedTime
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


def fill(stand: Stand, files: int) -> None:
    """Post one song, and then so many files that are not audio."""
    chat = stand.world.add_chat("Jazz", username="jazz")
    stand.song(chat)
    for _ in range(files):
        archive = stand.world.add_document(size=9, name="x.zip", mime="application/zip")
        stand.world.post(chat, document=archive)


async def test_f01_reading_far_without_audio_loses_no_way_to_a_throttle(stand: Stand) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    fill(stand, 350)
    for pages in range(1, 4):
        stand.faults.add(Rule("messages.search", error=(420, "FLOOD_WAIT_20"), skip=pages))
    async with stand.source() as source, time.passing():
        audio = await listed(source, await source.chat("@jazz"))

    assert [one.message_id for one in audio] == [1]
    # What is shorter, the account allows itself after so many throttles.
    assert [wait for wait in time.slept if wait >= 20] == [20.0, 20.0, 20.0]
    # One page of music and its end, four of files and theirs; and those that were refused.
    assert stand.cluster.counters.of("messages.search") <= 7 + 3


@pytest.mark.parametrize(("wait", "slept"), [(31, 0), (20, 3)], ids=["long", "again and again"])
async def test_f02_a_throttle_that_does_not_pass_soon_is_told(
    stand: Stand, wait: int, slept: int
) -> None:
    time = OwnedTime()
    stand.clock = time.clock
    fill(stand, 1)
    stand.faults.add(Rule("messages.search", error=(420, f"FLOOD_WAIT_{wait}"), times=None))
    async with stand.source() as source, time.passing():
        chat = await source.chat("@jazz")
        with pytest.raises(ThrottledError):
            await listed(source, chat)

    assert len(time.slept) == slept
