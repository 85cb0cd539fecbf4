"""The program over a library that is encrypted: all that it does with files, it does as before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from bot import deeplinks
from downloader.refilling import refill
from downloader.verifying import Verifier
from sandbox.botapi.dialogs import Message
from sandbox.botapi.person import Person
from sandbox.seed.cast import Cast
from sandbox.stage import Stage
from sandbox.world import Chat, World
from storage.models import Account, ItemState, Origin, Reason, Track
from storage.segments import looks_sealed
from tests.downloader.metadata.songs import needs_ffmpeg
from tests.e2e.journey import Journey, add_jazz, digests, documents, files_below, running
from tests.e2e.test_handing import LARGE
from tests.e2e.test_sound import is_written
from tests.storage.backed import LATER
from tests.stores import store_at


@pytest.fixture
async def sealed(data: Path, music: Path, account: Account) -> Path:
    async with store_at(data, music) as store:
        await store.library_keys.begin()
    return music


@pytest.fixture
async def journey(
    stage: Stage, cast: Cast, data: Path, sealed: Path, person: Person
) -> AsyncIterator[Journey]:
    async with running(stage, data, sealed) as app:
        yield Journey(stage, cast, data, sealed, person, app)


async def fetched(journey: Journey, count: int) -> list[Track]:
    await journey.ask(f"/download @jazz {count}")
    await journey.shows("✅")
    return await journey.app.store.catalog.every()


async def play(journey: Journey, track: Track) -> Message:
    journey.person.send(f"/start {deeplinks.track(track.id)}")
    return await journey.person.until(lambda one: one.is_audio)


async def test_what_is_downloaded_lies_there_encrypted_and_is_sent_as_it_came(
    journey: Journey, world: World
) -> None:
    jazz = add_jazz(world, 2)
    tracks = await fetched(journey, 2)
    sent = [(await play(journey, track)).document for track in tracks]
    there = [journey.music / path for path in files_below(journey.music)]

    assert [] == [path for path in there if not looks_sealed(path.read_bytes())]
    assert 2 == len(there)
    assert digests(documents(jazz)) == digests([one for one in sent if one is not None])
    assert sorted(track.sha256 for track in tracks) == digests(documents(jazz))
    assert {track.path.name for track in tracks if track.path} == {
        one.name for one in sent if one is not None
    }


async def test_a_large_one_is_handed_in_by_an_account(journey: Journey, world: World) -> None:
    jazz = add_jazz(world, 1, size=LARGE)
    [track] = await fetched(journey, 1)
    [document] = documents(jazz)
    world.delete(jazz, jazz.posts[1])  # else it would be passed on from there
    sent = await play(journey, track)

    assert sent.document is not None
    assert document.digest() == sent.document.digest()


@pytest.mark.usefixtures("jazz")
async def test_a_damaged_one_is_found_and_fetched_again(journey: Journey) -> None:
    tracks = await fetched(journey, 4)
    store, music = journey.app.store, journey.music
    paths = [music / track.path for track in tracks if track.path]
    body = bytearray(paths[0].read_bytes())
    body[len(body) // 2] ^= 1
    paths[0].write_bytes(body)
    paths[1].write_bytes(paths[1].read_bytes()[:-1])
    paths[2].unlink()
    found = await Verifier(store, music, Random(1), lambda _: None).run()
    owner = Origin(journey.cast.owner.id, journey.cast.owner.id)
    await refill(store, found.damaged, found.missing, owner, LATER)
    await journey.shows("3 downloaded")
    after = await Verifier(store, music, Random(1), lambda _: None).run()

    assert (2, 1) == (len(found.damaged), len(found.missing))
    assert after.is_well
    assert all(looks_sealed(path.read_bytes()) for path in paths)


async def test_what_pretends_that_we_have_sealed_it_is_refused_as_damaged(
    journey: Journey, world: World
) -> None:
    jazz = add_jazz(world, 1)
    body = b"TADSEG\x01\x10" + bytes(5000)
    liar = world.add_document(body=body, name="liar.mp3", title="Liar", performer="Ann")
    world.post(jazz, "", liar, quiet=True)
    await journey.ask("/download @jazz 2")
    await journey.shows("1 downloaded", "1 failed")
    tracks = await journey.app.store.catalog.every()
    [failed] = [one for one in await journey.items() if one.state is ItemState.FAILED]

    assert ["Tune 1"] == [track.title for track in tracks]
    assert Reason.DAMAGED_AT_SOURCE is failed.reason


@needs_ffmpeg
async def test_one_is_listened_to_and_written_into(
    stage: Stage, cast: Cast, data: Path, sealed: Path, person: Person, jazz: Chat
) -> None:
    async with running(stage, data, sealed, write_tags="true", replaygain="true") as app:
        journey = Journey(stage, cast, data, sealed, person, app)
        await fetched(journey, 1)
        [track] = await app.store.catalog.every()
        while not await is_written(app):  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.1)
        [track] = await app.store.catalog.every()
        assert track.path is not None
        digest = await app.store.files.digest_published(track.path)
        async with app.store.files.plain(track.path) as plain:
            body = plain.read_bytes()

    assert track.sha256 == digest
    assert b"REPLAYGAIN_TRACK_GAIN" in body
    assert looks_sealed((sealed / track.path).read_bytes())
    assert [] == [path.name for path in (sealed / ".tad").iterdir() if path.is_file()]
