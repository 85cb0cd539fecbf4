from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from storage import seals
from storage.errors import LibraryLockedError
from storage.keys import renew
from storage.library_tables import library_keys
from storage.store import Store, open_store
from tests.stores import store_at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


async def rows(store: Store) -> list[tuple[str, bool]]:
    async with store.jobs._database.read() as connection:
        found = await connection.execute(select(library_keys.c.id, library_keys.c.is_of_today))
        return [(row.id, row.is_of_today) for row in found]


async def seals_at(folder: Path) -> bool:
    async with open_store(folder / "data", folder / "music") as store:
        return store.files._keyring.seals


async def broken(store: Store) -> None:
    async with store.jobs._database.write() as connection:
        await connection.execute(update(library_keys).values(key=b"\x01 no seal"))


async def test_one_key_is_made_and_used_again(store: Store, tmp_path: Path) -> None:
    assert not await seals_at(tmp_path)
    await store.library_keys.begin()
    (first,) = await rows(store)
    assert await seals_at(tmp_path)
    await store.library_keys.begin()
    await store.library_keys.end()
    assert not await seals_at(tmp_path)
    await store.library_keys.begin()

    assert [first] == await rows(store)


async def test_a_new_key_of_the_vault_seals_that_of_the_library_anew(
    store: Store, tmp_path: Path
) -> None:
    await store.library_keys.begin()
    before = store.vault.key_id.hex()
    renew(tmp_path / "data" / "tad.key")
    async with seals.connected(tmp_path / "data" / "tad.db", tmp_path / "data" / "tad.key") as (
        database,
        vault,
    ):
        await seals.renew(database, vault)
        found = await seals.census(database, vault)

    assert before not in found.counts
    assert await seals_at(tmp_path)


async def test_nothing_is_opened_that_would_come_in_plain_for_want_of_the_key(
    store: Store, tmp_path: Path
) -> None:
    await store.library_keys.begin()
    ((key_id, _),) = await rows(store)
    await broken(store)
    with pytest.raises(LibraryLockedError) as caught:
        await seals_at(tmp_path)

    assert key_id == caught.value.key_id


async def test_one_that_is_not_of_today_may_be_lost(store: Store, tmp_path: Path) -> None:
    await store.library_keys.begin()
    await store.library_keys.end()
    await broken(store)

    assert not await seals_at(tmp_path)
    await store.library_keys.begin()
    assert [False, True] == sorted(is_of_today for _, is_of_today in await rows(store))


async def test_where_the_key_of_the_vault_is_lost_a_new_one_seals_what_comes(
    store: Store, tmp_path: Path
) -> None:
    await store.library_keys.begin()
    ((lost, _),) = await rows(store)
    (tmp_path / "data" / "tad.key").unlink()
    begun = await seals.begin_anew(tmp_path / "data" / "tad.db", tmp_path / "data" / "tad.key")

    assert begun.is_library_locked
    assert {lost: False} == {key_id: today for key_id, today in await rows(store) if key_id == lost}
    assert await seals_at(tmp_path)
