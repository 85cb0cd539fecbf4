"""Downloads that are heard by ffmpeg itself, and say afterwards how loud they are."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from mutagen.oggopus import OggOpus

from downloader.ffmpeg.program import Ffmpeg
from downloader.hearing import Hearing
from downloader.levelling import REST, Leveller
from downloader.metadata.children import Limits
from downloader.metadata.reader import Reader
from downloader.refiling import Refiled
from storage.errors import DiskFailure, DiskTrouble
from storage.listened import Loudness
from storage.models import Track
from storage.playing import SentFile
from storage.sound import Aspect, Flaw, Grade
from tests.downloader.metadata.songs import needs_ffmpeg
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song
from tests.downloader.test_tagging import build, file_of, holds

LENGTH = timedelta(seconds=4)
GAIN = "TXXX:REPLAYGAIN_{}_GAIN"


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A tone at two loudnesses, one as Opus, and silence."""
    folder = tmp_path_factory.mktemp("tones")
    files = [folder / name for name in ("loud.mp3", "quiet.mp3", "quiet.opus", "none.mp3")]
    for file, amplitude in zip(files, ("0.5", "0.1", "0.1", "0"), strict=True):
        wave = f"{amplitude}*sin(2*PI*997*t)"
        source = f"aevalsrc={wave}|{wave}:s=48000:d={LENGTH.total_seconds()}"
        command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, str(file)]
        subprocess.run(command, check=True, timeout=120)
    return {file.name: file.read_bytes() for file in files}


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    reader = Reader(Limits(wall=timedelta(seconds=30), busy=timedelta(seconds=5)))
    async with open_rig(tmp_path, ScriptedSource()) as rig:
        build(rig, reader)
        yield rig
    await reader.cool_down()


async def fetched(rig: Rig, *bodies: bytes, ending: str = "mp3") -> list[Track]:
    """Fetch them as the tracks of an album."""
    for number, body in enumerate(bodies, len(rig.source.songs) + 1):
        audio = song(number, size=len(body))
        holds(
            rig, replace(audio, duration=LENGTH, name=f"{number}.{ending}", title=f"{number}"), body
        )
    await rig.finish()
    tracks = await rig.store.catalog.every()
    for track in tracks:
        called = replace(track.description, album="Tones")
        await rig.store.edits.say(track.id, called, ["album"], 7, rig.time.now())
    return await rig.store.catalog.every()


async def heard(rig: Rig, *aspects: Aspect) -> None:
    hearing = Hearing(rig.store, Ffmpeg(Path(shutil.which("ffmpeg") or "")), aspects)
    for one in await rig.store.listened.unheard(aspects, 0, 9):
        await hearing.hear(one.track, one.aspects)


def leveller(rig: Rig) -> Leveller:
    tagging = rig.engine.editor._tagging
    assert tagging is not None

    async def write(track_id: int) -> Refiled:
        return await tagging.level(track_id, rig.engine.refiler)

    return Leveller(rig.store, rig.time.clock, write)


async def levelled(rig: Rig) -> list[Track]:
    """Let everything be reckoned and written that is due."""
    levels = leveller(rig)
    while await levels.step():
        pass
    return await rig.store.catalog.every()


def gains(rig: Rig, track: Track) -> dict[str, str]:
    tags = ID3(BytesIO(file_of(rig, track)))
    return {of: str(tags[GAIN.format(of)]) for of in ("TRACK", "ALBUM") if GAIN.format(of) in tags}


def by_title(track: Track) -> str:
    return track.title


@needs_ffmpeg
async def test_files_say_how_loud_they_are_and_later_how_loud_their_album_is(
    rig: Rig, tones: dict[str, bytes]
) -> None:
    before = await fetched(rig, tones["loud.mp3"], tones["quiet.mp3"])
    await rig.store.sent_files.put(1, before[0].id, SentFile("x", "audio"))
    await heard(rig, Aspect.LOUDNESS)
    tracks = await levelled(rig)
    alone = [gains(rig, track) for track in sorted(tracks, key=by_title)]
    rig.time.advance(2 * REST.total_seconds())
    together = [gains(rig, track) for track in sorted(await levelled(rig), key=by_title)]

    loud, quiet = (float(one["TRACK"].removesuffix(" dB")) for one in alone)
    assert -12.2 < loud < -11.2  # a tone at half the scale, with what MP3 adds at its ends
    assert abs(quiet - loud - 13.98) < 0.2  # a fifth of it
    assert [{"TRACK"}] * 2 == [one.keys() for one in alone]
    # The quiet half is so quiet that it does not count.
    [album] = {one["ALBUM"] for one in together}
    assert abs(float(album.removesuffix(" dB")) - loud) < 0.2
    assert alone == [{"TRACK": one["TRACK"]} for one in together]
    assert [one.sha256_source for one in before] == [one.sha256_source for one in tracks]
    assert [] == await rig.store.listened.unwritten(0, 9)
    assert before[0].id in await rig.store.sent_files.of(1, [before[0].id])


@needs_ffmpeg
async def test_opus_says_it_by_r128_and_silence_says_nothing(
    rig: Rig, tones: dict[str, bytes]
) -> None:
    await fetched(rig, tones["quiet.opus"], ending="opus")
    await fetched(rig, tones["none.mp3"])
    await heard(rig, Aspect.LOUDNESS)
    await levelled(rig)
    rig.time.advance(2 * REST.total_seconds())
    one, silent = sorted(await levelled(rig), key=lambda track: track.format, reverse=True)
    tags = OggOpus(BytesIO(file_of(rig, one)))

    assert "opus" == one.format
    assert tags["r128_track_gain"] == tags["r128_album_gain"]
    assert -6 * 256 < int(tags["r128_track_gain"][0]) < 0
    assert {} == gains(rig, silent)


@needs_ffmpeg
async def test_silence_is_a_flaw_with_its_grade(rig: Rig, tones: dict[str, bytes]) -> None:
    await fetched(rig, tones["none.mp3"])
    await heard(rig, Aspect.SPECTRUM)
    [track] = await rig.store.catalog.every()

    assert track.grade is Grade.POOR
    assert {Flaw.SILENT} == track.flaws


@needs_ffmpeg
async def test_where_tags_are_not_written_all_of_it_is_known_and_no_file_changes(
    rig: Rig, tones: dict[str, bytes]
) -> None:
    [track] = await fetched(rig, tones["quiet.mp3"])
    await heard(rig, Aspect.LOUDNESS)
    levels = Leveller(rig.store, rig.time.clock, None)
    is_done = await levels.step()
    known = await rig.store.listened.levels(track.id)

    assert not is_done
    assert known.track is not None
    assert {} == gains(rig, track)


async def test_a_disk_without_room_puts_it_off_and_holds_up_nothing(rig: Rig) -> None:
    asked: list[int] = []

    async def write(track_id: int) -> Refiled:
        asked.append(track_id)
        raise DiskFailure(DiskTrouble.FULL, rig.music)

    for number in (1, 2):
        holds(rig, song(number), b"song" * number)
    await rig.finish()
    ids = [track.id for track in await rig.store.catalog.every()]
    for one in ids:
        await rig.store.listened.add_loudness(one, Loudness(-9.0, 1.0))
    levels = Leveller(rig.store, rig.time.clock, write)
    steps = [await levels.step() for _ in range(3)]
    rig.time.advance(REST.total_seconds())
    steps.append(await levels.step())

    assert [True, True, False, True] == steps
    assert [*ids, ids[0]] == asked
