from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.fingerprints import Heard
from storage.store import Store
from tests.local_files import told
from tests.storage.test_serving import _betters, _copy, _found
from tests.storage.values import NOW, a_file

LENGTH = timedelta(seconds=545)
NAMELESS = a_file("", "", duration=LENGTH, bitrate=64_000)


async def entered(store: Store, *titles: str, seconds: float = 0) -> list[int]:
    """Enter a file for each title, each better than the one before it."""
    duration = LENGTH + timedelta(seconds=seconds)
    files = [
        told(_copy(f"{at}{seconds}", at * 1000, duration=duration), title=title, sha256=f"{at}")
        for at, title in enumerate(titles, 1)
    ]
    return await store.imports.add(files, NOW)


async def hear(store: Store, track_id: int, *same: int) -> None:
    await store.fingerprints.add(Heard(track_id, LENGTH, 7, b"bits"), same)


async def test_what_sounds_the_same_is_one_recording_whatever_it_is_called(store: Store) -> None:
    worse, best = await entered(store, "So What", "audio")
    await hear(store, worse)
    await hear(store, best, worse)

    assert await _betters(store) == [best, None]
    assert await _found(store, "audio") == (best,)
    assert await _found(store) == ()


async def test_names_are_not_needed(store: Store) -> None:
    (named,) = await entered(store, "So What")
    (nameless,) = await store.imports.add([NAMELESS], NOW)
    await hear(store, nameless)
    await hear(store, named, nameless)
    together = await _betters(store)
    [track] = [one for one in await store.catalog.every() if one.id == nameless]
    await store.catalog.lose(track)

    assert [nameless, None] == together
    assert await _betters(store) == [None, named]


async def test_what_sounds_different_is_another_recording_though_it_is_called_the_same(
    store: Store,
) -> None:
    one, best = await entered(store, "So What", "So What")
    before = await _betters(store)
    await hear(store, one)
    half = await _betters(store)
    await hear(store, best)

    assert [best, None] == before == half
    assert [None, None] == await _betters(store)
    assert {one, best} == set(await _found(store))


async def test_who_was_not_heard_goes_with_all_that_are_called_so(store: Store) -> None:
    unheard, other, best = await entered(store, "So What", "Blue", "audio")
    (mate,) = await entered(store, "So What", seconds=1)
    await hear(store, mate)
    await hear(store, other)
    await hear(store, best, mate)

    assert [best, None, None, best] == await _betters(store)
    assert unheard < other


async def test_lengths_may_differ_of_what_sounds_the_same(store: Store) -> None:
    (short,) = await entered(store, "So What")
    (long,) = await entered(store, "So What", seconds=6)
    await hear(store, short)
    await hear(store, long, short)

    assert [long, None] == await _betters(store)


async def test_families_meet_in_one_that_sounds_like_both(store: Store) -> None:
    one, other, best = await entered(store, "a", "b", "c")
    await hear(store, one)
    await hear(store, other)
    await hear(store, best, one, other)

    assert [best, best, None] == await _betters(store)


async def test_people_tell_apart_what_sounds_the_same_and_take_it_back(store: Store) -> None:
    worse, best = await entered(store, "a", "b")
    await hear(store, worse)
    await hear(store, best, worse)
    ruling = await store.rulings.keep_apart(best, NOW)
    assert ruling is not None
    apart = await _betters(store)
    await store.rulings.undo(ruling.id)

    assert [None, None] == apart
    assert [best, None] == await _betters(store)


async def test_it_stays_one_recording_when_its_names_change(store: Store) -> None:
    worse, best = await entered(store, "a", "b")
    await hear(store, worse)
    await hear(store, best, worse)
    [_, track] = await store.catalog.every()
    called = replace(track.description, title="Blue")
    await store.edits.say(best, called, {"title"}, 1, NOW)

    assert [best, None] == await _betters(store)
    assert (best,) == await _found(store, "blue")


async def test_a_file_that_has_changed_is_to_be_heard_again(store: Store) -> None:
    worse, best = await entered(store, "a", "b")
    await hear(store, worse)
    await hear(store, best, worse)
    [_, track] = await store.catalog.every()
    assert track.path is not None
    changed = told(a_file("c", duration=LENGTH), path=track.path, sha256="99")
    await store.imports.add([changed], NOW)

    assert [None, None] == await _betters(store)
    assert {} == await store.fingerprints.of([best])


@pytest.mark.parametrize(("seconds", "is_near"), [(0, True), (7, True), (8, False), (-8, False)])
async def test_who_may_sound_the_same_is_told_by_the_length(
    seconds: int, is_near: bool, store: Store
) -> None:
    one, other = await entered(store, "a", "b")
    await hear(store, one)
    await store.fingerprints.add(Heard(other, LENGTH), ())
    length = LENGTH + timedelta(seconds=seconds)
    near = await store.fingerprints.outlines(length, timedelta(seconds=7))

    assert ({one: 7} if is_near else {}) == near
    assert {one: b"bits"} == await store.fingerprints.of([one])
