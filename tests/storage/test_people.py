from __future__ import annotations

from storage.models import Person, Role
from storage.store import Store


async def test_a_person_is_remembered_with_the_latest_name_and_role(store: Store) -> None:
    await store.people.save(Person(7, "Ann", Role.GUEST))
    await store.people.save(Person(7, "Ann B. \ud800", Role.OWNER))

    assert await store.people.get(7) == Person(7, "Ann B. \ufffd", Role.OWNER)
    assert await store.people.get(8) is None
