from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from storage.action import Action, ActionKind, Deed, DeedState, Snag
from storage.deeds import Outlook
from storage.models import Audio, Item, ItemState, Job, Person, Role, Sameness
from storage.store import Store
from storage.watch import Rhythm, Rules, Watch, WatchState
from tests.storage.values import (
    JAZZ,
    MINUTE,
    NOW,
    OWNER,
    an_audio,
    claimed,
    publishing,
    running_job,
)

SEND = Action(ActionKind.SEND, "@club")
LIST = Action(ActionKind.LIST, "Friday Jazz")
CALL = Action(ActionKind.CALL, "https://example.org/hook")
DAY = timedelta(days=1)
WATCH = 1


def posted(number: int) -> Audio:
    return an_audio(number, title=f"Song {number}", posted_at=NOW + number * MINUTE)


async def following(store: Store, *actions: Action) -> Watch:
    rules = Rules(Rhythm(is_live=True), actions=actions)
    return await store.watches.add("@jazz", rules, OWNER, NOW)


async def acting(
    store: Store, *numbers: int, actions: tuple[Action, ...] = (SEND,), watch: int = WATCH
) -> Job:
    """Store a job of a watch; the one that does everything is there in any case."""
    if not await store.watches.every():
        await following(store, SEND, LIST, CALL)
    audios = [posted(number) for number in numbers]
    return await running_job(store, *audios, watch=watch, actions=actions)


async def save(store: Store, item: Item) -> int:
    track = await store.catalog.save(
        item, path=PurePosixPath(f"Jazz/{item.message_id}.mp3"), size=1000, mime="audio/mpeg",
        sha256_source="ab" * 32, sha256="ab" * 32, now=NOW,
    )  # fmt: skip
    return track.id


async def saved(store: Store, *numbers: int, actions: tuple[Action, ...] = (SEND,)) -> list[int]:
    await acting(store, *numbers, actions=actions)
    return [await save(store, await publishing(store)) for _ in numbers]


async def due(store: Store, kind: ActionKind = ActionKind.SEND) -> Deed:
    deed = await store.deeds.next(kind, NOW)
    assert deed is not None
    return deed


async def snag(
    store: Store,
    deed: Deed,
    snag: Snag = Snag.UNREACHABLE,
    *,
    after: timedelta = timedelta(0),
    of_target: bool = True,
) -> Outlook:
    now = NOW + after
    return await store.deeds.put_off(
        deed, snag, "x", now=now, until=now + MINUTE, patience=DAY, of_target=of_target
    )


async def test_what_is_due_is_entered_with_the_end_of_the_item(store: Store) -> None:
    [track_id] = await saved(store, 1, actions=(SEND, LIST, CALL))
    found = [await due(store, kind) for kind in ActionKind]
    [first, *_] = found

    assert [SEND, LIST, CALL] == [deed.action for deed in found]
    assert (OWNER.person_id, WATCH, track_id, 1) == (
        first.person_id, first.watch_id, first.track_id, first.message_id,
    )  # fmt: skip


async def test_of_other_downloads_nothing_is_due(store: Store) -> None:
    await saved(store, 1, actions=())

    assert [None] * 3 == [await store.deeds.next(kind, NOW) for kind in ActionKind]


async def test_what_was_there_already_is_sent_and_listed_but_called_new_nowhere(
    store: Store,
) -> None:
    [track_id] = await saved(store, 1, actions=())
    track = await store.catalog.get(track_id)
    assert track is not None
    await acting(store, 2, actions=(SEND, LIST, CALL))
    await store.catalog.link(await claimed(store), track, Sameness.DOCUMENT)
    found = [await store.deeds.next(kind, NOW) for kind in ActionKind]

    assert [track_id, track_id, None] == [one and one.track_id for one in found]


async def test_no_track_goes_twice_to_the_same_place(store: Store) -> None:
    [track_id] = await saved(store, 1)
    await store.deeds.done(await due(store))
    track = await store.catalog.get(track_id)
    assert track is not None
    await acting(store, 2)
    await store.catalog.link(await claimed(store), track, Sameness.DOCUMENT)

    assert await store.deeds.next(ActionKind.SEND, NOW) is None


async def test_what_was_posted_first_comes_first(store: Store) -> None:
    await saved(store, 3, 1, 2)
    numbers = []
    while deed := await store.deeds.next(ActionKind.SEND, NOW):
        numbers.append(deed.message_id)
        await store.deeds.done(deed)

    assert [1, 2, 3] == numbers


async def test_in_order_it_waits_for_what_is_still_on_its_way_before_it(store: Store) -> None:
    await acting(store, 2, 1)
    await save(store, await publishing(store))
    early = await store.deeds.next(ActionKind.SEND, NOW, in_order=True)
    anyhow = await store.deeds.next(ActionKind.SEND, NOW)
    item = await claimed(store)
    await store.items.move(item.id, ItemState.FAILED)
    then = await store.deeds.next(ActionKind.SEND, NOW, in_order=True)

    assert [None, 2, 2] == [one and one.message_id for one in (early, anyhow, then)]


async def test_what_its_target_refuses_waits_with_all_others_for_it(store: Store) -> None:
    await saved(store, 1, 2)
    outlook = await snag(store, await due(store))
    at_once = await store.deeds.next(ActionKind.SEND, NOW)
    late = await store.deeds.next(ActionKind.SEND, NOW + MINUTE)

    assert (Outlook(is_new=True), None) == (outlook, at_once)
    assert late is not None
    assert (1, Snag.UNREACHABLE, NOW, "x") == (late.tries, late.snag, late.since, late.detail)
    assert NOW + MINUTE == await store.deeds.next_due(ActionKind.SEND)


async def test_what_comes_meanwhile_waits_too(store: Store) -> None:
    await saved(store, 1)
    await snag(store, await due(store))
    await saved(store, 2)

    assert await store.deeds.next(ActionKind.SEND, NOW) is None


async def test_one_that_fails_alone_holds_up_no_other(store: Store) -> None:
    await saved(store, 1, 2)
    await snag(store, await due(store), of_target=False)

    assert 2 == (await due(store)).message_id


@pytest.mark.parametrize(("second", "news"), [(Snag.UNREACHABLE, False), (Snag.MAY_NOT, True)])
async def test_a_trouble_is_news_only_once(store: Store, second: Snag, news: bool) -> None:
    await saved(store, 1)
    deed = await due(store)
    await snag(store, deed)

    assert Outlook(is_new=news) == await snag(store, deed, second, after=MINUTE)


async def test_what_is_in_vain_for_a_day_is_given_up(store: Store) -> None:
    await saved(store, 1)
    deed = await due(store)
    await snag(store, deed)
    outlook = await snag(store, deed, after=DAY)
    [given_up] = await store.deeds.snagged(WATCH, 9)

    assert Outlook(1) == outlook
    assert (DeedState.GIVEN_UP, 2) == (given_up.state, given_up.tries)
    assert Counter({(ActionKind.SEND, DeedState.GIVEN_UP): 1}) == await store.deeds.counts(WATCH)


async def test_that_some_are_given_up_is_news_once_in_a_week(store: Store) -> None:
    await saved(store, 1, 2, 3)
    times = (NOW, NOW + DAY, NOW + 9 * DAY)
    told = [await store.deeds.give_up(await due(store), Snag.TOO_LARGE, "", now) for now in times]

    assert [1, 0, 1] == [one.given_up for one in told]


async def test_a_person_can_have_it_tried_again(store: Store) -> None:
    await saved(store, 1)
    await store.deeds.give_up(await due(store), Snag.NO_FILE, "", NOW)
    await store.deeds.hurry(WATCH)

    assert (0, 1) == ((await due(store)).tries, (await due(store)).message_id)


async def test_a_clock_that_was_put_back_leaves_nothing_waiting_for_ever(store: Store) -> None:
    await saved(store, 1)
    await snag(store, await due(store), after=400 * DAY)

    assert 1 == (await due(store)).message_id


async def test_what_is_not_to_be_done_any_more_goes_alone(store: Store) -> None:
    await saved(store, 1, actions=(LIST, CALL))
    await store.deeds.drop(WATCH, kept=[LIST])

    assert await store.deeds.next(ActionKind.LIST, NOW) is not None
    assert await store.deeds.next(ActionKind.CALL, NOW) is None


async def test_with_its_watch_goes_what_is_due(store: Store) -> None:
    await saved(store, 1)
    await store.deeds.drop(4)
    kept = await due(store)
    await store.deeds.drop(WATCH)

    assert WATCH == kept.watch_id
    assert await store.deeds.next(ActionKind.SEND, NOW) is None


async def test_what_ends_after_its_watch_is_gone_is_done_nothing_with(store: Store) -> None:
    await acting(store, 1, 2, actions=(SEND, LIST, CALL))
    before = await save(store, await publishing(store))
    await store.watches.remove(WATCH)
    await save(store, await publishing(store))
    track = await store.catalog.get(before)
    assert track is not None
    await acting(store, 3, actions=(SEND, LIST, CALL))
    await store.watches.remove(2)
    await store.catalog.link(await claimed(store), track, Sameness.DOCUMENT)

    assert [None] * 3 == [await store.deeds.next(kind, NOW) for kind in ActionKind]


async def test_what_ends_while_its_watch_is_paused_is_done_as_it_was_ordered(store: Store) -> None:
    await acting(store, 1)
    await store.watches.set(WATCH, WatchState.PAUSED, NOW)
    await save(store, await publishing(store))

    assert 1 == (await due(store)).message_id


async def test_of_what_ends_after_a_watch_was_said_anew_only_what_it_still_does_is_done(
    store: Store,
) -> None:
    await acting(store, 1, actions=(SEND, LIST))
    rules = Rules(Rhythm(is_live=True), actions=(LIST,))
    await store.watches.renew(WATCH, "@jazz", rules, OWNER, NOW, chat=JAZZ, seen=None)
    await save(store, await publishing(store))

    assert await store.deeds.next(ActionKind.SEND, NOW) is None
    assert LIST == (await due(store, ActionKind.LIST)).action


async def brought_by_two(store: Store, actions: tuple[Action, ...] = (SEND, LIST, CALL)) -> None:
    """Let a second watch bring by another posting what the first has brought."""
    [track_id] = await saved(store, 1, actions=(SEND, LIST, CALL))
    track = await store.catalog.get(track_id)
    assert track is not None
    other = await following(store, *actions)
    await acting(store, 2, actions=actions, watch=other.id)
    await store.catalog.link(await claimed(store), track, Sameness.DOCUMENT)


async def test_what_another_watch_has_brought_too_is_done_for_that_when_one_goes(
    store: Store,
) -> None:
    await brought_by_two(store)
    await store.deeds.give_up(await due(store), Snag.MAY_NOT, "", NOW)
    await store.watches.remove(WATCH)
    listed = await due(store, ActionKind.LIST)
    await store.deeds.hurry(2)

    assert (2, 2) == (listed.watch_id, listed.message_id)
    assert 2 == (await due(store)).message_id
    assert await store.deeds.next(ActionKind.CALL, NOW) is None, "it was told of nothing"


async def test_nobody_inherits_what_they_do_not_do(store: Store) -> None:
    await brought_by_two(store, (LIST,))
    await store.deeds.drop(WATCH, kept=[SEND])

    assert WATCH == (await due(store)).watch_id
    assert 2 == (await due(store, ActionKind.LIST)).watch_id
    assert await store.deeds.next(ActionKind.CALL, NOW) is None


async def test_what_was_done_for_a_watch_that_is_gone_is_not_done_again(store: Store) -> None:
    await brought_by_two(store)
    await store.deeds.done(await due(store))
    await store.watches.remove(WATCH)

    assert await store.deeds.next(ActionKind.SEND, NOW) is None


async def test_tracks_lie_in_a_list_as_they_were_posted_whatever_comes_first(
    store: Store,
) -> None:
    tracks = dict(zip((3, 1, 2), await saved(store, 3, 1, 2, actions=(LIST,)), strict=True))
    deeds = []
    while deed := await store.deeds.next(ActionKind.LIST, NOW):
        deeds.append(deed)
        await store.deeds.give_up(deed, Snag.BROKEN, "", NOW)
    for deed in (deeds[2], deeds[0], deeds[1]):
        for _ in range(2):  # killed before anybody knew
            await store.playlists.collect(deed, NOW)
    [playlist] = await store.playlists.of_person(OWNER.person_id)

    assert "Friday Jazz" == playlist.name
    assert [tracks[1], tracks[2], tracks[3]] == await store.playlists.tracks(playlist.id)


async def test_what_a_person_has_put_into_the_list_stays_where_it_is(store: Store) -> None:
    own, first, second = await saved(store, 1, 2, 3, actions=(LIST,))
    playlist = await store.playlists.create(OWNER.person_id, "Friday Jazz", NOW)
    await store.playlists.add(playlist.id, [second, own])
    deeds = [await due(store, ActionKind.LIST)]
    for deed in deeds:
        await store.playlists.collect(deed, NOW)
    later = await due(store, ActionKind.LIST)
    await store.playlists.collect(later, NOW)

    assert [second, own, first] == await store.playlists.tracks(playlist.id)


async def test_for_whom_is_banned_nothing_is_done_until_they_are_let_in_again(
    store: Store,
) -> None:
    one = Person(OWNER.person_id, "Eve", Role.MEMBER)
    await store.people.save(one)
    await saved(store, 1)
    await store.people.ban(one, NOW)
    held = await store.deeds.next(ActionKind.SEND, NOW)
    await store.people.let_in(one)

    assert held is None
    assert OWNER.person_id == (await due(store)).person_id
