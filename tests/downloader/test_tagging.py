"""What becomes of a fetched file that is looked into, from the part to the catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from mutagen.id3 import APIC, ID3, SYLT, TIT2, TPE1

from downloader.errors import ThrottledError
from downloader.metadata.children import Limits
from downloader.metadata.naming.rules import Rules
from downloader.metadata.reader import Reader
from downloader.source import Surroundings
from downloader.tagging import Tagging
from storage.description import Provenance
from storage.models import Audio, ItemState, JobState, Request, Track
from storage.paths import Templates
from storage.sound import Flaw, Grade
from storage.templates import parse
from tests.downloader.metadata.files import ENDLESS, frames_of_sound
from tests.downloader.rig import ME, Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song
from tests.downloader.test_torn import Failing

_JPEG = b"\xff\xd8\xff\xe0" + bytes(500)
_TEMPLATES = Templates(
    parse("{albumartist}/{album} ({year})/[{track:02} ]{title}"),
    parse("{artist}/Singles/{title}"),
    parse("Compilations/{album}/[{track:02} ]{title}"),
)
_SOUND = frames_of_sound()
_ONE = replace(
    song(1, size=len(_SOUND)),
    title="",
    performer="",
    name="audio_2021-03-04.mp3",
    caption="Miles Davis - So What",
    duration=timedelta(seconds=1),
)


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    reader = Reader(Limits(wall=timedelta(seconds=10), busy=timedelta(seconds=2)))
    yield reader
    await reader.cool_down()


@pytest.fixture
async def rig(tmp_path: Path, reader: Reader) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource()) as rig:
        holds(rig, _ONE, _SOUND)
        build(rig, reader)
        yield rig


def build(rig: Rig, reader: Reader, **more: Any) -> None:
    rig.build(tagging=Tagging(rig.store, reader, rig.source, Rules(), _TEMPLATES, **more))


def holds(rig: Rig, audio: Audio, body: bytes) -> Audio:
    """Let the chat hold a posting with these bytes."""
    audio = replace(audio, size=len(body))
    rig.source.songs = [*(one for one in rig.source.songs if one != audio), audio]
    rig.source.bodies[audio.document_id] = body
    return audio


async def fetched(rig: Rig) -> Track:
    job = await rig.finish()
    assert job.state is JobState.DONE
    assert (frozenset(), frozenset()) == await rig.left_over()
    [track] = await rig.store.catalog.every()
    return track


def file_of(rig: Rig, track: Track) -> bytes:
    assert track.path is not None
    body = (rig.music / track.path).read_bytes()
    assert (sha256(body).hexdigest(), len(body)) == (track.sha256, track.file_size)
    return body


def all_files(rig: Rig) -> list[bytes]:
    return [path.read_bytes() for path in rig.music.rglob("*.mp3")]


async def test_a_bare_file_gets_tags_a_cover_and_its_place(rig: Rig) -> None:
    rig.source.around = Surroundings("Miles Davis - Kind of Blue (1959)", _JPEG)
    track = await fetched(rig)
    tags = ID3(BytesIO(file_of(rig, track)))
    assert (str(tags["TIT2"]), str(tags["TPE1"])) == ("So What", "Miles Davis")
    assert str(tags["TALB"]) == "Kind of Blue"
    assert tags.getall("APIC")[0].data == _JPEG
    assert str(track.path) == "Miles Davis/Kind of Blue (1959)/So What.mp3"
    assert track.provenance["title"] is Provenance.CAPTION
    assert track.provenance["album"] is Provenance.ALBUM_CAPTION


async def test_the_cover_of_an_album_lies_in_its_folder(rig: Rig) -> None:
    rig.source.around = Surroundings("Miles Davis - Kind of Blue (1959)", _JPEG)
    track = await fetched(rig)
    assert track.path is not None
    assert (rig.music / track.path.with_name("cover.jpg")).read_bytes() == _JPEG


async def test_a_picture_that_no_tag_can_hold_is_no_cover(rig: Rig) -> None:
    rig.source.around = Surroundings("", b"RIFF\0\0\0\0WEBPVP8 " + bytes(99))
    track = await fetched(rig)
    assert not track.has_cover
    assert ID3(BytesIO(file_of(rig, track))).getall("APIC") == []


async def test_words_whose_times_are_known_lie_beside_their_track(rig: Rig) -> None:
    tags = ID3()
    tags.add(SYLT(encoding=3, lang="eng", format=2, type=1, text=[("So", 500), ("What", 900)]))
    body = BytesIO(_SOUND)
    tags.save(body)
    rig.source.songs.clear()
    holds(rig, _ONE, body.getvalue())
    track = await fetched(rig)
    assert track.path is not None
    assert "[00:00.50]So" in (rig.music / track.path.with_suffix(".lrc")).read_text()


async def test_no_copy_is_left_of_a_file_that_says_all_already(rig: Rig) -> None:
    for number in range(3):  # the comment is the third file's own
        body = file_of(rig, (await rig.store.catalog.every())[-1]) if number else _SOUND
        rig.source.songs.clear()
        holds(rig, replace(_ONE, message_id=2, document_id=70 + number, caption="x"), body)
        await rig.finish()
    last = (await rig.store.catalog.every())[-1]

    assert last.sha256 == last.sha256_source
    assert [] == list((rig.music / ".tad").glob("*.tagged"))


async def test_no_copy_is_left_of_a_file_whose_job_is_stopped(rig: Rig) -> None:
    writing = asyncio.Event()

    class Held(Reader):
        async def write(self, *_: Any, **__: Any) -> bool:
            writing.set()
            return await asyncio.Future()

    held = Held(Limits())
    build(rig, held)
    async with rig.running():
        job = await rig.submit()
        await writing.wait()
        await rig.engine.pause(job.id)
        await rig.item_is(job.id, ItemState.QUEUED)
    await held.cool_down()

    assert [] == list((rig.music / ".tad").glob("*.tagged"))


async def test_a_job_is_stopped_while_a_cover_is_laid_beside_its_track(rig: Rig) -> None:
    looking = asyncio.Event()

    class Held(Reader):
        async def picture(self, path: Path) -> bytes | None:
            looking.set()
            return await asyncio.Future()

    held = Held(Limits())
    build(rig, held)
    rig.source.around = Surroundings("Miles Davis - Kind of Blue (1959)", _JPEG)
    async with rig.running(), asyncio.timeout(20):
        job = await rig.submit()
        await looking.wait()
        await rig.engine.cancel(job.id)
    await held.cool_down()

    assert [ItemState.SAVED] == await rig.states(job.id)


async def test_a_file_that_has_lost_our_tags_again_is_still_there(rig: Rig) -> None:
    track = await fetched(rig)
    assert track.path is not None
    (rig.music / track.path).write_bytes(_SOUND)
    await rig.finish()
    [again] = await rig.store.catalog.every()

    assert again.path == track.path
    assert all_files(rig) == [_SOUND]


async def test_a_voice_message_is_left_as_it_was_spoken(rig: Rig) -> None:
    rig.source.songs.clear()
    holds(rig, replace(_ONE, voice=True), _SOUND)
    rig.source.around = Surroundings("Miles Davis - Kind of Blue (1959)", _JPEG)
    async with rig.running():
        job = await rig.engine.submit(Request("@jazz", 10, voice=True), ME)
        await rig.ended(job.id)
    [track] = await rig.store.catalog.every()

    assert file_of(rig, track) == _SOUND
    assert (track.album, track.has_cover) == ("", False)


async def test_the_digest_of_what_came_stays_in_the_catalogue(rig: Rig) -> None:
    track = await fetched(rig)
    assert track.sha256_source == sha256(_SOUND).hexdigest() != track.sha256
    assert file_of(rig, track).endswith(_SOUND)
    again = holds(rig, replace(_ONE, message_id=2, document_id=77), _SOUND)
    job = await rig.finish()
    assert [ItemState.LINKED] * 2 == await rig.states(job.id)
    assert again.size == track.size


async def test_what_a_file_says_itself_stands_and_nobody_is_asked(rig: Rig) -> None:
    tags = ID3()
    tags.add(TIT2(text="Blue in Green"))
    tags.add(TPE1(text="Bill Evans"))
    tags.add(APIC(mime="image/jpeg", type=3, data=_JPEG))
    body = BytesIO(_SOUND)
    tags.save(body)
    rig.source.songs.clear()
    holds(rig, _ONE, body.getvalue())
    track = await fetched(rig)
    assert (track.title, track.performer) == ("Blue in Green", "Bill Evans")
    assert track.provenance["title"] is Provenance.TAGS
    assert track.has_cover


async def test_a_file_is_graded_by_how_it_sounds(rig: Rig) -> None:
    rig.source.songs = [replace(_ONE, duration=timedelta(minutes=4))]
    track = await fetched(rig)
    assert (track.codec, track.channels, track.grade) == ("mp3", 1, Grade.FAIR)
    assert track.flaws == frozenset({Flaw.OTHER_LENGTH})


async def test_where_tags_are_not_to_be_written_the_file_is_only_described(
    rig: Rig, reader: Reader
) -> None:
    build(rig, reader, writes=False)
    track = await fetched(rig)
    assert file_of(rig, track) == _SOUND
    assert track.title == "So What"


async def test_a_file_that_ends_its_reader_is_published_as_it_came(rig: Rig) -> None:
    rig.source.songs.clear()
    holds(rig, _ONE, ENDLESS)
    track = await fetched(rig)
    assert file_of(rig, track) == ENDLESS
    assert (track.title, track.performer, track.grade) == ("So What", "Miles Davis", None)


async def test_a_disk_without_room_for_a_copy_costs_the_tags_only(rig: Rig, reader: Reader) -> None:
    build(rig, reader, reserve=1 << 60)
    assert file_of(rig, await fetched(rig)) == _SOUND


async def test_a_throttle_costs_the_cover_only(rig: Rig) -> None:
    rig.source.script("surroundings", ThrottledError(timedelta(minutes=9)))
    track = await fetched(rig)
    assert not track.has_cover
    assert track.title == "So What"


async def test_an_answer_that_never_comes_costs_the_cover_only(rig: Rig, reader: Reader) -> None:
    rig.source.script("surroundings", hold=asyncio.Event())
    build(rig, reader, patience=timedelta(0))
    track = await fetched(rig)
    assert not track.has_cover
    assert track.title == "So What"


async def test_what_a_person_has_said_goes_into_a_file_that_comes_again(rig: Rig) -> None:
    track = await fetched(rig)
    called = replace(track.description, title="So What?")
    await rig.store.edits.say(track.id, called, ["title"], 7, rig.time.now())
    assert track.path is not None
    (rig.music / track.path).unlink()
    again = await fetched(rig)
    assert again.id == track.id
    assert str(ID3(BytesIO(file_of(rig, again)))["TIT2"]) == "So What?"
    assert again.provenance["title"] is Provenance.PERSON


async def test_f40_a_tagged_file_that_was_not_entered_is_adopted_with_all_that_is_known_of_it(
    rig: Rig, reader: Reader
) -> None:
    catalog = rig.store.catalog
    rig.store = replace(rig.store, catalog=cast("Any", Failing(catalog, 1)))
    build(rig, reader)
    async with rig.running():
        job = await rig.submit()
        await rig.item_is(job.id, ItemState.PARKED)
    assert [] == await catalog.every()
    build(rig, reader)
    async with rig.running():
        assert JobState.DONE is (await rig.ended(job.id)).state
    assert (frozenset(), frozenset()) == await rig.left_over()
    [track] = await catalog.every()
    assert track.title == "So What"
    assert track.provenance["title"] is Provenance.CAPTION
    assert str(ID3(BytesIO(file_of(rig, track)))["TIT2"]) == "So What"
    assert len(list(rig.music.rglob("*.mp3"))) == 1
