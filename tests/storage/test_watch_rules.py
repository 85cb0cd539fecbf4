from __future__ import annotations

from storage.store import Store


async def test_what_holds_for_new_watches_is_each_persons_own(store: Store) -> None:
    await store.watch_rules.set_defaults(1, "every 6h quiet")
    await store.watch_rules.set_defaults(2, "live")
    await store.watch_rules.set_defaults(1, "every 7h")
    await store.watch_rules.set_defaults(2, "")

    assert ["every 7h", ""] == [await store.watch_rules.defaults(who) for who in (1, 2)]


async def test_there_is_one_budget_or_none(store: Store) -> None:
    found = [await store.watch_rules.budget()]
    for most in (5, 7, None):
        await store.watch_rules.set_budget(most)
        found.append(await store.watch_rules.budget())

    assert [None, 5, 7, None] == found
