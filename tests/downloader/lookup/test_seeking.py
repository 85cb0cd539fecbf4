"""What becomes of a fetched track that is looked up, from the databases to its file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from downloader.lookup.lookup import Terms, open_lookup
from downloader.lookup.seeking import Seeker
from downloader.metadata.children import Limits
from downloader.metadata.reader import Reader
from storage.description import Provenance, Reach
from storage.keyring import Keyring
from storage.models import Track
from tests.downloader.lookup.databases import (
    AGENT,
    JPEG,
    RECORDING,
    RELEASE,
    SO_WHAT,
    WHOLE_EDITION,
    Databases,
    Said,
    found,
)
from tests.downloader.refiled import Strikes, StruckMover
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource
from tests.downloader.test_tagging import _ONE, _SOUND, build, fetched, file_of, holds

LENGTH = 1_000  # milliseconds, as long as the file is
FRONT = f"/release/{RELEASE}/front-1200"
ASKED = ["/ws/2/recording", f"/ws/2/release/{RELEASE}", FRONT]


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    reader = Reader(Limits(wall=timedelta(seconds=10), busy=timedelta(seconds=2)))
    yield reader
    await reader.cool_down()


@pytest.fixture
async def databases() -> AsyncIterator[Databases]:
    async with Databases().open() as opened:
        opened.know()
        yield opened


@pytest.fixture
async def rig(tmp_path: Path, reader: Reader, databases: Databases) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource()) as rig:
        holds(rig, _ONE, _SOUND)
        build(rig, reader, reach=Reach.MISSING)
        yield rig


async def sought(
    rig: Rig, databases: Databases, reach: Reach = Reach.MISSING, steps: int = 1
) -> Track:
    """Fetch the track, and look it up."""
    track = await fetched(rig)
    length = round(track.duration.total_seconds() * 1000)
    databases.say("/ws/2/recording", found({**SO_WHAT, "length": length}))
    return await again(rig, databases, reach, steps)


async def again(
    rig: Rig, databases: Databases, reach: Reach = Reach.MISSING, steps: int = 1
) -> Track:
    seeker = seeker_of(rig, databases, reach)
    async with seeker._opening() as lookup, rig.time.passing():
        for _ in range(steps):
            await seeker.step(lookup)
    [track] = await rig.store.catalog.every()
    return track


def seeker_of(rig: Rig, databases: Databases, reach: Reach = Reach.MISSING) -> Seeker:
    terms = Terms(AGENT, reach, services=databases.services)
    return Seeker(
        rig.store,
        rig.engine.editor,
        rig.time.clock,
        reach,
        lambda: open_lookup(rig.store, rig.time.clock, terms),
    )


def tags_of(rig: Rig, track: Track) -> ID3:
    return ID3(BytesIO(file_of(rig, track)))


async def test_what_is_missing_is_found_and_written_and_the_file_moves(
    rig: Rig, databases: Databases
) -> None:
    track = await sought(rig, databases)
    tags = tags_of(rig, track)
    assert ASKED == databases.paths
    assert ("Kind of Blue", "1/5") == (str(tags["TALB"]), str(tags["TRCK"]))
    assert [JPEG] == [picture.data for picture in tags.getall("APIC")]
    assert track.has_cover
    assert Provenance.LOOKUP is track.provenance["album"]
    assert "Miles Davis/Kind of Blue (1959)/01 So What.mp3" == str(track.path)
    assert track.path is not None
    assert JPEG == (rig.music / track.path.with_name("cover.jpg")).read_bytes()
    identity = await rig.store.lookups.of_track(track.id)
    assert identity is not None
    assert (RECORDING, RELEASE) == (identity.recording_id, identity.release_id)
    assert [] == await rig.store.edits.unwritten()


async def test_what_was_looked_up_is_not_looked_up_again(rig: Rig, databases: Databases) -> None:
    await sought(rig, databases)
    asked = len(databases.asked)
    await again(rig, databases)
    assert asked == len(databases.asked)


async def test_it_stays_when_the_file_is_fetched_again(rig: Rig, databases: Databases) -> None:
    track = await sought(rig, databases)
    assert track.path is not None
    (rig.music / track.path).unlink()
    after = await fetched(rig)
    assert ("Kind of Blue", track.id) == (after.album, after.id)
    assert Provenance.LOOKUP is after.provenance["album"]


async def test_people_have_the_last_word(rig: Rig, databases: Databases) -> None:
    track = await fetched(rig)
    said = {"title": "So What", "artist": "Miles Davis", "album": "", "genre": "Modal"}
    await rig.engine.editor.edit(track.id, said, (), 7)
    track = await sought_as_it_is(rig, databases, Reach.ALL)
    assert ("", "Modal", "") == (track.album, track.genre, track.date)
    assert not track.has_cover
    assert FRONT not in databases.paths


async def test_what_people_take_back_is_what_was_looked_up(rig: Rig, databases: Databases) -> None:
    track = await fetched(rig)
    await rig.engine.editor.edit(track.id, {"album": ""}, (), 7)
    before = await sought_as_it_is(rig, databases, Reach.MISSING)
    after = await rig.engine.editor.edit(track.id, {}, ["album"], 7)
    assert ("", "") == (before.album, before.date)
    assert ("Kind of Blue", 1959) == (after.album, after.year)
    assert Provenance.LOOKUP is after.provenance["album"]


@pytest.mark.parametrize("strike", [0, 2, 3, 5, 7])
async def test_a_kill_anywhere_only_puts_it_off(
    rig: Rig, reader: Reader, databases: Databases, strike: int
) -> None:
    await fetched(rig)
    files = rig.store.files
    whole = files.mover
    struck = StruckMover(rig.music, rig.music / ".tad", whole._names, whole._placing, Keyring())
    struck.strikes = Strikes(strike)
    files.mover = struck
    with pytest.raises(ExceptionGroup, match="TaskGroup"):
        await sought_as_it_is(rig, databases, Reach.MISSING)
    files.mover = whole
    build(rig, reader, reach=Reach.MISSING)
    track = await again(rig, databases)
    assert track.has_cover
    assert [JPEG] == [picture.data for picture in tags_of(rig, track).getall("APIC")]
    assert [str(track.path)] == [one for one in rig.published() if one.endswith(".mp3")]


async def sought_as_it_is(rig: Rig, databases: Databases, reach: Reach) -> Track:
    [track] = await rig.store.catalog.every()
    length = round(track.duration.total_seconds() * 1000)
    databases.say("/ws/2/recording", found({**SO_WHAT, "length": length}))
    return await again(rig, databases, reach)


async def test_what_nobody_knows_stays_as_it_is(rig: Rig, databases: Databases) -> None:
    before = await fetched(rig)
    databases.say("/ws/2/recording", Said(status=404))
    after = await again(rig, databases)
    assert before == after
    await again(rig, databases)
    assert ["/ws/2/recording"] == databases.paths


async def test_nonsense_costs_nothing_and_is_asked_for_again_tomorrow(
    rig: Rig, databases: Databases
) -> None:
    before = await fetched(rig)
    databases.say("/ws/2/recording", Said(b"<html>"))
    assert before == await again(rig, databases)
    await again(rig, databases)
    assert 1 == len(databases.asked)
    rig.time.advance(timedelta(days=2).total_seconds())
    after = await sought_as_it_is(rig, databases, Reach.MISSING)
    assert "Kind of Blue" == after.album


async def test_an_outage_is_waited_out(rig: Rig, databases: Databases) -> None:
    track = await fetched(rig)
    length = round(track.duration.total_seconds() * 1000)
    busy = Said(status=503, headers={"Retry-After": "3600"})
    databases.say("/ws/2/recording", busy, found({**SO_WHAT, "length": length}))
    track = await again(rig, databases, steps=2)
    assert "Kind of Blue" == track.album
    assert 3600 in rig.time.slept


async def test_without_its_cover_a_track_gets_its_name_and_the_cover_tomorrow(
    rig: Rig, databases: Databases
) -> None:
    databases.say(FRONT, Said(status=503, headers={"Retry-After": "3600"}))
    track = await sought(rig, databases)
    assert ("Kind of Blue", False) == (track.album, track.has_cover)
    databases.say(FRONT, Said(JPEG))
    rig.time.advance(timedelta(days=2).total_seconds())
    track = await again(rig, databases)
    assert track.has_cover
    assert [JPEG] == [picture.data for picture in tags_of(rig, track).getall("APIC")]


async def test_where_tags_are_not_written_nothing_is_but_all_is_known(
    rig: Rig, reader: Reader, databases: Databases
) -> None:
    build(rig, reader, writes=False, reach=Reach.MISSING)
    track = await sought(rig, databases)
    assert "Kind of Blue" == track.album
    assert _SOUND == file_of(rig, track)
    assert FRONT not in databases.paths


async def test_a_file_that_its_owner_has_changed_is_only_described(
    rig: Rig, databases: Databases
) -> None:
    track = await fetched(rig)
    assert track.path is not None
    own = (rig.music / track.path).read_bytes() + b"own"
    (rig.music / track.path).write_bytes(own)
    after = await sought_as_it_is(rig, databases, Reach.MISSING)
    assert ("Kind of Blue", False) == (after.album, after.has_cover)
    assert after.path is not None
    assert own == (rig.music / after.path).read_bytes()


async def test_one_that_has_all_is_not_asked_about(rig: Rig, databases: Databases) -> None:
    track = await fetched(rig)
    said = {"title": "a", "artist": "b", "album": "c", "date": "1959"}
    await rig.engine.editor.edit(track.id, said, (), 7)
    one = await rig.store.edits.complete(track.id, lambda called: called, is_rewritten=True)
    assert one is not None
    await rig.store.edits.written(one, has_cover=True)
    await again(rig, databases)
    assert [] == databases.paths


async def test_what_a_download_brings_is_looked_up(rig: Rig, databases: Databases) -> None:
    held = asyncio.Event()
    databases.say("/ws/2/recording", Said(status=404, held=held))
    seeker = seeker_of(rig, databases)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(seeker.run(rig.engine.events))
        await rig.time.someone_sleeps()
        assert 0 == await seeker.left()
        track = await fetched(rig)
        while not databases.paths:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)
        assert 1 == await seeker.left()
        held.set()
        while await rig.store.lookups.of_track(track.id) is None:  # noqa: ASYNC110  # nor here
            await asyncio.sleep(0.01)
        running.cancel()


async def test_an_album_is_the_one_that_the_tags_say(rig: Rig, databases: Databases) -> None:
    other = {**WHOLE_EDITION, "title": "Milestones"}
    databases.say(f"/ws/2/release/{RELEASE}", other)
    track = await fetched(rig)
    await rig.engine.editor.edit(track.id, {"album": "Sketches"}, (), 7)
    after = await sought_as_it_is(rig, databases, Reach.MISSING)
    assert ("Sketches", "", None) == (after.album, after.date, after.track_number)
    assert ["/ws/2/recording"] == databases.paths
