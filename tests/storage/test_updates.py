from __future__ import annotations

from datetime import timedelta

import pytest

from storage.database import Database
from storage.errors import ActedBeforeError, PlaylistExistsError
from storage.handling import (
    Handling,
    UpdateKey,
    UpdateState,
    aside,
    left_to_say,
    tells_itself,
    under,
)
from storage.models import Request
from storage.store import Store
from storage.updates import Left, Updates
from tests.storage.values import JAZZ, MINUTE, NOW, OWNER

MOST = 3
BOT, OTHER = 700, 800


def told(number: int, bot: int = BOT) -> Handling:
    return Handling(key(number, bot), f'{{"update_id": {number}}}', NOW + number * MINUTE)


def key(number: int, bot: int = BOT) -> UpdateKey:
    return UpdateKey(bot, number)


async def left(store: Store) -> dict[int, UpdateState]:
    found = await store.updates.take_up(BOT, MOST)
    return {one.handling.key.update_id: one.state for one in found}


async def test_what_is_entered_is_left_to_the_next_start_in_the_order_in_which_it_came(
    store: Store,
) -> None:
    await store.updates.keep([told(3), told(1)])
    await store.updates.keep([told(2)])
    found = await store.updates.take_up(BOT, MOST)

    assert [1, 2, 3] == [one.handling.key.update_id for one in found]
    assert {Left} == {type(one) for one in found}
    assert told(1).body == found[0].handling.body
    assert told(1).received_at == found[0].handling.received_at


async def test_what_was_entered_before_is_known_and_stays_as_it_is(store: Store) -> None:
    first = told(1)
    await store.updates.keep([first])
    with under(first):
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)

    await store.updates.keep([told(1), told(2)])

    assert {1, 2} == await store.updates.known(BOT, [1, 2, 3])
    assert {1: UpdateState.ACTED, 2: UpdateState.NEW} == await left(store)


async def test_what_is_done_is_left_to_nobody_and_known_all_the_same(store: Store) -> None:
    await store.updates.keep([told(1), told(2)])
    await store.updates.keep([], [key(1)])

    assert {2: UpdateState.NEW} == await left(store)
    assert {1} == await store.updates.known(BOT, [1])


async def test_the_first_transaction_under_an_update_marks_it(store: Store) -> None:
    one = told(1)
    await store.updates.keep([one])
    with under(one):
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)
        await store.jobs.add(Request("@jazz", 2), OWNER, NOW)

    assert one.is_acted
    assert {1: UpdateState.ACTED} == await left(store)


async def test_an_update_that_the_inbox_has_not_come_to_is_entered_by_its_act(
    store: Store,
) -> None:
    with under(told(1)):
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)
    await store.updates.keep([told(1)])

    assert {1: UpdateState.ACTED} == await left(store)


async def test_an_act_that_fails_is_none(store: Store) -> None:
    one = told(1)
    await store.playlists.create(OWNER.person_id, "Morning", NOW)
    await store.updates.keep([one])
    with under(one), pytest.raises(PlaylistExistsError):
        await store.playlists.create(OWNER.person_id, "Morning", NOW)

    assert not one.is_acted
    assert {1: UpdateState.NEW} == await left(store)


async def test_what_has_acted_acts_no_more(store: Store) -> None:
    for _ in range(2):
        with under(told(1)):
            await store.plays.last(1)
    with under(told(1)):
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)
    with under(told(1)), pytest.raises(ActedBeforeError):
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)

    assert 1 == len(await store.jobs.every())


async def test_what_is_written_aside_is_no_act(store: Store) -> None:
    one = told(1)
    await store.updates.keep([one])
    with under(one):
        await store.chats.save(JAZZ)
        with aside():
            await store.jobs.add(Request("@jazz", 1), OWNER, NOW)

        assert not one.is_acted
        await store.updates.acted()
    assert one.is_acted


async def test_what_is_written_after_it_is_over_is_not_for_it(store: Store) -> None:
    one = told(1)
    await store.updates.keep([one])
    with under(one):
        one.is_over = True
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)

    assert {1: UpdateState.NEW} == await left(store)


async def test_what_is_left_to_say_is_stored_with_the_act(store: Store) -> None:
    with under(told(1)):
        tells_itself()
        left_to_say("I took the first 50.")
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)
    [found] = await store.updates.take_up(BOT, MOST)

    assert "I took the first 50." == found.handling.words


async def test_an_act_that_tells_itself_is_done_when_it_is_stored(store: Store) -> None:
    with under(told(1)):
        tells_itself()
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)

    assert {} == await left(store)
    assert {1} == await store.updates.known(BOT, [1])


async def test_updates_that_act_together_are_marked_together(store: Store) -> None:
    first, second = told(1), told(2)
    await store.updates.keep([first, second])
    first.together.append(second)
    with under(first):
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)

    assert second.is_acted
    assert {1: UpdateState.ACTED} == await left(store)


async def test_the_third_start_that_finds_an_update_not_handled_sets_it_aside(
    store: Store,
) -> None:
    await store.updates.keep([told(1)])
    states = [await left(store) for _ in range(MOST)]

    new = {1: UpdateState.NEW}
    assert [new, new, {1: UpdateState.BROKEN}] == states
    await store.updates.keep([], [key(1)])
    assert {} == await left(store)


async def test_one_that_is_set_aside_acts_no_more(store: Store) -> None:
    await store.updates.keep([told(1)])
    await store.updates.keep([], [], [key(1)])
    with under(told(1)), pytest.raises(ActedBeforeError):
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)


async def test_what_is_long_done_is_forgotten_and_what_is_not_stays(database: Database) -> None:
    updates = Updates(database)
    await updates.keep([told(number) for number in range(1, 1300)])
    await updates.keep([], [key(number) for number in range(2, 1300)])
    await updates.forget(BOT, NOW + 1201 * MINUTE, 1000)

    assert {1, *range(1201, 1300)} == await updates.known(BOT, range(1, 1300))


async def test_no_more_are_kept_than_there_may_be(store: Store) -> None:
    await store.updates.keep([told(number) for number in range(1, 11)])
    await store.updates.keep([], [key(number) for number in range(1, 11)])
    await store.updates.forget(BOT, NOW - timedelta(days=1), 4)

    assert 4 == await store.updates.count()
    assert {7, 8, 9, 10} == await store.updates.known(BOT, range(1, 11))


async def test_two_bots_may_be_told_something_under_one_number(store: Store) -> None:
    for bot in (BOT, OTHER):
        with under(told(1, bot)):
            await store.jobs.add(Request("@jazz", 1), OWNER, NOW)
    await store.updates.keep([], [key(1, OTHER)])

    assert 2 == len(await store.jobs.every())
    assert {1: UpdateState.ACTED} == await left(store)
    assert {1} == await store.updates.known(BOT, [1, 2]) == await store.updates.known(OTHER, [1])


async def test_what_another_bot_was_told_is_left_as_it_is(store: Store) -> None:
    await store.updates.keep([told(1, OTHER)])
    found = [one for _ in range(MOST + 1) for one in await store.updates.take_up(BOT, MOST)]

    assert [(key(1, OTHER), UpdateState.NEW, 0)] * (MOST + 1) == [
        (one.handling.key, one.state, one.starts) for one in found
    ]


async def test_what_another_bot_has_not_done_is_forgotten_when_it_is_old(store: Store) -> None:
    await store.updates.keep([told(1), told(1, OTHER), told(9, OTHER)])
    await store.updates.forget(BOT, NOW + 5 * MINUTE, 1000)
    found = await store.updates.take_up(BOT, MOST)

    assert [key(1), key(9, OTHER)] == [one.handling.key for one in found]


async def test_what_an_older_version_has_entered_is_of_the_first_bot_that_asks(
    store: Store,
) -> None:
    await store.updates.keep([told(number, 0) for number in (1, 2)])
    with under(told(2)):  # it came again before that was noted
        await store.jobs.add(Request("@jazz", 1), OWNER, NOW)

    assert {1, 2} == await store.updates.known(BOT, [1, 2, 3])
    assert {1: UpdateState.NEW, 2: UpdateState.ACTED} == await left(store)
    assert {1, 2} == await store.updates.known(BOT, [1, 2, 3])
    assert set() == await store.updates.known(OTHER, [1, 2, 3])
