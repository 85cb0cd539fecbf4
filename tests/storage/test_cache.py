from __future__ import annotations

from datetime import timedelta

from storage.cache import MemoryCache, Use
from tests.storage.values import NOW

SECOND = timedelta(seconds=1)


def test_what_was_put_is_there_until_its_end() -> None:
    cache = MemoryCache()
    cache.put("a", "1", NOW, SECOND)

    assert cache.get("a", NOW) == "1"
    assert cache.get("a", NOW + SECOND) is None
    assert cache.get("a", NOW) is None
    assert cache.use == Use(hits=1, misses=2)


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    cache = MemoryCache(most=2)
    cache.put("a", "1", NOW, SECOND)
    cache.put("b", "2", NOW, SECOND)
    cache.get("a", NOW)
    cache.put("c", "3", NOW, SECOND)

    assert [cache.get(key, NOW) for key in "abc"] == ["1", None, "3"]
