from __future__ import annotations

import pytest

from storage.errors import PlaylistExistsError
from storage.store import Store
from tests.storage.values import NOW, a_file

ANN, BOB = 1, 2


async def three_tracks(store: Store) -> list[int]:
    return await store.imports.add([a_file("a"), a_file("b"), a_file("c")], NOW)


async def test_a_list_keeps_the_order_in_which_tracks_were_added(store: Store) -> None:
    one, two, three = await three_tracks(store)
    made = await store.playlists.create(ANN, "Morning", NOW)

    assert await store.playlists.add(made.id, [three, one]) == 2
    assert await store.playlists.add(made.id, [one, two]) == 1

    assert await store.playlists.tracks(made.id) == [three, one, two]
    found = await store.playlists.get(made.id)
    assert found is not None
    assert (found.name, found.person_id, found.tracks) == ("Morning", ANN, 3)


async def test_a_track_that_was_taken_out_can_be_added_again(store: Store) -> None:
    one, two, _ = await three_tracks(store)
    made = await store.playlists.create(ANN, "Morning", NOW)
    await store.playlists.add(made.id, [one, two])

    await store.playlists.take_out(made.id, one)
    await store.playlists.add(made.id, [one])

    assert await store.playlists.tracks(made.id) == [two, one]


async def test_each_person_has_a_name_once(store: Store) -> None:
    await store.playlists.create(ANN, "Morning", NOW)
    other = await store.playlists.create(ANN, "Evening", NOW)
    await store.playlists.create(BOB, "Morning", NOW)

    with pytest.raises(PlaylistExistsError):
        await store.playlists.create(ANN, "Morning", NOW)
    with pytest.raises(PlaylistExistsError):
        await store.playlists.rename(other.id, "Morning")
    await store.playlists.rename(other.id, "Night")

    assert [one.name for one in await store.playlists.of_person(ANN)] == ["Night", "Morning"]


async def test_a_removed_list_is_gone_and_its_number_stays_unused(store: Store) -> None:
    made = await store.playlists.create(ANN, "Morning", NOW)
    await store.playlists.add(made.id, await three_tracks(store))

    await store.playlists.remove(made.id)
    later = await store.playlists.create(ANN, "Morning", NOW)

    assert await store.playlists.get(made.id) is None
    assert later.id != made.id
    assert await store.playlists.tracks(later.id) == []


async def test_a_copy_is_made_once_and_keeps_the_order(store: Store) -> None:
    one, two, three = await three_tracks(store)
    theirs = await store.playlists.create(ANN, "Morning", NOW)
    await store.playlists.add(theirs.id, [three, one, two])
    await store.playlists.create(BOB, "Morning", NOW)

    copy = await store.playlists.copy(theirs.id, BOB, NOW)
    again = await store.playlists.copy(theirs.id, BOB, NOW)

    assert copy is not None
    assert copy == again != theirs.id
    assert await store.playlists.tracks(copy) == [three, one, two]
    assert [one.name for one in await store.playlists.of_person(BOB)] == ["Morning 2", "Morning"]
    assert await store.playlists.copy(99, BOB, NOW) is None
