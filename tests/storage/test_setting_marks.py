from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from storage.actor import acting
from storage.record import By, What
from storage.store import Store


def now() -> datetime:
    return datetime(2026, 11, 26, tzinfo=UTC)


async def changed(store: Store, **values: str) -> list[str]:
    with acting(By.PROGRAM, now):
        await store.journal.add(What.STARTED)
        return await store.setting_marks.renew(values)


async def test_only_what_is_another_than_before_has_changed(store: Store) -> None:
    first = await changed(store, PACE="gentle", TOKEN="secret")
    same = await changed(store, PACE="gentle", TOKEN="secret")
    other = await changed(store, PACE="gentle", TOKEN="new", WORKERS="3")
    later = await changed(store, PACE="eager", WORKERS="3")

    assert [[], [], ["TOKEN"], ["PACE"]] == [first, same, other, later]
    told = [one.about for one in await store.journal.newest(20)]
    assert [{"name": "PACE"}, {"name": "TOKEN"}] == [one for one in told if one]


async def test_no_value_is_stored_nor_what_two_settings_have_in_common(store: Store) -> None:
    await changed(store, ONE="the same secret", OTHER="the same secret")
    async with store.jobs._database.read() as connection:
        rows = (await connection.execute(text("select name, mark from setting_marks"))).all()

    assert {"ONE", "OTHER"} == {row.name for row in rows}
    assert 2 == len({row.mark for row in rows})
    assert [] == [row for row in rows if "secret" in row.mark]


async def test_without_a_record_there_is_nothing_to_compare_with(store: Store) -> None:
    assert [] == await store.setting_marks.renew({"PACE": "gentle"})
