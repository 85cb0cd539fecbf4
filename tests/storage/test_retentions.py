from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import text

from storage.models import Chat, ChatKind, ItemState, JobState, Request, Sameness, Track
from storage.retention import Guard, Held, Retention
from storage.store import Store
from tests.storage.values import JAZZ, NOW, OWNER, a_file, an_audio, claimed, running_job

ROCK = Chat(-1002, "Rock", "rock", ChatKind.CHANNEL)
DAY = timedelta(days=1)


async def saved(store: Store, number: int = 1, **changes: Any) -> Track:
    """Enter a track that was posted in @jazz, by a job that is over."""
    audio = an_audio(number, **{"title": f"Tune {number}", **changes})
    job = await running_job(store, audio)
    item = await claimed(store)
    await store.items.move(item.id, ItemState.CHECKING)
    item = await store.items.move(item.id, ItemState.PUBLISHING)
    track = await store.catalog.save(
        item,
        path=PurePosixPath(f"{number}.mp3"),
        size=audio.size,
        mime="audio/mpeg",
        sha256_source=str(number),
        sha256=str(number),
        now=NOW,
    )
    await store.jobs.move(job.id, JobState.DONE)
    return track


async def the_one(store: Store) -> Held:
    [held] = await store.retentions.held(JAZZ.id, NOW)
    return held


async def test_how_much_is_kept_is_remembered_by_chat(store: Store) -> None:
    await store.chats.save(JAZZ)
    await store.chats.save(ROCK)
    await store.retentions.put(JAZZ.id, Retention(count=5), NOW)
    await store.retentions.put(ROCK.id, Retention(size=10**10), NOW)
    await store.retentions.put(JAZZ.id, Retention(age=DAY), NOW)

    expected = {ROCK.id: Retention(size=10**10), JAZZ.id: Retention(age=DAY)}
    assert expected == await store.retentions.every()
    assert [True, False] == [await store.retentions.drop(JAZZ.id) for _ in range(2)]
    assert [ROCK.id] == [*await store.retentions.every()]


async def test_a_file_is_held_by_what_it_is_and_where_it_was_posted(store: Store) -> None:
    track = await saved(store)
    posted = {JAZZ.id: an_audio().posted_at}

    assert Held(track.id, 1000, NOW, posted) == await the_one(store)
    assert [] == await store.retentions.held(ROCK.id, NOW)


async def test_another_chat_and_a_later_posting_are_known(store: Store) -> None:
    track = await saved(store)
    await store.chats.save(ROCK)
    later = an_audio(9, document_id=501, posted_at=NOW)
    elsewhere = an_audio(3, chat_id=ROCK.id, document_id=501)
    for audio in (later, elsewhere):
        await running_job(store, audio)
        await store.catalog.link(await claimed(store), track, Sameness.DOCUMENT)

    assert {JAZZ.id: NOW, ROCK.id: elsewhere.posted_at} == (await the_one(store)).posted


async def test_what_was_merged_is_kept_by_the_file_that_serves_it(store: Store) -> None:
    worse = await saved(store)
    best = await saved(store, 2)
    async with store.catalog._database.write() as connection:
        merged = f"update tracks set path = null, better_id = {best.id} where id = {worse.id}"
        await connection.execute(text(merged))
        await connection.execute(
            text(f"update postings set chat_id = 5 where track_id = {best.id}")
        )

    held = await the_one(store)
    assert (best.id, {JAZZ.id, 5}) == (held.track_id, {*held.posted})


async def test_what_has_no_file_is_not_held(store: Store) -> None:
    await store.catalog.lose(await saved(store))

    assert [] == await store.retentions.held(JAZZ.id, NOW)


async def test_what_people_like_is_guarded_by_any_track_of_its_recording(store: Store) -> None:
    track = await saved(store)
    other = await saved(store, 2)
    async with store.catalog._database.write() as connection:
        better = f"update tracks set better_id = {track.id} where id = {other.id}"
        await connection.execute(text(better))
    await store.favorites.add(7, other.id, NOW)
    made = await store.playlists.create(7, "Morning", NOW)
    await store.playlists.add(made.id, [track.id])
    await store.plays.count(track.id, NOW - 29 * DAY)
    held = await store.retentions.held(JAZZ.id, NOW)
    later = await store.retentions.held(JAZZ.id, NOW + 2 * DAY)

    liked = {Guard.FAVORITE, Guard.LISTED}
    assert [liked | {Guard.PLAYED}] * 2 == [one.guards for one in held]
    assert [liked] * 2 == [one.guards for one in later]


async def test_what_was_asked_for_by_its_link_is_guarded(store: Store) -> None:
    track = await saved(store)
    job = await store.jobs.add(Request("@jazz", 1, message_ids=(1,)), OWNER, NOW)
    await store.jobs.move(job.id, JobState.PLANNING)
    await store.items.add(job.id, [an_audio()])
    await store.jobs.move(job.id, JobState.RUNNING, chat=JAZZ)
    on_its_way = (await the_one(store)).guards
    await store.catalog.link(await claimed(store), track, Sameness.DOCUMENT)
    await store.jobs.move(job.id, JobState.DONE)

    assert {Guard.WANTED} == on_its_way
    assert {Guard.ASKED} == (await the_one(store)).guards


async def test_what_speaks_for_a_file_speaks_for_the_better_one_that_replaced_it(
    store: Store,
) -> None:
    lesser, kept, best = [await saved(store, number) for number in (1, 2, 3)]
    job = await store.jobs.add(Request("@jazz", 1, message_ids=(1,)), OWNER, NOW)
    await store.jobs.move(job.id, JobState.PLANNING)
    await store.items.add(job.id, [an_audio()])
    await store.jobs.move(job.id, JobState.RUNNING, chat=JAZZ)
    await store.catalog.link(await claimed(store), lesser, Sameness.DOCUMENT)
    merging = f"update tracks set path = null, better_id = {best.id} where id = "
    guards = []
    for changes in (f"{merging}{lesser.id}", f"{merging}{kept.id}"):
        async with store.catalog._database.write() as connection:
            await connection.execute(text(changes))
        held = await store.retentions.held(JAZZ.id, NOW)
        guards.append({one.track_id: one.guards for one in held}[best.id])
    await store.jobs.move(job.id, JobState.DONE)
    async with store.catalog._database.write() as connection:
        await connection.execute(text(f"update tracks set better_id = null where id = {lesser.id}"))
        await connection.execute(text(f"update tracks set is_kept = 1 where id = {kept.id}"))

    assert [{Guard.ASKED, Guard.WANTED}] * 2 == guards
    assert {Guard.ASKED} == (await the_one(store)).guards


async def test_what_a_running_job_has_linked_is_guarded_until_that_is_over(store: Store) -> None:
    track = await saved(store)
    await running_job(store, an_audio())
    await store.catalog.link(await claimed(store), track, Sameness.DOCUMENT)

    assert {Guard.WANTED} == (await the_one(store)).guards


async def test_an_imported_file_is_guarded(store: Store) -> None:
    [track_id] = await store.imports.add([a_file("Tune")], NOW)
    track = await store.catalog.get(track_id)
    assert track is not None
    job = await running_job(store, an_audio())
    await store.catalog.link(await claimed(store), track, Sameness.FILE)
    await store.jobs.move(job.id, JobState.DONE)

    assert {Guard.IMPORTED} == (await the_one(store)).guards
