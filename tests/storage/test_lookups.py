from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from storage.description import Description
from storage.fingerprints import Heard
from storage.lookups import Answered, Identity
from storage.models import Track
from storage.store import Store
from tests.storage.test_catalog import _save
from tests.storage.values import NOW, a_file, an_audio, publishing, running_job

DAY = timedelta(days=1)
KNOWN = Identity(Description(title="So What", track_number=1), "r" * 36, "a" * 36)


async def fetched(store: Store, number: int = 1, **about: Any) -> Track:
    await running_job(store, an_audio(number, **about))
    digests = {"sha256": f"{number:064}", "sha256_source": f"{number:064}"}
    return await _save(store, await publishing(store), PurePosixPath(f"{number}.mp3"), **digests)


async def wanting(store: Store, after: int = 0, *, heard: bool = False) -> int | None:
    track = await store.lookups.wanting(after, NOW, heard=heard)
    return track.id if track else None


async def test_answers_are_kept_and_forgotten(store: Store) -> None:
    never = await store.lookups.answer("one")
    await store.lookups.keep("one", b"answer", NOW)
    await store.lookups.keep("two", None, NOW + DAY)
    one, two = await store.lookups.answer("one"), await store.lookups.answer("two")
    await store.lookups.forget(NOW + DAY)

    assert never is None
    assert Answered(b"answer", NOW) == one
    assert Answered(None, NOW + DAY) == two
    assert await store.lookups.answer("one") is None
    assert two == await store.lookups.answer("two")


async def test_what_was_fetched_is_looked_up_once(store: Store) -> None:
    one = await fetched(store)
    two = await fetched(store, 2, title="Else")
    before = [await wanting(store), await wanting(store, one.id), await wanting(store, two.id)]
    both = await store.lookups.count(NOW, heard=False)
    await store.lookups.identify(one.id, KNOWN, NOW)

    assert [one.id, two.id, None] == before
    assert (2, 1) == (both, await store.lookups.count(NOW, heard=False))
    assert two.id == await wanting(store)


async def test_what_was_not_found_is_looked_up_again(store: Store) -> None:
    one = await fetched(store)
    await store.lookups.identify(one.id, Identity(), NOW, NOW + DAY)
    before = await wanting(store)
    later = await store.lookups.wanting(0, NOW + DAY, heard=False)
    await store.lookups.identify(one.id, KNOWN, NOW + DAY)

    assert before is None
    assert later is not None
    assert await store.lookups.wanting(0, NOW + 9 * DAY, heard=False) is None


async def test_what_people_brought_or_spoke_or_nobody_is_served_is_not_looked_up(
    store: Store,
) -> None:
    await store.imports.add([a_file("Mine")], NOW)
    await fetched(store, 1, title="", performer="", voice=True)
    worse = await fetched(store, 2)
    best = await fetched(store, 3, size=9000)
    tracks = {track.id: track for track in await store.catalog.every()}

    assert tracks[worse.id].better_id == best.id
    assert (best.id, None) == (await wanting(store), await wanting(store, best.id))


async def test_one_may_wait_until_somebody_has_listened(store: Store) -> None:
    one = await fetched(store)
    before = await wanting(store, heard=True)
    await store.fingerprints.add(Heard(one.id, DAY), ())

    assert before is None
    assert one.id == await wanting(store, heard=True)


async def test_what_a_track_is_known_as_is_remembered_for_its_document(store: Store) -> None:
    one = await fetched(store)
    before = await store.lookups.of_track(one.id)
    await store.lookups.identify(one.id, KNOWN, NOW)

    assert before is None
    assert KNOWN == await store.lookups.of_track(one.id)
    assert KNOWN == await store.lookups.of_document(an_audio(1).document_id)
    assert await store.lookups.of_document(9) is None
