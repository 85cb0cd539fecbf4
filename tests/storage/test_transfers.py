from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from storage.entry import Intent
from storage.errors import NotStoredError
from storage.models import Transfer
from storage.store import Store

_PATH = PurePosixPath("Jazz/So What.mp3")


def _transfer(done: bytes = b"\0", document_id: int = 5) -> Transfer:
    return Transfer(document_id, size=10_000, part_size=4096, done=done)


async def test_a_bitmap_grows_in_place(store: Store) -> None:
    await store.transfers.save(_transfer())
    await store.transfers.save(_transfer(b"\x05"))

    assert await store.transfers.get(5) == _transfer(b"\x05")
    assert await store.transfers.get(6) is None


async def test_the_intended_name_survives_later_bitmaps(store: Store) -> None:
    await store.transfers.save(_transfer())
    assert await store.transfers.intended(5) is None

    await store.transfers.intend(5, Intent(_PATH, "ab" * 32))
    await store.transfers.save(_transfer(b"\x07"))

    assert await store.transfers.intended(5) == Intent(_PATH, "ab" * 32)


async def test_a_new_intention_replaces_the_old(store: Store) -> None:
    await store.transfers.save(_transfer())
    await store.transfers.intend(5, Intent(_PATH, "ab" * 32))
    await store.transfers.intend(5, Intent(PurePosixPath("x"), "cd" * 32))

    assert await store.transfers.intended(5) == Intent(PurePosixPath("x"), "cd" * 32)


async def test_without_a_transfer_there_is_nothing_to_intend(store: Store) -> None:
    with pytest.raises(NotStoredError):
        await store.transfers.intend(5, Intent(_PATH, "ab" * 32))
    assert await store.transfers.intended(5) is None


async def test_a_forgotten_transfer_is_gone_with_its_intention(store: Store) -> None:
    await store.transfers.save(_transfer())
    await store.transfers.save(_transfer(document_id=-6))
    await store.transfers.intend(5, Intent(_PATH, "ab" * 32))

    assert await store.transfers.documents() == {5, -6}
    await store.transfers.forget(5)
    await store.transfers.forget(5)
    assert await store.transfers.documents() == {-6}
    await store.transfers.save(_transfer())
    assert await store.transfers.intended(5) is None


async def test_documents_about_to_get_a_name_are_told_from_the_others(store: Store) -> None:
    await store.transfers.save(_transfer())
    await store.transfers.save(_transfer(document_id=6))
    await store.transfers.intend(6, Intent(_PATH, "ab" * 32))

    assert await store.transfers.intended_documents() == {6}
