"""What holds for all watches together: budget, priority, room, and what is told of once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from downloader.errors import DownloaderError
from downloader.events import Event, WatchUntold
from storage.models import Reason
from storage.watch import Called, Priority, Watch
from tests.downloader.scripted import JAZZ, ROCK, song
from tests.downloader.test_watching import HOURLY, ME, Rig, rig

__all__ = ["rig"]  # a fixture


async def look_at(rig: Rig, watch: Watch) -> Watch:
    """Let this watch look when its time has come, and return it as it is then."""
    if (left := watch.next_at - rig.time.now()) > timedelta(0):
        rig.time.seconds += left.total_seconds()
    await rig.watcher.look_now(watch.id)
    found = await rig.store.watches.get(watch.id)
    assert found is not None
    return found


async def test_what_is_ordered_while_a_watch_is_said_anew_is_ordered_once(rig: Rig) -> None:
    known = await rig.follow()
    preview = await rig.watcher.preview("@jazz", HOURLY, 0)
    rig.post(4)
    await look_at(rig, known)
    await rig.watcher.follow("@jazz", HOURLY, ME, preview, known, goes_on=True)
    await look_at(rig, known)

    assert [(4, 4, 1)] == rig.orders


async def test_the_budget_of_all_ends_the_day_for_each(rig: Rig) -> None:
    await rig.store.watch_rules.set_budget(25_000)
    jazz, rock = await rig.follow(), await rig.follow(name="@rock")
    rig.post(4, 5, 6)
    rig.source.songs += [song(2, chat=ROCK)]
    jazz, rock = await look_at(rig, jazz), await look_at(rig, rock)
    today = len(rig.jobs)

    assert (1, [2]) == (today, [job.request.limit for job in rig.jobs])
    assert jazz.next_at == rock.next_at
    assert jazz.next_at.astimezone().time().hour == 0


async def test_the_new_day_begins_with_the_most_important(rig: Rig) -> None:
    await rig.store.watch_rules.set_budget(15_000)
    low = await rig.follow(replace(HOURLY, priority=Priority.LOW))
    high = await rig.follow(replace(HOURLY, priority=Priority.HIGH), name="@rock")
    rig.post(4, 5)
    rig.source.songs += [song(number, chat=ROCK) for number in (2, 3)]
    for watch in (low, high):
        await look_at(rig, watch)
    due = await rig.store.watches.next_due()
    assert due is not None
    rig.time.seconds += (due - rig.time.now()).total_seconds()
    await rig.watcher.step()

    assert [low.id, high.id] == [job.request.watch for job in rig.jobs]


async def test_without_room_nothing_is_looked_at_and_one_is_told_of(rig: Rig) -> None:
    one, other = await rig.follow(), await rig.follow(name="@rock")
    rig.post(4)
    rig.is_full = True
    heard: list[Event] = []
    looks = rig.source.count("audio")
    with rig.events.listen() as events:
        for _ in range(5):
            for watch in await rig.store.watches.every():
                rig.time.seconds += max(0.0, (watch.next_at - rig.time.now()).total_seconds())
                await rig.watcher.step()
        rig.events.publish(WatchUntold(other))
        heard += [await anext(events), await anext(events)]
    held = await rig.store.watches.get(one.id)
    full = rig.source.count("audio") - looks
    rig.is_full = False
    after = await look_at(rig, one)

    assert [one.id, other.id] == [event.watch.id for event in heard if hasattr(event, "watch")]
    assert held is not None
    assert (0, Reason.DISK_FULL, 0, True) == (full, held.reason, held.troubles, held.is_untold)
    assert ([(4, 4, 1)], None) == (rig.orders, after.reason)


async def test_without_an_account_all_wait_and_go_on_by_themselves(rig: Rig) -> None:
    await rig.follow()
    rig.post(4)
    rig.source.script("audio", DownloaderError(Reason.LOGIN), times=3)
    with rig.events.listen() as events:
        for _ in range(3):
            held = await rig.look()
        event = await anext(events)
    after = await rig.look()

    assert isinstance(event, WatchUntold)
    assert (Reason.LOGIN, 0, None) == (held.reason, held.troubles, after.reason)
    assert (True, False) == (held.is_untold, after.is_untold)
    assert [(4, 4, 1)] == rig.orders


async def test_that_a_chat_has_another_name_is_untold_until_it_is_told_and_it_is_followed_on(
    rig: Rig,
) -> None:
    await rig.follow()
    rig.source.chats = [replace(JAZZ, title="Cool", username="cool")]
    rig.post(4)
    with rig.events.listen() as events:
        await rig.look()
        event = await anext(events)
    untold = await rig.look()
    await rig.store.watches.told_name(untold)
    told = await rig.look()

    assert isinstance(event, WatchUntold)
    assert (True, False) == (untold.is_renamed, told.is_renamed)
    assert (Called(JAZZ.title, JAZZ.username), Called("Cool", "cool")) == (
        untold.called, told.called,
    )  # fmt: skip
    assert [(4, 4, 1)] == rig.orders


async def test_other_rules_hold_from_the_next_look_on(rig: Rig) -> None:
    watch = await rig.follow(replace(HOURLY, most_a_day=15_000))
    rig.post(4, 5, 6)
    short = await rig.look()
    wide = await rig.watcher.alter(short, replace(short.rules, most_a_day=None))
    after = await rig.look()
    rare = await rig.watcher.alter(after, replace(after.rules, rhythm=replace(
        after.rules.rhythm, every=timedelta(days=2)
    )))  # fmt: skip

    assert (watch.origin, [(4, 4, 1), (5, 6, 2)]) == (ME, rig.orders)
    assert short.next_at > wide.next_at
    assert rare.next_at >= rig.time.now() + timedelta(days=2)


async def test_what_is_larger_than_its_own_day_waits_for_that_of_all(rig: Rig) -> None:
    await rig.store.watch_rules.set_budget(35_000)
    jazz, rock = await rig.follow(replace(HOURLY, most_a_day=5_000)), await rig.follow(name="@rock")
    rig.source.songs += [song(number, chat=ROCK) for number in (2, 3)]
    await look_at(rig, rock)
    rig.source.songs += [replace(song(number), album=7) for number in (4, 5)]
    late = await look_at(rig, jazz)
    today = len(rig.jobs)
    await look_at(rig, late)

    assert (1, [2, 2]) == (today, [job.request.limit for job in rig.jobs])
    assert late.next_at.astimezone().time().hour == 0
