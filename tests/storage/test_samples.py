from __future__ import annotations

from random import Random

from storage.store import Store
from tests.storage.values import NOW, a_file


async def test_of_few_tracks_each_is_taken_once(store: Store) -> None:
    ids = await store.imports.add([a_file(str(number)) for number in range(12)], NOW)

    assert sorted(ids) == sorted(await store.samples.take(20, Random(1)))
    assert 10 == len(set(await store.samples.take(10, Random(1))))
    assert await store.samples.take(10, Random(1)) != await store.samples.take(10, Random(2))


async def test_of_many_tracks_all_have_a_chance(store: Store) -> None:
    ids = await store.imports.add([a_file(str(number)) for number in range(2500)], NOW)
    random = Random(7)
    taken = [await store.samples.take(10, random) for _ in range(20)]

    assert {10} == {len(set(some)) for some in taken}
    every = {one for some in taken for one in some}
    assert every <= set(ids)
    assert min(every) < 800
    assert max(every) > 1700


async def test_of_nothing_nothing_is_taken(store: Store) -> None:
    assert [] == await store.samples.take(10, Random(1))
