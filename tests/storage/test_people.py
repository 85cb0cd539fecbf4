from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.models import Person, Role
from storage.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANN = Person(7, "Ann", Role.GUEST)


async def test_a_person_is_remembered_with_the_latest_name_and_role(store: Store) -> None:
    await store.people.save(Person(7, "Ann", Role.GUEST))
    await store.people.save(Person(7, "Ann B. \ud800", Role.OWNER))

    assert await store.people.get(7) == Person(7, "Ann B. \ufffd", Role.OWNER)
    assert await store.people.get(8) is None


async def test_there_is_one_owner_and_whoever_was_it_is_an_admin(store: Store) -> None:
    await store.people.save(Person(7, "Ann", Role.OWNER))
    await store.people.save(Person(8, "Bob", Role.OWNER))

    assert Person(8, "Bob", Role.OWNER) == await store.people.owner()
    assert Person(7, "Ann", Role.ADMIN) == await store.people.get(7)


async def test_whoever_is_banned_is_nobody_but_still_known(store: Store) -> None:
    await store.people.save(ANN)
    await store.people.ban(ANN, NOW)
    found = await store.people.profile(7)

    assert await store.people.get(7) is None
    assert found is not None
    assert (ANN, NOW) == (found.person, found.banned_at)
    assert await store.people.let_in(ANN)
    assert ANN == await store.people.get(7)


async def test_what_was_changed_meanwhile_is_not_changed_again(store: Store) -> None:
    await store.people.save(ANN)
    changed = [await store.people.set_role(ANN, Role.MEMBER, NOW) for _ in range(2)]

    assert [True, False] == changed
    assert not await store.people.ban(ANN, NOW)
    assert not await store.people.remove(ANN)


async def test_a_name_of_telegram_is_that_of_whoever_wrote_last_with_it(store: Store) -> None:
    for person, seen_at in ((ANN, NOW), (Person(8, "Bob", Role.GUEST), NOW + DAY)):
        await store.people.save(person)
        await store.people.note(person.id, person.name, "Jazz_Fan", seen_at)
    found = await store.people.called("jazz_fan")

    assert found is not None
    assert 8 == found.person.id
    assert await store.people.called("jazz") is None


async def test_of_strangers_nothing_is_noted(store: Store) -> None:
    await store.people.note(9, "Eve", "eve", NOW)

    assert [] == await store.people.every()


async def test_a_number_that_nobody_can_have_is_nobodys(store: Store) -> None:
    assert [None] * 3 == [await store.people.get(number) for number in (1 << 63, -1 << 63, 1 << 70)]
