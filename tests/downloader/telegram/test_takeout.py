from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from downloader.errors import TakeoutDelayedError, TakeoutRefusedError
from downloader.telegram.session import Session
from downloader.telegram.source import TelethonSource
from sandbox.faults import Rule
from sandbox.world import Document
from storage.models import Audio, Request
from tests.downloader.telegram.stand import Stand, body_of, read

BEGIN, END = "account.initTakeoutSession", "account.finishTakeoutSession"
SEARCH, PART, HASHES = "messages.search", "upload.getFile", "upload.getFileHashes"
EVERYTHING = Request("@jazz", 10_000, takeout=True)


@pytest.fixture
def document(stand: Stand) -> Document:
    """Return the one song of a chat, that lies in another data centre."""
    chat = stand.world.add_chat("Jazz", username="jazz", members=[stand.user])
    document = stand.song(chat, dc=4).document
    assert document is not None
    return document


async def listed(source: TelethonSource, request: Request = EVERYTHING) -> list[Audio]:
    chat = await source.chat("@jazz")
    return [audio async for audio in source.audio(chat, request)]


async def number_of(stand: Stand) -> int | None:
    session = Session.load(await stand.store.accounts.session(stand.user.id))
    number: int | None = session.takeout_id
    return number


async def test_a_history_is_read_and_its_files_are_fetched_within_one_takeout(
    stand: Stand, document: Document
) -> None:
    counters = stand.cluster.counters
    async with stand.source() as source:
        [audio] = await listed(source)
        file = await source.open(audio)
        assert body_of(document) == await read(file)
        assert await file.hashes(0)
        await source.end_takeouts()

    assert 1 == counters.of(BEGIN) == counters.of(END) == counters.in_takeout[END]
    for method in (SEARCH, PART, HASHES):
        assert 0 < counters.in_takeout[method] == counters.of(method)
    assert await number_of(stand) is None


async def test_without_the_wish_there_is_none(stand: Stand, document: Document) -> None:
    async with stand.source() as source:
        await listed(source, Request("@jazz", 10))
        await source.end_takeouts()

    assert 0 == stand.cluster.counters.of(BEGIN) == stand.cluster.counters.of(END)


async def test_lists_that_begin_at_once_share_one_takeout(stand: Stand, document: Document) -> None:
    async with stand.source() as source, asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(listed(source))

    assert 1 == stand.cluster.counters.of(BEGIN)


async def test_a_takeout_survives_a_restart_and_is_ended_after_it(
    stand: Stand, document: Document
) -> None:
    async with stand.source() as source:
        await listed(source)
    assert await number_of(stand) is not None
    async with stand.source() as source:
        await listed(source)
        await source.end_takeouts()

    assert 1 == stand.cluster.counters.of(BEGIN) == stand.cluster.counters.of(END)
    assert await number_of(stand) is None


async def test_f02_a_takeout_that_must_be_allowed_first_says_how_long(
    stand: Stand, document: Document
) -> None:
    stand.faults.add(Rule(BEGIN, error=(420, "TAKEOUT_INIT_DELAY_72000")))
    async with stand.source() as source:
        with pytest.raises(TakeoutDelayedError) as caught:
            await listed(source)
        assert timedelta(hours=20) == caught.value.wait

        assert 1 == len(await listed(source))
    assert 2 == stand.cluster.counters.of(BEGIN)


async def test_a_takeout_that_telegram_refuses_is_refused(stand: Stand, document: Document) -> None:
    stand.faults.add(Rule(BEGIN, error=(403, "TAKEOUT_NOT_FOR_YOU")))
    async with stand.source() as source:
        with pytest.raises(TakeoutRefusedError) as caught:
            await listed(source)

    assert "TAKEOUT_NOT_FOR_YOU" == caught.value.detail


async def test_a_takeout_that_telegram_has_ended_is_over_for_lists(
    stand: Stand, document: Document
) -> None:
    async with stand.source() as source:
        await listed(source)
        stand.cluster.end_takeouts()
        with pytest.raises(TakeoutRefusedError):
            await listed(source)

        assert await number_of(stand) is None
        await listed(source, Request("@jazz", 10))


async def test_a_takeout_that_telegram_has_ended_holds_up_no_file(
    stand: Stand, document: Document
) -> None:
    async with stand.source() as source:
        [audio] = await listed(source)
        file = await source.open(audio)
        stand.cluster.end_takeouts()

        assert body_of(document) == await read(file)
        assert await number_of(stand) is None
        assert await file.hashes(0)


async def test_a_takeout_that_telegram_has_ended_needs_no_end(
    stand: Stand, document: Document
) -> None:
    async with stand.source() as source:
        await listed(source)
        stand.cluster.end_takeouts()
        await source.end_takeouts()

    assert await number_of(stand) is None
