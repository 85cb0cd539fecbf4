from __future__ import annotations

from sqlalchemy import text

from storage.store import Store
from storage.webhooks import written

URL = "https://example.org/hook"


async def test_a_secret_is_made_once_and_differs_for_everybody(store: Store) -> None:
    secret = await store.webhooks.make(7, URL)
    again = await store.webhooks.make(7, URL)
    others = [await store.webhooks.make(*one) for one in ((8, URL), (7, f"{URL}/2"))]

    kept = await store.webhooks.secret(7, URL)
    assert kept is not None
    assert (32, None) == (len(kept), again)
    assert written(kept) == secret
    assert secret not in others


async def test_a_new_one_takes_the_place_of_the_old(store: Store) -> None:
    old = await store.webhooks.make(7, URL)
    new = await store.webhooks.renew(7, URL)

    kept = await store.webhooks.secret(7, URL)

    assert kept is not None
    assert old != new == written(kept)


async def test_it_is_not_stored_as_it_is(store: Store) -> None:
    await store.webhooks.make(7, URL)
    secret = await store.webhooks.secret(7, URL)
    assert secret is not None
    async with store.jobs._database.read() as connection:
        stored = await connection.scalar(text("select secret from webhooks"))

    assert secret not in stored


async def test_where_there_is_none_there_is_none(store: Store) -> None:
    assert await store.webhooks.secret(7, URL) is None
