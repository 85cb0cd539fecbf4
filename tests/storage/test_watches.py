from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from storage.errors import NotStoredError
from storage.models import JobState, Reason, Request
from storage.store import Store
from storage.watch import Called, Notice, Priority, Rhythm, Rules, Run, Seen, Watch, WatchState
from tests.storage.values import JAZZ, MINUTE, NOW, OWNER

RULES = Rules(
    Rhythm(every=timedelta(hours=6)), "lossless", (time(22), time(6, 30)), 5 * 10**9, Notice.QUIET,
    topic=5, voice=True,
)  # fmt: skip
SEEN = Seen(10, NOW)
ORDER = Request("@jazz", 2, first_id=11, last_id=12)


async def followed(store: Store, rules: Rules = RULES) -> Watch:
    return await store.watches.add("@jazz", rules, OWNER, NOW, chat=JAZZ, seen=SEEN)


@pytest.mark.parametrize(
    "rhythm",
    [
        Rhythm(every=timedelta(minutes=5)),
        Rhythm(daily=time(2, 30)),
        Rhythm(cron="0 */4 * * 1-5"),
        Rhythm(is_live=True),
    ],
)
async def test_a_watch_is_remembered_as_it_was_said(store: Store, rhythm: Rhythm) -> None:
    said = ("lossless", (time(22), time(6, 30)), 10**9, Notice.DIGEST, 5)
    rules = Rules(rhythm, *said, voice=True, priority=Priority.HIGH, digest_at=time(20, 15))
    made = await followed(store, rules)
    called = Called(JAZZ.title, JAZZ.username)

    assert made == Watch(
        *(1, "@jazz", rules, OWNER, WatchState.ACTIVE, NOW, NOW, JAZZ, SEEN), called=called
    )
    assert [made] == await store.watches.every()
    assert made == await store.watches.get(made.id)


async def test_what_is_due_comes_in_the_order_of_its_times(store: Store) -> None:
    first, second = await followed(store), await followed(store)
    await store.watches.set(first.id, WatchState.ACTIVE, NOW + MINUTE)
    due = await store.watches.due(NOW)
    await store.watches.set(second.id, WatchState.PAUSED, NOW)

    assert due is not None
    assert second.id == due.id
    assert await store.watches.due(NOW) is None
    assert NOW + MINUTE == await store.watches.next_due()


async def test_of_those_that_are_due_the_important_come_first(store: Store) -> None:
    ranks = (Priority.LOW, Priority.NORMAL, Priority.HIGH)
    low, normal, high = [await followed(store, replace(RULES, priority=rank)) for rank in ranks]
    await store.watches.set(high.id, WatchState.ACTIVE, NOW + MINUTE)
    order = []
    for moment in (NOW, NOW + MINUTE, NOW + MINUTE):
        due = await store.watches.due(moment)
        assert due is not None
        await store.watches.set(due.id, WatchState.PAUSED, NOW)
        order.append(due.id)

    assert [normal.id, high.id, low.id] == order


async def test_what_is_said_anew_keeps_its_number_and_what_was_asked_for(store: Store) -> None:
    watch, rules = await followed(store), Rules(Rhythm(is_live=True))
    await store.watches.fire(watch, Run(NOW, size=9), None, NOW, chat=JAZZ, seen=None)
    await store.watches.set(watch.id, WatchState.PAUSED, NOW)
    anew = (watch.id, "@cool", rules, OWNER, NOW + MINUTE)
    renewed = await store.watches.renew(*anew, chat=JAZZ, seen=None)

    assert ("@cool", rules, WatchState.ACTIVE, None, NOW + MINUTE, NOW) == (
        renewed.name, renewed.rules, renewed.state, renewed.seen, renewed.next_at, renewed.made_at,
    )  # fmt: skip
    assert 9 == await store.watches.asked_since(watch.id, NOW)
    assert 9 == await store.watches.asked_since(None, NOW)


async def test_a_look_by_rules_of_before_orders_nothing(store: Store) -> None:
    watch = await followed(store)
    later = NOW + MINUTE
    altered = await store.watches.alter(watch.id, replace(RULES, most_a_day=None), later)
    late = await store.watches.fire(watch, Run(NOW), ORDER, NOW, chat=JAZZ, seen=None)

    assert (None, later) == (late, altered.next_at)
    assert [] == await store.jobs.every()


async def test_the_first_of_a_chat_that_has_to_wait_is_told_from_the_others(store: Store) -> None:
    one, other = await followed(store), await followed(store)
    later = NOW + MINUTE
    firsts = [await store.watches.hold(each, Reason.LOGIN, later) for each in (one, other, one)]
    full = await store.watches.hold(one, Reason.DISK_FULL, later)
    held = await store.watches.get(other.id)
    await store.watches.fire(other, Run(NOW), None, NOW, chat=JAZZ, seen=None)
    again = await store.watches.hold(other, Reason.LOGIN, later)

    assert ([True, False, False], True, True) == (firsts, full, again)
    assert held is not None
    assert (Reason.LOGIN, 0, later) == (held.reason, held.troubles, held.next_at)


async def test_a_clock_that_is_put_back_by_days_strands_no_watch(store: Store) -> None:
    watch, week_ago = await followed(store), NOW - timedelta(days=7)
    await store.watches.fire(watch, Run(NOW), None, NOW + MINUTE, chat=JAZZ, seen=None)
    by_days, by_little = await store.watches.due(week_ago), await store.watches.due(NOW - MINUTE)
    await store.watches.fire(watch, Run(week_ago), None, NOW + MINUTE, chat=JAZZ, seen=None)

    assert by_days is not None
    assert by_little is None
    assert await store.watches.due(week_ago) is None


async def test_a_run_enters_its_job_and_how_far_was_looked_at_once(store: Store) -> None:
    watch = await followed(store)
    run, seen = Run(NOW, read=5, found=2, size=99), Seen(12, NOW + MINUTE)
    job = await store.watches.fire(watch, run, ORDER, NOW + MINUTE, chat=JAZZ, seen=seen)
    after = await store.watches.get(watch.id)
    [entered] = await store.watches.runs(watch.id, 5)

    assert job is not None
    assert (JobState.QUEUED, ORDER, OWNER) == (job.state, job.request, job.origin)
    assert [job.id] == [one.id for one in await store.jobs.every()]
    assert after is not None
    assert (seen, NOW + MINUTE) == (after.seen, after.next_at)
    assert (5, 2, 99, job.id) == (entered.read, entered.found, entered.size, entered.job_id)
    assert 99 == await store.watches.asked_since(watch.id, NOW)
    assert 0 == await store.watches.asked_since(watch.id, NOW + MINUTE)


async def test_what_was_changed_meanwhile_orders_nothing(store: Store) -> None:
    watch = await followed(store)
    fire = store.watches.fire
    await fire(watch, Run(NOW), ORDER, NOW, chat=JAZZ, seen=Seen(12, NOW))
    again = await fire(watch, Run(NOW), ORDER, NOW, chat=JAZZ, seen=Seen(12, NOW))
    paused = await store.watches.set(watch.id, WatchState.PAUSED, NOW)
    stopped = await fire(paused, Run(NOW), ORDER, NOW, chat=JAZZ, seen=None)
    await store.watches.remove(watch.id)
    gone = await fire(watch, Run(NOW), ORDER, NOW, chat=JAZZ, seen=None)

    assert (None, None, None) == (again, stopped, gone)
    assert 1 == len(await store.jobs.every())


async def test_what_came_to_nothing_is_told_and_forgotten_with_the_next_success(
    store: Store,
) -> None:
    watch = await followed(store)
    run = Run(NOW, reason=Reason.FLOOD, detail="9 s")
    late = await store.watches.put_off(watch, run, NOW + MINUTE)
    assert late is not None
    await store.watches.fire(late, Run(NOW), None, NOW, chat=JAZZ, seen=None)
    after = await store.watches.get(watch.id)

    assert (1, Reason.FLOOD, "9 s", NOW + MINUTE) == (
        late.troubles, late.reason, late.detail, late.next_at,
    )  # fmt: skip
    assert after is not None
    assert (0, None, SEEN) == (after.troubles, after.reason, after.seen)
    runs = await store.watches.runs(watch.id, 5)
    assert [None, Reason.FLOOD] == [one.reason for one in runs]


async def test_what_a_person_has_stopped_meanwhile_stays_so_where_a_look_fails(
    store: Store,
) -> None:
    paused, gone = await followed(store), await followed(store)
    await store.watches.set(paused.id, WatchState.PAUSED, NOW)
    await store.watches.remove(gone.id)
    run = Run(NOW, reason=Reason.FLOOD)
    late = [await store.watches.put_off(one, run, NOW + MINUTE) for one in (paused, gone)]

    assert [None, None] == late
    assert [WatchState.PAUSED] == [one.state for one in await store.watches.every()]
    assert [] == await store.watches.runs(paused.id, 5)


async def test_that_a_watch_stands_still_is_known_until_it_is_told_or_over(store: Store) -> None:
    first, second = await followed(store), await followed(store)
    for watch in (first, second, first):
        await store.watches.hold(watch, Reason.LOGIN, NOW)
    held = await store.watches.every()
    await store.watches.told(held[0])
    told = await store.watches.every()
    run = Run(NOW, reason=Reason.CHAT_PRIVATE)
    lost = await store.watches.put_off(first, run, NOW, state=WatchState.LOST)
    await store.watches.told(held[0])
    still = await store.watches.get(first.id)
    over = await store.watches.set(first.id, WatchState.ACTIVE, NOW)

    assert [True, False] == [one.is_untold for one in held]
    assert [False, False] == [one.is_untold for one in told]
    assert lost is not None
    assert still is not None
    assert (True, True, False) == (lost.is_untold, still.is_untold, over.is_untold)


async def test_what_was_asked_for_on_days_that_are_still_to_come_counts_for_none(
    store: Store,
) -> None:
    watch = await followed(store)
    ahead = Run(NOW + timedelta(days=900), size=9)
    await store.watches.fire(watch, ahead, None, NOW, chat=JAZZ, seen=None)

    assert 0 == await store.watches.asked_since(watch.id, NOW)


async def test_a_chat_that_is_called_so_now_comes_before_one_that_was(store: Store) -> None:
    add, moved = store.watches.add, replace(JAZZ, id=-1002, username="moved")
    before = await add("@jazz", RULES, OWNER, NOW, chat=moved)
    alone = await store.watches.of_chat(OWNER.person_id, "@JAZZ")
    nameless = await add("@jazz", RULES, OWNER, NOW, chat=replace(JAZZ, id=-1003, username=None))
    both = await store.watches.of_chat(OWNER.person_id, "@jazz")
    now = await add("t.me/jazz", RULES, OWNER, NOW, chat=JAZZ)
    found = await store.watches.of_chat(OWNER.person_id, "@jazz")

    assert [[before], [before, nameless], [now]] == [alone, both, found]
    assert [before] == await store.watches.of_chat(OWNER.person_id, "-1002")
    assert [] == await store.watches.of_chat(OWNER.person_id, "@blues")


async def test_what_is_gone_cannot_be_changed(store: Store) -> None:
    with pytest.raises(NotStoredError):
        await store.watches.set(9, WatchState.ACTIVE, NOW)


async def test_old_runs_are_forgotten(store: Store) -> None:
    watch = await followed(store)
    for number in range(205):
        run = Run(NOW + number * 60 * MINUTE, read=number)
        await store.watches.fire(watch, run, None, NOW, chat=JAZZ, seen=None)

    assert 105 == len(await store.watches.runs(watch.id, 1000))


async def test_what_was_asked_for_today_is_remembered_however_often_it_was_looked(
    store: Store,
) -> None:
    watch = await followed(store)
    fire = store.watches.fire
    await fire(watch, Run(NOW, size=9), None, NOW, chat=JAZZ, seen=None)
    for _ in range(205):
        await fire(watch, Run(NOW + MINUTE), None, NOW, chat=JAZZ, seen=None)

    assert 9 == await store.watches.asked_since(watch.id, NOW)
    assert 9 == await store.watches.asked_since(None, NOW)
