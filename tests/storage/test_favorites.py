from __future__ import annotations

from datetime import timedelta

from storage.store import Store
from tests.storage.values import NOW, a_file

ANN, BOB = 1, 2


async def test_favorites_are_each_persons_own_and_the_last_come_first(store: Store) -> None:
    one, two, three = await store.imports.add([a_file("a"), a_file("b"), a_file("c")], NOW)
    await store.favorites.add(ANN, two, NOW)
    await store.favorites.add(ANN, one, NOW + timedelta(seconds=1))
    await store.favorites.add(BOB, three, NOW)

    assert await store.favorites.newest(ANN, 10) == [one, two]
    assert await store.favorites.newest(ANN, 1, offset=1) == [two]
    assert await store.favorites.newest(ANN, 10, until=NOW) == [two]
    assert await store.favorites.among(ANN, [one, three]) == {one}


async def test_a_favorite_is_kept_once_until_it_is_removed(store: Store) -> None:
    (one,) = await store.imports.add([a_file()], NOW)
    await store.favorites.add(ANN, one, NOW)
    await store.favorites.add(ANN, one, NOW + timedelta(seconds=1))
    assert await store.favorites.newest(ANN, 10) == [one]

    await store.favorites.remove(ANN, one)
    await store.favorites.remove(ANN, one)

    assert await store.favorites.newest(ANN, 10) == []
