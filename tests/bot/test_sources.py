from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sources import link_to_source
from storage.models import Chat, ChatKind, Sameness
from storage.store import Store
from tests.bot.library import put
from tests.storage.values import JAZZ, NOW, an_audio, claimed, running_job
from tests.stores import store_at

FRIENDS = Chat(-77, "Friends", None, ChatKind.GROUP)  # too small a group to have links


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


async def test_the_newest_posting_that_has_a_link_is_the_source(
    store: Store, tmp_path: Path
) -> None:
    [track] = await put(store, tmp_path / "music", "Tune.mp3")
    for chat, number in ((JAZZ, 1), (JAZZ, 2), (FRIENDS, 3)):
        await store.chats.save(chat)
        posted = NOW + timedelta(days=number)
        await running_job(store, an_audio(number, chat_id=chat.id, posted_at=posted))
        await store.catalog.link(await claimed(store), track, Sameness.DOCUMENT)

    assert "https://t.me/jazz/2" == await link_to_source(store, track.id)


async def test_what_was_imported_has_no_source(store: Store, tmp_path: Path) -> None:
    [track] = await put(store, tmp_path / "music", "Tune.mp3")

    assert await link_to_source(store, track.id) is None
