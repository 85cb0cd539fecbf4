"""Tracks larger than what a bot may upload, played by way of the account that downloads."""

from __future__ import annotations

import asyncio

import pytest

from bot import deeplinks
from bot.media import LARGEST
from sandbox.botapi.dialogs import Message
from sandbox.faults import Rule
from sandbox.world import Chat, World
from storage.models import Track
from tests.bot import library
from tests.e2e.journey import Journey, add_jazz, documents

LARGE = LARGEST + 10_000_000
PART = 512 << 10


@pytest.fixture
def jazz(world: World) -> Chat:
    return add_jazz(world, 1, size=LARGE)


async def fetched(journey: Journey) -> Track:
    await journey.ask("/download @jazz 1")
    await journey.shows("✅")
    [track] = await journey.app.store.catalog.every()
    return track


async def play(journey: Journey, track: Track) -> Message:
    journey.person.send(f"/start {deeplinks.track(track.id)}")
    return await journey.person.until(lambda one: one.sender is journey.person.bot)


def count(journey: Journey, method: str) -> int:
    return journey.stage.cluster.counters.of(method)


async def shown(journey: Journey) -> list[Message]:
    """Return the files in the chat, once what the account sent is gone again."""
    files = [one for one in journey.person.messages if one.media]
    while any(one.sender is not journey.person.bot for one in files):
        await asyncio.sleep(0.005)
        files = [one for one in journey.person.messages if one.media]
    return files


async def test_f58_a_large_track_is_played_by_reference(journey: Journey, jazz: Chat) -> None:
    track = await fetched(journey)
    sent = [await play(journey, track) for _ in range(2)]

    assert documents(jazz) * 2 == [one.document for one in sent]
    assert [one.id for one in sent] == [one.id for one in await shown(journey)]
    assert 1 == count(journey, "messages.sendMedia")
    assert 0 == count(journey, "upload.saveBigFilePart")


async def test_a_large_track_whose_posting_is_gone_goes_up(
    journey: Journey, world: World, jazz: Chat
) -> None:
    track = await fetched(journey)
    [document] = documents(jazz)
    world.delete(jazz, jazz.posts[1])
    sent = await play(journey, track)

    assert sent.document not in {None, document}
    assert sent.document is not None
    assert document.digest() == sent.document.digest()
    assert [sent.id] == [one.id for one in await shown(journey)]
    assert -(-LARGE // PART) == count(journey, "upload.saveBigFilePart")


async def test_f58_a_large_track_that_was_only_imported_goes_up_once(journey: Journey) -> None:
    [track] = await library.put(
        journey.app.store, journey.music, "Long.mp3", size=LARGE, mime="audio/mpeg"
    )
    for _ in range(2):
        sent = await play(journey, track)
        assert sent.is_audio
        assert sent.document is not None
        assert ("Long", "Trio", LARGE) == (
            sent.document.title,
            sent.document.performer,
            sent.document.size,
        )

    assert -(-LARGE // PART) == count(journey, "upload.saveBigFilePart")
    assert 2 == len(await shown(journey))


async def test_a_throttled_account_is_told_and_asked_again_later(
    journey: Journey, jazz: Chat
) -> None:
    track = await fetched(journey)
    journey.stage.faults.add(Rule("messages.sendMedia", error=(420, "FLOOD_WAIT_600")))
    told = await play(journey, track)

    assert "Telegram asks for a pause. Ask again in 10 min." in told.text
    assert [] == await shown(journey)
    assert 1 == len(documents(jazz))
