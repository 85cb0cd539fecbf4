"""What people and the program do to the store, as the journal tells it."""

from __future__ import annotations

from datetime import timedelta

from storage.actor import acting
from storage.models import Account, AccountState, Person, Request, Role
from storage.record import By, Fact, What
from storage.retention import Retention
from storage.store import Store
from storage.watch import WatchState
from tests.storage.test_journal import OWNER, acts
from tests.storage.test_rulings import _two
from tests.storage.test_watches import RULES, SEEN, followed
from tests.storage.values import JAZZ, NOW
from tests.storage.values import OWNER as ORIGIN


async def entered(store: Store) -> list[tuple[What | None, dict[str, Fact]]]:
    return [(one.what, dict(one.about)) for one in reversed(await store.journal.newest(20))]


async def test_accounts_that_come_go_and_are_lost_are_entered(store: Store) -> None:
    ready = Account(5, "Olga", AccountState.READY)
    with acts(By.CONSOLE):
        await store.accounts.save(ready, b"session")
        await store.accounts.move(5, AccountState.NEEDS_LOGIN)
        await store.accounts.move(5, AccountState.NEEDS_LOGIN)
        await store.accounts.remove(5)
        await store.accounts.remove(5)

    assert [
        (What.ACCOUNT_ADDED, {"account": 5}),
        (What.ACCOUNT_LOST, {"account": 5, "state": "needs login"}),
        (What.ACCOUNT_REMOVED, {"account": 5}),
    ] == [(one.what, one.about) for one in reversed(await store.journal.newest(10))]


async def test_a_role_is_entered_once(store: Store) -> None:
    with acts():
        await store.people.save(Person(9, "Ivan", Role.MEMBER))
        await store.people.save(Person(9, "Ivan the Second", Role.MEMBER))
        await store.people.save(Person(9, "Ivan", Role.ADMIN))

    assert [
        {"person": 9, "role": "member", "was": None},
        {"person": 9, "role": "admin", "was": "member"},
    ] == [one.about for one in reversed(await store.journal.newest(10))]


async def test_of_a_webhook_only_the_host_is_entered(store: Store) -> None:
    with acts():
        await store.webhooks.make(OWNER, "https://me:pass@example.org:8443/token?secret=1")
        await store.webhooks.make(OWNER, "https://me:pass@example.org:8443/token?secret=1")
        await store.webhooks.renew(OWNER, "https://me:pass@example.org:8443/token?secret=1")

    assert [
        (What.WEBHOOK_RENEWED, {"host": "example.org"}),
        (What.WEBHOOK_MADE, {"host": "example.org"}),
    ] == [(one.what, one.about) for one in await store.journal.newest(10)]


async def test_what_is_said_of_tracks_is_entered(store: Store) -> None:
    worse, best = await _two(store)
    with acts():
        merged = await store.rulings.merge([best], NOW)
        assert merged is not None
        await store.rulings.stand(merged)
        await store.rulings.undo(merged.id)
        await store.rulings.forget(merged)
        removed = await store.rulings.remove([worse, best], NOW, best_id=best, chat_id=JAZZ.id)
        assert removed is not None
        await store.rulings.stand(removed)
        await store.rulings.forget_moves(removed.id)
        await store.rulings.forget_moves(removed.id)

    about = {"ruling": removed.id, "tracks": 1, "best": best, "chat": JAZZ.id}
    assert [
        (What.MERGED, {"ruling": merged.id, "tracks": 1, "best": best}),
        (What.TAKEN_BACK, {"ruling": merged.id, "tracks": 1}),
        (What.REMOVED, about),
        (What.TRASH_EMPTIED, {"rulings": 1}),
    ] == await entered(store)


async def test_tracks_that_are_kept_apart_and_that_this_is_taken_back_is_entered(
    store: Store,
) -> None:
    _, best = await _two(store)
    with acts():
        ruling = await store.rulings.keep_apart(best, NOW)
        assert ruling is not None
        await store.rulings.undo(ruling.id)
        await store.rulings.undo(ruling.id)

    assert [What.KEPT_APART, What.TAKEN_BACK] == [what for what, _ in await entered(store)]


async def test_what_is_kept_of_a_chat_is_entered(store: Store) -> None:
    await store.chats.save(JAZZ)
    with acts():
        await store.retentions.put(JAZZ.id, Retention(count=5, age=timedelta(days=9)), NOW)
        await store.retentions.drop(JAZZ.id)
        await store.retentions.drop(JAZZ.id)

    assert [
        (What.RETENTION_SET, {"chat": JAZZ.id, "count": 5, "size": None, "days": 9}),
        (What.RETENTION_LIFTED, {"chat": JAZZ.id}),
    ] == await entered(store)


async def test_what_becomes_of_watches_is_entered_but_not_each_look(store: Store) -> None:
    with acts():
        watch = await followed(store)
        await store.watches.alter(watch.id, RULES, NOW)
        await store.watches.renew(watch.id, "@jazz", RULES, ORIGIN, NOW, chat=JAZZ, seen=SEEN)
        for state in (WatchState.PAUSED, WatchState.PAUSED, WatchState.ACTIVE):
            await store.watches.set(watch.id, state, NOW)
        await store.watches.hurry(watch.id, NOW)
        await store.watches.remove(watch.id)
        await store.watches.remove(watch.id)
        await store.watch_rules.set_budget(10**9)

    assert [
        (What.WATCH_MADE, {"watch": 1, "chat": JAZZ.id}),
        *((what, {"watch": 1}) for what in (What.WATCH_CHANGED, What.WATCH_CHANGED)),
        *((what, {"watch": 1}) for what in (What.WATCH_PAUSED, What.WATCH_RESUMED)),
        (What.WATCH_REMOVED, {"watch": 1}),
        (What.BUDGET_SET, {"size": 10**9}),
    ] == await entered(store)


async def test_what_the_program_does_by_itself_is_its_own(store: Store) -> None:
    with acting(By.PROGRAM, lambda: NOW):
        await store.accounts.save(Account(5, "Olga", AccountState.READY), b"session")

    assert [By.PROGRAM] == [one.who for one in await store.journal.newest(9)]


async def test_who_allowed_or_denied_what_is_beyond_a_limit_is_entered_once(store: Store) -> None:
    asked = [(Request("@jazz", 5), (4, 3))] * 3
    jobs = await store.pleas.add_jobs(asked, ORIGIN, NOW)
    first, second, third = [one.id for one in await store.pleas.untold()]
    with acts():
        for is_granted in (True, False):
            await store.pleas.decide(first, OWNER, NOW, is_granted=is_granted)
        await store.pleas.decide(second, OWNER, NOW, is_granted=False)
        await store.pleas.take_back(third, NOW)  # by itself: there is room

    whose = ORIGIN.person_id
    assert [
        (What.PLEA_GRANTED, {"job": jobs[0].id, "person": whose}),
        (What.PLEA_DENIED, {"job": jobs[1].id, "person": whose}),
    ] == await entered(store)
