from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url, text

from storage.claims import Offer, fairest, offers
from storage.database import open_database
from storage.models import Item, ItemState, JobState
from storage.store import Store, open_store
from tests.storage.values import MINUTE, NOW, an_audio, claimed, running_job


async def _claim_all(store: Store) -> list[Item]:
    items = []
    while claim := await store.items.claim(NOW):
        items.append(claim.item)
    return items


async def test_items_of_a_job_are_claimed_in_planned_order(store: Store) -> None:
    await running_job(store, an_audio(30), an_audio(10), an_audio(20))

    items = await _claim_all(store)

    assert [item.message_id for item in items] == [30, 10, 20]
    assert {item.state for item in items} == {ItemState.FETCHING}


async def test_nothing_is_claimed_of_jobs_that_do_not_run(store: Store) -> None:
    job = await running_job(store, an_audio(1))
    await store.jobs.move(job.id, JobState.PAUSED)

    assert await store.items.claim(NOW) is None
    await store.jobs.move(job.id, JobState.RUNNING)
    assert await store.items.claim(NOW) is not None


async def test_the_job_with_the_fewest_items_at_work_is_served_first(store: Store) -> None:
    first = await running_job(store, *(an_audio(number) for number in range(1, 5)))
    await claimed(store)
    await claimed(store)
    second = await running_job(store, an_audio(11), an_audio(12), an_audio(13))

    order = [(await claimed(store)).job_id for _ in range(4)]

    assert order == [second.id, second.id, first.id, second.id]


async def test_with_one_worker_the_jobs_take_turns(store: Store) -> None:
    for start in (10, 20, 30):
        await running_job(store, an_audio(start), an_audio(start + 1))
    order = []
    for _ in range(6):
        item = await claimed(store)
        await store.items.move(item.id, ItemState.FAILED)
        order.append(item.job_id)

    assert order == [1, 2, 3, 1, 2, 3]


async def test_a_job_that_rests_is_passed_over(store: Store) -> None:
    resting = await running_job(store, an_audio(1))
    other = await running_job(store, an_audio(2))

    claim = await store.items.claim(NOW, resting={resting.id})

    assert claim is not None
    assert (other.id, other) == (claim.item.job_id, claim.job)
    assert await store.items.claim(NOW, resting={resting.id}) is None
    assert (await claimed(store)).job_id == resting.id


async def test_an_item_that_waits_is_claimed_when_its_time_has_come(store: Store) -> None:
    await running_job(store, an_audio(1), an_audio(2))
    item = await claimed(store)
    await store.items.move(item.id, ItemState.WAITING, until=NOW + MINUTE, attempts=1)

    assert (await claimed(store)).message_id == 2
    assert await store.items.claim(NOW + MINUTE / 2) is None
    again = await store.items.claim(NOW + MINUTE)
    assert again is not None
    assert (again.item.id, again.item.until, again.item.attempts) == (item.id, None, 1)


async def test_a_rested_item_keeps_its_place_before_later_ones(store: Store) -> None:
    await running_job(store, an_audio(1), an_audio(2))
    item = await claimed(store)
    await store.items.move(item.id, ItemState.WAITING, until=NOW)

    assert (await claimed(store)).id == item.id


@pytest.mark.parametrize(
    "state", [ItemState.PARKED, ItemState.FAILED, ItemState.CANCELLED, ItemState.CHECKING]
)
async def test_nothing_else_is_claimed(store: Store, state: ItemState) -> None:
    await running_job(store, an_audio(1))
    await store.items.move((await claimed(store)).id, state)

    assert await store.items.claim(NOW) is None


async def test_f61_a_document_is_fetched_by_one_at_a_time(store: Store) -> None:
    same = {"document_id": 5}
    await running_job(store, an_audio(1, **same), an_audio(2))
    await running_job(store, an_audio(3, **same), an_audio(4))

    items = await _claim_all(store)

    assert [item.message_id for item in items] == [1, 4, 2]
    await store.items.move(items[0].id, ItemState.CHECKING)
    assert await store.items.claim(NOW) is None
    await store.items.move(items[0].id, ItemState.FAILED)
    assert (await claimed(store)).message_id == 3


async def test_two_claims_at_once_never_get_the_same_work(tmp_path: Path) -> None:
    audios = [an_audio(number, document_id=number % 20) for number in range(40)]
    got: list[Item] = []

    async def work(store: Store) -> None:
        got.extend(await _claim_all(store))

    # Two stores: the claims meet in SQLite and not only at the lock of one process.
    async with (
        open_store(tmp_path / "data", tmp_path / "music") as one,
        open_store(tmp_path / "data", tmp_path / "music") as two,
    ):
        await running_job(one, *audios[:20])
        await running_job(one, *audios[20:])
        async with asyncio.TaskGroup() as group:
            for store in (one, two, one, two):
                group.create_task(work(store))

    documents = [item.audio.document_id for item in got if item.audio]
    assert sorted(documents) == list(range(20))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_question_is_one_select_on_every_engine(engine: str) -> None:
    dialect = make_url(f"{engine}://").get_dialect()()

    assert str(offers().params(now=NOW).compile(dialect=dialect)).startswith("SELECT")


async def test_every_part_of_the_question_is_answered_from_an_index(tmp_path: Path) -> None:
    question = (
        offers()
        .params(now=NOW)
        .compile(
            dialect=make_url("sqlite://").get_dialect()(), compile_kwargs={"literal_binds": True}
        )
    )

    async with open_database(tmp_path / "tad.db") as database, database.read() as connection:
        plan = await connection.execute(text(f"explain query plan {question}"))
        steps = [row.detail for row in plan]

    assert not [step for step in steps if "SCAN" in step or "TEMP" in step]


def test_without_offers_there_is_nothing_to_choose() -> None:
    assert fairest([], 0) is None
    assert fairest([Offer(1, 0, None, None)], 0) is None


def test_the_earlier_of_queued_and_rested_is_chosen() -> None:
    assert fairest([Offer(1, 0, queued=5, rested=4)], 0) == 4
    assert fairest([Offer(1, 0, queued=5, rested=None)], 0) == 5
    assert fairest([Offer(1, 0, queued=None, rested=9)], 0) == 9


@given(jobs=st.integers(2, 6), rounds=st.integers(1, 4))
def test_idle_jobs_are_served_equally_often(jobs: int, rounds: int) -> None:
    served: list[int] = []
    for _ in range(jobs * rounds):
        last = served[-1] if served else 0
        item = fairest([Offer(job, 0, queued=job, rested=None) for job in range(1, jobs + 1)], last)
        assert item is not None
        served.append(item)

    assert {served.count(job) for job in range(1, jobs + 1)} == {rounds}
