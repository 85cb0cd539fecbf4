from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest

from downloader.fingerprints import Fingerprint
from downloader.lookup.encoding import encoded
from downloader.lookup.errors import NonsenseError, UnreachableError
from downloader.lookup.lookup import Lookup, Terms, open_lookup
from storage.description import Reach
from storage.fingerprints import Heard
from storage.models import Track
from storage.store import Store
from tests.downloader.lookup.databases import (
    AGENT,
    JPEG,
    KEY,
    RECORDING,
    RELEASE,
    SO_WHAT,
    WRONG_KEY,
    Databases,
    Said,
    found,
)
from tests.downloader.scripted import OwnedTime
from tests.storage.values import NOW, a_file
from tests.stores import store_at

LENGTH = timedelta(seconds=545)
SOUND = Fingerprint(b"".join(number.to_bytes(4, "little") for number in range(200)))
SOUND_PATHS = ["/v2/lookup", f"/ws/2/recording/{RECORDING}", f"/ws/2/release/{RELEASE}"]
NAME_PATHS = ["/ws/2/recording", f"/ws/2/release/{RELEASE}"]


@dataclass(slots=True)
class World:
    store: Store
    databases: Databases
    time: OwnedTime
    key: str = KEY
    reach: Reach = Reach.MISSING

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Lookup]:
        terms = Terms(AGENT, self.reach, self.key, services=self.databases.services)
        async with open_lookup(self.store, self.time.clock, terms) as lookup, self.time.passing():
            yield lookup

    async def track(self, *, heard: bool = False, title: str = "So What") -> Track:
        file = a_file(title, "Miles Davis", duration=LENGTH)
        [track_id] = await self.store.imports.add([replace(file, path=PurePosixPath("a.mp3"))], NOW)
        if heard:
            sound = Heard(track_id, LENGTH, SOUND.outline, SOUND.packed)
            await self.store.fingerprints.add(sound, ())
        track = await self.store.catalog.get(track_id)
        assert track is not None
        return track


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with (
        store_at(tmp_path / "data", tmp_path / "music") as store,
        Databases().open() as databases,
    ):
        databases.know()
        yield World(store, databases, OwnedTime())


async def test_a_track_is_known_by_its_sound(world: World) -> None:
    track = await world.track(heard=True)
    async with world.open() as lookup:
        identity = await lookup.identity(track)

    assert identity is not None
    assert (RECORDING, RELEASE, True) == (
        identity.recording_id,
        identity.release_id,
        identity.has_front,
    )
    assert ("Kind of Blue", "Jazz", 1) == (
        identity.description.album,
        identity.description.genre,
        identity.description.track_number,
    )
    assert SOUND_PATHS == world.databases.paths
    assert (KEY, encoded(SOUND)) == tuple(
        world.databases.forms[0][name] for name in ("client", "fingerprint")
    )


@pytest.mark.parametrize(("heard", "key"), [(True, ""), (False, KEY)])
async def test_without_a_key_or_a_fingerprint_it_is_known_by_its_names(
    world: World, key: str, *, heard: bool
) -> None:
    world.key = key
    track = await world.track(heard=heard)
    async with world.open() as lookup:
        identity = await lookup.identity(track)

    assert identity is not None
    assert RECORDING == identity.recording_id
    assert NAME_PATHS == world.databases.paths


async def test_nobody_is_asked_twice(world: World) -> None:
    track = await world.track(heard=True)
    async with world.open() as lookup:
        first = await lookup.identity(track)
        again = await lookup.identity(track)
        world.time.advance(timedelta(days=31).total_seconds())
        await lookup.identity(track)

    assert first == again
    assert [*SOUND_PATHS, *SOUND_PATHS] == world.databases.paths


async def test_what_they_do_not_know_is_asked_again_sooner(world: World) -> None:
    world.databases.say("/ws/2/recording", Said(status=404))
    track = await world.track()
    async with world.open() as lookup:
        for days in (0, 6, 2):
            world.time.advance(timedelta(days=days).total_seconds())
            assert await lookup.identity(track) is None

    assert ["/ws/2/recording"] * 2 == world.databases.paths


async def test_what_nobody_knows_by_its_sound_is_known_by_its_names(world: World) -> None:
    world.databases.say("/v2/lookup", {"status": "ok", "results": []})
    track = await world.track(heard=True)
    async with world.open() as lookup:
        assert await lookup.identity(track) is not None

    assert ["/v2/lookup", *NAME_PATHS] == world.databases.paths


async def test_a_key_that_they_do_not_know_is_used_once(world: World) -> None:
    refused = Said(str(WRONG_KEY).replace("'", '"').encode(), status=400)
    world.databases.say("/v2/lookup", refused)
    track = await world.track(heard=True)
    async with world.open() as lookup:
        assert await lookup.identity(track) is not None
        assert await lookup.identity(track) is not None

    assert 1 == world.databases.paths.count("/v2/lookup")


async def test_a_question_that_they_refuse_is_no_trouble_of_the_key(world: World) -> None:
    world.databases.say("/v2/lookup", Said(b'{"error": {"code": 3}}', status=400))
    track = await world.track(heard=True)
    async with world.open() as lookup:
        with pytest.raises(NonsenseError):
            await lookup.identity(track)


async def test_without_names_and_sound_nobody_is_asked(world: World) -> None:
    track = await world.track(title="")
    async with world.open() as lookup:
        assert await lookup.identity(track) is None

    assert [] == world.databases.paths


async def test_an_album_that_nobody_knows_costs_the_album_only(world: World) -> None:
    world.databases.say(f"/ws/2/release/{RELEASE}", Said(status=404))
    track = await world.track()
    async with world.open() as lookup:
        identity = await lookup.identity(track)

    assert identity is not None
    assert ("So What", "", "") == (
        identity.description.title,
        identity.description.album,
        identity.release_id,
    )


async def test_names_are_written_as_we_write_them(world: World) -> None:
    artists = [{"name": "Miles Davis", "joinphrase": " featuring "}, {"name": "Bill Evans"}]
    world.databases.say("/ws/2/recording", found({**SO_WHAT, "artist-credit": artists}))
    both = "Miles Davis feat. Bill Evans"
    track = replace(await world.track(), performer=both)
    async with world.open() as lookup:
        identity = await lookup.identity(track)

    assert identity is not None
    assert both == identity.description.artist


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"", b'{"recordings": '])
async def test_what_cannot_be_understood_is_not_kept(world: World, body: bytes) -> None:
    world.databases.say("/ws/2/recording", Said(body), found(SO_WHAT))
    track = await world.track()
    async with world.open() as lookup:
        with pytest.raises(NonsenseError):
            await lookup.identity(track)
        assert await lookup.identity(track) is not None


async def test_trouble_is_not_kept(world: World) -> None:
    world.databases.say("/ws/2/recording", *[Said(status=503)] * 3, found(SO_WHAT))
    track = await world.track()
    async with world.open() as lookup:
        with pytest.raises(UnreachableError):
            await lookup.identity(track)
        assert await lookup.identity(track) is not None


async def test_the_cover_of_an_album_is_fetched_once(world: World) -> None:
    async with world.open() as lookup:
        assert [JPEG, JPEG] == [await lookup.cover(RELEASE), await lookup.cover(RELEASE)]

    assert [f"/release/{RELEASE}/front-1200"] == world.databases.paths


async def test_an_old_cover_is_smaller(world: World) -> None:
    world.databases.say(f"/release/{RELEASE}/front-1200", Said(status=404))
    world.databases.say(f"/release/{RELEASE}/front-500", Said(JPEG))
    async with world.open() as lookup:
        assert JPEG == await lookup.cover(RELEASE)


@pytest.mark.parametrize("body", [b"<html>", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", b""])
async def test_what_is_no_picture_for_a_tag_is_no_cover(world: World, body: bytes) -> None:
    said = Said(body, headers={"Content-Type": "image/jpeg"})
    world.databases.say(f"/release/{RELEASE}/front-1200", said)
    async with world.open() as lookup:
        assert await lookup.cover(RELEASE) is None
