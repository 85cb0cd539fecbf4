from __future__ import annotations

from datetime import timedelta

from storage.cache import MemoryCache, Use
from tests.storage.values import NOW

SECOND = timedelta(seconds=1)


async def test_what_was_put_is_there_until_its_end() -> None:
    cache = MemoryCache()
    await cache.put("a", "1", NOW, SECOND)

    assert await cache.get("a", NOW) == "1"
    assert await cache.get("a", NOW + SECOND) is None
    assert await cache.get("a", NOW) is None
    assert cache.use == Use(hits=1, misses=2)


async def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    cache = MemoryCache(most=2)
    await cache.put("a", "1", NOW, SECOND)
    await cache.put("b", "2", NOW, SECOND)
    await cache.get("a", NOW)
    await cache.put("c", "3", NOW, SECOND)

    assert [await cache.get(key, NOW) for key in "abc"] == ["1", None, "3"]
