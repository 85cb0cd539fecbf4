from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DiskError,
    DownloaderError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    ThrottledError,
)
from downloader.handing import hand_over
from downloader.hands import Address
from storage.models import Account, AccountState, Reason, Sameness, Track
from storage.store import Store
from tests.downloader.scripted import JAZZ
from tests.downloader.two import Two
from tests.storage.values import NOW, a_file, an_audio, publishing, running_job

BOT = Address(700, "loader_bot", "token")
PATH = PurePosixPath("Jazz/so what.mp3")


@pytest.fixture
async def two(store: Store) -> Two:
    for number in (1, 2):
        await store.accounts.save(Account(number, "A", AccountState.READY), b"")
    return Two(store)


def put(music: Path, body: bytes = b"song") -> None:
    (music / PATH).parent.mkdir(exist_ok=True)
    (music / PATH).write_bytes(body)


async def fetched(two: Two, music: Path) -> Track:
    """Return a track that was posted twice, the last time as message 2."""
    put(music)
    await running_job(two.store, an_audio(1), an_audio(2, document_id=501, posted_at=NOW))
    item = await publishing(two.store)
    track = await two.store.catalog.save(
        item, path=PATH, size=4, mime="audio/mpeg", sha256_source="", sha256="", now=NOW
    )
    claim = await two.store.items.claim(NOW)
    assert claim is not None
    await two.store.catalog.link(claim.item, track, Sameness.DOCUMENT)
    return track


async def imported(two: Two, music: Path) -> Track:
    put(music)
    [number] = await two.store.imports.add([replace(a_file(), path=PATH)], NOW)
    [track] = await two.store.catalog.many([number])
    return track


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return tmp_path / "music"


async def test_what_was_posted_is_sent_by_reference(two: Two, music: Path) -> None:
    track = await fetched(two, music)

    await hand_over(two.pool, two.store, track, BOT)

    assert [(501, BOT)] == two.first.handed + two.second.handed
    assert 0 == two.first.count("upload") + two.second.count("upload")


async def test_a_posting_that_is_gone_has_another_before_the_file_goes_up(
    two: Two, music: Path
) -> None:
    track = await fetched(two, music)
    for source in (two.first, two.second):
        source.script("refer", PostingGoneError(Reason.DELETED))

    await hand_over(two.pool, two.store, track, BOT)

    assert [(track.id, BOT)] == two.first.handed + two.second.handed
    assert 2 == two.first.count("refer") + two.second.count("refer")


async def test_what_was_imported_goes_up(two: Two, music: Path) -> None:
    track = await imported(two, music)

    await hand_over(two.pool, two.store, track, BOT)

    assert [(track.id, BOT)] == two.first.handed + two.second.handed
    assert 0 == two.first.count("refer") + two.second.count("refer")


@pytest.mark.parametrize(
    "error",
    [
        RefusedError("CHAT_FORWARDS_RESTRICTED"),
        ChatUnavailableError(Reason.CHAT_PRIVATE),
        PostingGoneError(Reason.REPLACED),
    ],
)
async def test_what_may_not_be_referred_to_goes_up(
    two: Two, music: Path, error: DownloaderError
) -> None:
    track = await fetched(two, music)
    for source in (two.first, two.second):
        source.script("refer", error, times=9)

    await hand_over(two.pool, two.store, track, BOT)

    assert [(track.id, BOT)] == two.first.handed + two.second.handed


async def test_the_account_that_reads_the_chat_refers_and_where_it_is_lost_another_uploads(
    two: Two, music: Path
) -> None:
    track = await fetched(two, music)
    await two.store.chats.save(JAZZ)
    await two.store.chats.grant(2, JAZZ.id, 99)
    two.second.script("refer", AccountLostError("revoked"))
    two.first.script("refer", ChatUnavailableError(Reason.NO_ACCESS), times=9)

    await hand_over(two.pool, two.store, track, BOT)

    assert (1, [(track.id, BOT)]) == (two.second.count("refer"), two.first.handed)


@pytest.mark.parametrize("method", ["refer", "upload"])
async def test_f01_a_throttled_account_leaves_it_to_the_other(
    two: Two, music: Path, method: str
) -> None:
    track = await (fetched if method == "refer" else imported)(two, music)
    two.first.script(method, ThrottledError(timedelta(minutes=5)))

    for _ in range(2):
        await hand_over(two.pool, two.store, track, BOT)

    assert (1, 0, 2) == (two.first.count(method), len(two.first.handed), len(two.second.handed))


@pytest.mark.parametrize(
    "error", [ThrottledError(timedelta(minutes=5)), OfflineError(), AccountLostError("revoked")]
)
async def test_what_hinders_every_account_is_told(
    two: Two, music: Path, error: DownloaderError
) -> None:
    track = await imported(two, music)
    for source in (two.first, two.second):
        source.script("upload", error, times=9)

    with pytest.raises(type(error)):
        await hand_over(two.pool, two.store, track, BOT)


@pytest.mark.parametrize("size", [None, 0])
async def test_a_file_that_is_not_there_goes_nowhere(
    two: Two, music: Path, size: int | None
) -> None:
    track = await imported(two, music)
    if size is None:
        (music / PATH).unlink()
    else:
        put(music, b"")

    with pytest.raises(DiskError):
        await hand_over(two.pool, two.store, track, BOT)

    assert [] == two.first.asked + two.second.asked


async def test_a_file_that_changes_amid_an_upload_goes_nowhere(two: Two, music: Path) -> None:
    track = await imported(two, music)
    held = two.first.script("upload", hold=asyncio.Event())
    assert held.hold is not None
    async with asyncio.TaskGroup() as group:
        task = group.create_task(caught(hand_over(two.pool, two.store, track, BOT)))
        await held.reached.wait()
        put(music, b"so")
        held.hold.set()

    assert isinstance(await task, DiskError)
    assert [] == two.first.handed


async def caught(work: Coroutine[Any, Any, None]) -> DownloaderError:
    with pytest.raises(DownloaderError) as caught:
        await work
    return caught.value
