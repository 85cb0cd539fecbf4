from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from random import Random

from storage.models import ItemState, Track
from storage.query.parser import parse
from storage.removals import Removal
from storage.retention import Guard, Retention
from storage.ruling import RulingKind, RulingState
from storage.rulings import Ruling
from storage.store import Store
from tests.storage.test_retentions import saved
from tests.storage.values import JAZZ, NOW, an_audio, claimed, running_job

LATER = NOW + timedelta(hours=1)
DOCUMENT = 501


async def removed(store: Store, track: Track, chat_id: int | None = None) -> Ruling:
    ruling = await store.rulings.remove([track.id], LATER, best_id=track.id, chat_id=chat_id)
    assert ruling is not None
    await store.rulings.stand(ruling)
    return ruling


async def found(store: Store) -> list[int]:
    """Return what is found by name, by a filter alone, and by chance."""
    ids = [
        one
        for text in ("tune", "size>0", "added:3000d")
        for one in (await store.search.find(parse(text), 9, person_id=7, now=NOW)).ids
    ]
    return ids + await store.samples.take(9, Random(1))


async def test_a_removal_is_intended_before_it_stands(store: Store) -> None:
    track = await saved(store)
    ruling = await store.rulings.remove([track.id, 99], LATER, best_id=track.id)
    assert ruling is not None
    [unfinished] = await store.rulings.unfinished()
    before = await store.removals.of(track.id)
    await store.rulings.stand(ruling)
    [standing] = await store.rulings.newest(9)

    assert (RulingKind.REMOVED, RulingState.INTENDED) == (unfinished.kind, unfinished.state)
    assert before is None
    assert ("Tune 1", 1, 1000) == (standing.title, standing.tracks, standing.size)
    assert Removal(track.id, LATER) == await store.removals.of(track.id)
    assert await store.rulings.remove([track.id], LATER) is None


async def test_what_was_removed_is_found_no_more_until_it_is_back(store: Store) -> None:
    track = await saved(store)
    before = await found(store)
    ruling = await removed(store, track)
    gone = await found(store)
    await store.rulings.undo(ruling.id)
    await store.rulings.intend(ruling, track.id, PurePosixPath("1.mp3"))
    await store.rulings.enter_again(track.id, PurePosixPath("1.mp3"))
    await store.rulings.forget(ruling)

    assert [track.id] * 4 == before
    assert [] == gone
    assert before == await found(store)
    assert await store.removals.of(track.id) is None


async def test_the_next_best_of_a_recording_takes_the_place_of_what_was_removed(
    store: Store,
) -> None:
    one = await saved(store)
    other = await saved(store, 2, title="Tune 1")
    best, worse = (one, other) if other.better_id else (other, one)
    ruling = await removed(store, best)
    instead = {*await found(store)}
    await store.rulings.undo(ruling.id)
    await store.rulings.enter_again(best.id, PurePosixPath("1.mp3"))
    await store.rulings.forget(ruling)

    assert {worse.id} == instead
    assert {best.id} == {*await found(store)}


async def test_a_document_stays_away_as_long_as_its_removal_stands(store: Store) -> None:
    track = await saved(store)
    await removed(store, track)

    assert {DOCUMENT: Removal(track.id, LATER)} == await store.removals.of_documents([DOCUMENT, 7])


async def test_of_a_retention_that_is_gone_or_looser_no_removal_stands(store: Store) -> None:
    track = await saved(store)
    await store.retentions.put(JAZZ.id, Retention(count=5), NOW)
    await removed(store, track, JAZZ.id)
    stands = await store.removals.of_documents([DOCUMENT])
    await store.retentions.put(JAZZ.id, Retention(count=4), LATER + timedelta(hours=1))
    stricter = await store.removals.of_documents([DOCUMENT])
    await store.retentions.put(JAZZ.id, Retention(count=6), LATER + timedelta(hours=1))
    looser = await store.removals.of_documents([DOCUMENT])
    await store.retentions.drop(JAZZ.id)

    assert {DOCUMENT: Removal(track.id, LATER, JAZZ.id)} == stands == stricter
    assert {} == looser == await store.removals.of_documents([DOCUMENT])


async def test_the_documents_of_what_was_merged_stay_away_with_the_best(store: Store) -> None:
    one = await saved(store)
    other = await saved(store, 2, title="Tune 1")
    best, worse = (one, other) if other.better_id else (other, one)
    merge = await store.rulings.merge([best.id], NOW)
    assert merge is not None
    await store.rulings.stand(merge)
    await removed(store, best)

    away = await store.removals.of_documents([501, 502])
    assert {501, 502} == {*away}
    assert {best.id} == {one.track_id for one in away.values()}
    assert await store.removals.of(worse.id) is None


async def test_what_a_person_brings_back_no_retention_takes_again(store: Store) -> None:
    track = await saved(store)
    ruling = await removed(store, track, JAZZ.id)
    await store.rulings.undo(ruling.id)
    await store.rulings.enter_again(track.id, PurePosixPath("1.mp3"))
    [held] = await store.retentions.held(JAZZ.id, NOW)

    assert {Guard.ASKED} == held.guards


async def test_what_a_person_removed_and_brought_back_is_as_it_was(store: Store) -> None:
    track = await saved(store)
    ruling = await removed(store, track)
    await store.rulings.undo(ruling.id)
    await store.rulings.enter_again(track.id, PurePosixPath("1.mp3"))
    [held] = await store.retentions.held(JAZZ.id, NOW)

    assert set() == held.guards


async def test_a_job_brings_back_what_it_left_out(store: Store) -> None:
    track = await saved(store)
    await removed(store, track)
    job = await running_job(store, an_audio())
    [item] = await store.items.of_job(job.id)
    [left_out] = await store.items.leave_out([(item, track.id)])
    count = await store.removals.want_back(job.id)
    again = await claimed(store)

    assert (ItemState.REMOVED, track.id) == (left_out.state, left_out.track_id)
    assert 1 == count
    assert (item.id, None) == (again.id, again.track_id)
    assert {} == await store.removals.of_documents([DOCUMENT])
    assert 0 == await store.removals.want_back(job.id)


async def test_what_was_removed_stays_away_where_the_clock_was_put_back(store: Store) -> None:
    track = await saved(store)
    await store.retentions.put(JAZZ.id, Retention(count=1), LATER + timedelta(days=1))
    await removed(store, track, JAZZ.id)

    assert [DOCUMENT] == [*await store.removals.of_documents([DOCUMENT])]


async def test_what_is_fetched_again_is_removed_no_more(store: Store) -> None:
    await removed(store, await saved(store))
    track = await saved(store)

    assert await store.removals.of(track.id) is None
    assert [track.id] * 4 == await found(store)


async def test_old_rulings_are_those_before_all_younger_ones(store: Store) -> None:
    for number in (1, 2):
        await removed(store, await saved(store, number))
    day = timedelta(days=1)

    assert 2 == await store.rulings.last_before(LATER + day)
    assert 0 == await store.rulings.last_before(LATER)
