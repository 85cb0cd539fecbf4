"""What a person says of a track that was fetched, from the catalogue to its file."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from downloader.events import TrackEdited
from downloader.metadata.children import Limits
from downloader.metadata.reader import Reader
from storage.description import Provenance
from storage.errors import NotStoredError
from storage.keyring import Keyring
from storage.models import ItemState, Track
from storage.playing import SentFile
from storage.sound import Grade
from tests.downloader.refiled import Strikes, StruckError, StruckMover
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource
from tests.downloader.test_tagging import _ONE, _SOUND, build, fetched, file_of, holds

_PERSON = 7


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


def lossless(length: timedelta) -> bytes:
    body = BytesIO()
    with wave.open(body, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(44_100)
        sound.writeframes(bytes(4 * round(44_100 * length.total_seconds())))
    return body.getvalue()


async def in_line(rig: Rig) -> Track:
    """Run the engine until the file is as was said."""
    async with rig.running():
        with rig.engine.events.listen() as heard:
            while not isinstance(await anext(heard), TrackEdited):
                pass
    assert [] == await rig.store.edits.unwritten()
    [track] = await rig.store.catalog.every()
    return track


def tags_of(rig: Rig, track: Track) -> dict[str, str]:
    return {name: str(frame) for name, frame in ID3(BytesIO(file_of(rig, track))).items()}


async def test_what_a_person_says_is_written_into_the_file_and_it_moves(rig: Rig) -> None:
    track = await fetched(rig)
    said = {"title": "So What?", "album": "Kind of Blue", "date": "1959", "track_number": "1"}
    called = await rig.engine.editor.edit(track.id, said, (), _PERSON)
    assert ("So What?", 1959) == (called.title, called.year)
    track = await in_line(rig)
    tags = tags_of(rig, track)
    assert ("So What?", "Kind of Blue") == (tags["TIT2"], tags["TALB"])
    assert track.path is not None
    assert "Miles Davis/Kind of Blue (1959)" == str(track.path.parent)
    assert track.path.name.startswith("01 So What")
    assert [str(track.path)] == [one for one in rig.published() if one.endswith(".mp3")]


async def test_what_is_taken_back_is_what_was_found(rig: Rig) -> None:
    before = await fetched(rig)
    await rig.engine.editor.edit(before.id, {"title": "Else", "artist": ""}, (), _PERSON)
    assert "TPE1" not in tags_of(rig, await in_line(rig))
    await rig.engine.editor.edit(before.id, {}, ("title", "artist"), _PERSON)
    after = await in_line(rig)
    assert before.description == after.description
    assert before.path == after.path
    assert ("So What", "Miles Davis") == tuple(tags_of(rig, after)[one] for one in ("TIT2", "TPE1"))


async def test_a_file_that_its_owner_has_changed_is_only_described(rig: Rig) -> None:
    track = await fetched(rig)
    assert track.path is not None
    own = (rig.music / track.path).read_bytes() + b"own"
    (rig.music / track.path).write_bytes(own)
    await rig.engine.editor.edit(track.id, {"title": "Else"}, (), _PERSON)
    after = await in_line(rig)
    assert "Else" == after.title
    assert after.path is not None
    assert own == (rig.music / after.path).read_bytes()


async def test_where_tags_are_not_written_a_file_only_moves(rig: Rig, reader: Reader) -> None:
    build(rig, reader, writes=False)
    track = await fetched(rig)
    await rig.engine.editor.edit(track.id, {"title": "Else"}, (), _PERSON)
    after = await in_line(rig)
    assert _SOUND == file_of(rig, after)
    assert after.path is not None
    assert "Else.mp3" == after.path.name


async def test_what_was_said_of_a_recording_stays_when_it_is_fetched_anew(rig: Rig) -> None:
    track = await fetched(rig)
    await rig.engine.editor.edit(track.id, {"title": "So What?", "genre": ""}, (), _PERSON)
    after = await in_line(rig)
    assert after.path is not None
    (rig.music / after.path).unlink()
    again = await fetched(rig)
    assert ("So What?", track.id) == (again.title, again.id)
    assert Provenance.PERSON is again.provenance["title"] is again.provenance["genre"]
    assert "So What?" == tags_of(rig, again)["TIT2"]


async def test_a_better_posting_is_served_with_what_people_keep_of_the_recording(
    rig: Rig,
) -> None:
    first = await fetched(rig)
    await rig.engine.editor.edit(first.id, {"album": "Kind of Blue"}, (), _PERSON)
    await rig.store.favorites.add(_PERSON, first.id, rig.time.now())
    mine = await rig.store.playlists.create(_PERSON, "Morning", rig.time.now())
    await rig.store.playlists.add(mine.id, [first.id])
    length = first.duration
    better = replace(_ONE, message_id=2, document_id=77, name="2.wav", duration=length)
    holds(rig, better, lossless(length))
    job = await rig.finish()
    assert [ItemState.SAVED, ItemState.LINKED] == await rig.states(job.id)
    one, other = await rig.store.catalog.every()
    worse, best = (one, other) if one.id == first.id else (other, one)
    assert (best.id, None) == (worse.better_id, best.better_id)
    assert (Grade.EXCELLENT, "Kind of Blue") == (best.grade, worse.album)
    assert [best.id] == await rig.store.playlists.tracks(mine.id)
    assert {best.id} == {*await rig.store.favorites.among(_PERSON, [best.id])}


async def test_no_bot_sends_the_file_as_it_was(rig: Rig) -> None:
    track = await fetched(rig)
    await rig.engine.editor.edit(track.id, {"title": "Else"}, (), _PERSON)
    await rig.store.sent_files.put(1, track.id, SentFile("x", "audio"))  # before it was rewritten
    await in_line(rig)
    assert {} == await rig.store.sent_files.of(1, [track.id])


async def test_a_disk_that_fails_puts_it_off(rig: Rig) -> None:
    track = await fetched(rig)
    await rig.engine.editor.edit(track.id, {"title": "Else"}, (), _PERSON)
    away = rig.music.rename(rig.music.with_name("away"))
    async with asyncio.TaskGroup() as group:
        step = group.create_task(rig.engine.editor.step())
        assert 300 == await rig.time.someone_sleeps()
        step.cancel()
    away.rename(rig.music)
    assert "Else" == tags_of(rig, await in_line(rig))["TIT2"]


@pytest.mark.parametrize("strike", range(8))
async def test_a_kill_anywhere_puts_it_off_and_loses_nothing(
    rig: Rig, reader: Reader, strike: int
) -> None:
    track = await fetched(rig)
    await rig.engine.editor.edit(track.id, {"title": "Else"}, (), _PERSON)
    files = rig.store.files
    whole = files.mover
    struck = StruckMover(rig.music, rig.music / ".tad", whole._names, whole._placing, Keyring())
    struck.strikes = Strikes(strike)
    files.mover = struck
    with pytest.raises(StruckError):
        await rig.engine.editor.step()
    files.mover = whole
    build(rig, reader)
    after = await in_line(rig)
    assert "Else" == tags_of(rig, after)["TIT2"]
    assert [str(after.path)] == [one for one in rig.published() if one.endswith(".mp3")]


async def test_of_a_track_that_is_not_there_nothing_can_be_said(rig: Rig) -> None:
    with pytest.raises(NotStoredError):
        await rig.engine.editor.edit(9, {"title": "Else"}, (), _PERSON)


async def test_a_file_that_comes_back_says_what_was_said_while_it_was_away(rig: Rig) -> None:
    track = await fetched(rig)
    merger = rig.engine.merger
    ruling = await merger.remove([track.id], best_id=track.id)
    assert ruling is not None
    await rig.engine.editor.edit(track.id, {"title": "So What?"}, (), _PERSON)
    async with rig.running():
        with rig.engine.events.listen() as heard:
            await merger.undo(ruling.id)
            while not isinstance(await anext(heard), TrackEdited):
                pass
    [track] = await rig.store.catalog.every()

    assert "So What?" == tags_of(rig, track)["TIT2"]
