from __future__ import annotations

from dataclasses import replace

from storage.description import Description
from storage.query.parser import parse
from storage.store import Store
from tests.storage.values import NOW, a_file


async def entered(store: Store, title: str, disc: int | None, number: int | None) -> int:
    [track_id] = await store.imports.add([a_file(title, album="Mirage")], NOW)
    called = Description(title, "Band", "Mirage", disc_number=disc, track_number=number)
    await store.edits.say(track_id, called, ["disc_number", "track_number"], 7, NOW)
    return track_id


async def found(store: Store, text: str) -> list[int]:
    return list((await store.search.find(parse(text), 9, person_id=7, now=NOW)).ids)


async def test_an_album_is_in_the_order_of_its_discs_and_numbers(store: Store) -> None:
    places = {"d": (2, 1), "b": (1, 2), "e": (None, None), "a": (None, 1)}
    ids = {title: await entered(store, title, *place) for title, place in places.items()}
    assert await found(store, "album:mirage") == [ids[title] for title in "abed"]


async def test_albums_of_one_name_stay_apart(store: Store) -> None:
    first, second = [await entered(store, title, None, 2) for title in ("b", "a")]
    other = await entered(store, "c", None, 1)
    for track_id, owner in ((first, "Band"), (second, "Band"), (other, "Others")):
        track = await store.catalog.get(track_id)
        assert track is not None
        called = replace(track.description, album_artist=owner)
        await store.edits.say(track_id, called, ["album_artist"], 7, NOW)
    assert await found(store, "album:mirage") == [first, second, other]
