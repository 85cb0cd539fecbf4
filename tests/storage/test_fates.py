from __future__ import annotations

from pathlib import PurePosixPath

from storage.fates import Fate, Reread
from storage.forwarded import Forwarded
from storage.models import Audio, JobState, Origin, Posting, Request, Sameness
from storage.store import Store
from tests.storage.values import JAZZ, NOW, OWNER, an_audio, claimed, publishing, running_job

CHAT = JAZZ.id
ROCK = -1002


async def saved(store: Store, *audios: Audio) -> None:
    job = await running_job(store, *audios)
    for audio in audios:
        item = await publishing(store)
        await store.catalog.save(
            item, path=PurePosixPath(f"{audio.document_id}.mp3"), size=audio.size,
            mime="audio/mpeg", sha256_source="ab", sha256="ab", now=NOW,
        )  # fmt: skip
    await store.jobs.move(job.id, JobState.DONE)


def nothing(_audio: Audio) -> None:
    return None


async def reread(store: Store, asked: list[int], *seen: Audio) -> Reread:
    found = {audio.message_id: audio for audio in seen}
    return await store.fates.reread(CHAT, asked, found, NOW, nothing)


async def test_where_a_posting_was_forwarded_from_is_kept(store: Store) -> None:
    origin = Forwarded(ROCK, 77, "Rock")
    await saved(store, an_audio(1, forwarded=origin), an_audio(2))
    [first, second] = (await store.fates.of_chat(CHAT)).values()

    assert Fate(1, 1, forwarded=origin) == first
    assert Fate(2, 2) == second


async def test_what_is_gone_is_marked_once(store: Store) -> None:
    await saved(store, an_audio(1), an_audio(2))
    first = await reread(store, [1, 2, 9], an_audio(2))
    second = await reread(store, [1, 2])
    fates = await store.fates.among(CHAT, [1, 2])

    assert ([1], [2]) == (first.gone, second.gone)
    assert [NOW, NOW] == [one.gone_at for one in fates.values()]


async def test_a_track_leads_to_a_posting_that_is_still_there(store: Store) -> None:
    elsewhere = an_audio(5, chat_id=ROCK, document_id=501, posted_at=NOW)
    await saved(store, an_audio(1))
    job = await running_job(store, elsewhere)
    [item] = await store.items.of_job(job.id)
    other = await store.items.elsewhere(an_audio(1))
    await store.fates.reread(ROCK, [5], {}, NOW, nothing)
    unlinked = await store.items.elsewhere(an_audio(1))
    before = await store.catalog.postings_of(1)
    await reread(store, [1])

    assert [elsewhere] == other == unlinked, "nothing is known of what was never entered"
    assert ([Posting(CHAT, 1)], []) == (before, await store.catalog.postings_of(1))
    assert item.audio == elsewhere


async def test_a_posting_that_is_gone_is_not_tried_for_another(store: Store) -> None:
    await saved(store, an_audio(1))
    other = an_audio(5, chat_id=ROCK, document_id=501)
    before = await store.items.elsewhere(other)
    await reread(store, [1])

    assert ([an_audio(1)], []) == (before, await store.items.elsewhere(other))


async def test_what_says_something_else_is_brought_up_to_date(store: Store) -> None:
    await saved(store, an_audio(1))
    now = an_audio(1, caption="Live", title="So What (live)")
    first, second = await reread(store, [1], now), await reread(store, [1], now)
    [item] = await store.items.of_job(1)

    assert [(1, an_audio(1), now)] == [(one.track_id, one.before, one.now) for one in first.edited]
    assert [] == second.edited
    assert now == item.audio


async def test_where_it_was_forwarded_from_is_learned_and_is_no_edit(store: Store) -> None:
    await saved(store, an_audio(1))
    origin = Forwarded(None, None, "Ann")
    result = await reread(store, [1], an_audio(1, forwarded=origin))
    fate = await store.fates.of(CHAT, 1)

    assert [] == result.edited
    assert fate is not None
    assert origin == fate.forwarded


async def test_another_document_is_another_posting_and_is_ordered_once(store: Store) -> None:
    await saved(store, an_audio(1))
    request, origin = Request("@jazz", 1, message_ids=(1,)), Origin(9, 90)
    given = {1: an_audio(1, document_id=999)}
    results = [
        await store.fates.reread(CHAT, [1], given, NOW, lambda _: (request, origin))
        for _ in range(2)
    ]
    jobs = await store.jobs.every()

    assert [[1], []] == [one.exchanged for one in results]
    assert [jobs[-1:], []] == [one.jobs for one in results]
    assert (request, origin) == (jobs[-1].request, jobs[-1].origin)
    assert OWNER == jobs[0].origin


async def test_what_is_fetched_anew_is_in_the_chat_again(store: Store) -> None:
    await saved(store, an_audio(1))
    await reread(store, [1], an_audio(1, document_id=999))
    await saved(store, an_audio(1, document_id=999))
    fate = await store.fates.of(CHAT, 1)

    assert Fate(1, 2) == fate


async def test_a_document_that_carries_another_track_by_now_is_no_other_document(
    store: Store,
) -> None:
    await saved(store, an_audio(1), an_audio(2))
    track = await store.catalog.get(2)
    assert track is not None
    elsewhere = an_audio(7, chat_id=ROCK, document_id=501)
    await running_job(store, elsewhere)
    await store.catalog.link(await claimed(store), track, Sameness.FILE)
    result = await reread(store, [1], an_audio(1))

    assert ([], []) == (result.gone, result.exchanged)
