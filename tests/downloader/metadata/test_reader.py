from __future__ import annotations

import asyncio
import os
import random
import resource
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.metadata.children import Limits, ReaderBrokenError
from downloader.metadata.reader import Reader, open_reader
from downloader.metadata.tags import Tags, TagsUnreadableError
from sandbox.audio.cover import Mosaic
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags as Said
from storage.description import Description
from storage.errors import DiskFailure
from tests.downloader.metadata.files import (
    ENDLESS,
    aiff,
    bomb,
    crowd,
    damaged,
    frame,
    frames_of_sound,
    nest,
    tagged,
)
from tests.storage.crowding import no_more_files

ROOT = Path(__file__).parents[3]
MELODY = Melody(3, 2)
SAID = Said("Осень 秋 🍂", "Трио & Co <3", "Альбом", 3, Mosaic(3).jpeg())
BRIEF = Limits(busy=timedelta(seconds=1), wall=timedelta(seconds=10))


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with open_reader(BRIEF) as reader:
        yield reader


def pid_of(reader: Reader) -> int:
    return next(iter(reader._children._idle)).process.pid


def title_of(tags: Tags) -> str:
    return tags.description.title


def stored(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    path.write_bytes(body)
    return path


async def refused(reader: Reader, path: Path) -> TagsUnreadableError:
    with pytest.raises(TagsUnreadableError) as error:
        await reader.read(path)
    return error.value


@pytest.mark.parametrize("kind", list(Format), ids=lambda kind: kind.extension)
async def test_every_format_says_what_was_written_into_it(
    reader: Reader, tmp_path: Path, kind: Format
) -> None:
    tags = await reader.read(stored(tmp_path, "tune", kind.file(MELODY, SAID)))

    named, sound = tags.description, tags.sound
    assert (SAID.title, SAID.artist, SAID.album) == (named.title, named.artist, named.album)
    assert (3, True, kind.extension) == (named.track_number, tags.has_cover, tags.format)
    assert sound.duration is not None
    assert pytest.approx(2, abs=0.1) == sound.duration.total_seconds()
    assert sound.bitrate is not None
    assert 8_000 < sound.bitrate < 1_000_000
    assert not tags.flaws


async def test_a_format_without_tags_of_its_own_may_have_some_before_it(
    reader: Reader, tmp_path: Path
) -> None:
    tags = await reader.read(stored(tmp_path, "tune.mp3", aiff("Stille", "Niemand")))

    assert ("Stille", "Niemand", "aiff") == (title_of(tags), tags.description.artist, tags.format)
    assert timedelta(seconds=1) == tags.sound.duration


async def test_a_file_may_say_nothing_about_itself(reader: Reader, tmp_path: Path) -> None:
    tags = await reader.read(stored(tmp_path, "tune.mp3", Format.MP3.file(MELODY)))

    assert Description() == tags.description
    assert not tags.has_cover


async def test_the_bytes_tell_the_kind_and_not_the_name(reader: Reader, tmp_path: Path) -> None:
    tags = await reader.read(stored(tmp_path, "tune.mp3", Format.FLAC.file(MELODY, SAID)))

    assert ("flac", SAID.title) == (tags.format, title_of(tags))


async def test_a_kind_is_found_behind_a_tag_longer_than_the_first_look(
    reader: Reader, tmp_path: Path
) -> None:
    tag = b"ID3\x04\x00\x00" + bytes((0, 1, 0, 0)) + bytes(1 << 14)
    tags = await reader.read(stored(tmp_path, "tune.flac", tag + Format.FLAC.file(MELODY, SAID)))

    assert ("flac", SAID.title) == (tags.format, title_of(tags))


async def test_sound_behind_rubbish_counts_where_the_name_says_so(
    reader: Reader, tmp_path: Path
) -> None:
    body = b"rubbish" * 9 + frames_of_sound()
    tags = await reader.read(stored(tmp_path, "tune.mp3", body))
    error = await refused(reader, stored(tmp_path, "tune.txt", body))

    assert "mp3" == tags.format
    assert error.kind is None


@pytest.mark.parametrize("body", [b"", b"<html>404</html>", bytes(5000)])
async def test_row90_what_is_no_audio_is_none_whatever_its_name(
    reader: Reader, tmp_path: Path, body: bytes
) -> None:
    error = await refused(reader, stored(tmp_path, "tune.mp3", body))

    assert error.kind is None


async def test_links_and_what_is_gone_are_not_read(reader: Reader, tmp_path: Path) -> None:
    song = stored(tmp_path, "song.mp3", Format.MP3.file(MELODY, SAID))
    (tmp_path / "link.mp3").symlink_to(song)

    for name in ("link.mp3", "gone.mp3", "."):
        with pytest.raises(DiskFailure):
            await reader.read(tmp_path / name)


@pytest.mark.parametrize(
    "made",
    [lambda: ENDLESS, lambda: bomb(512), lambda: crowd(150_000)],
    ids=["endless", "bomb", "crowd"],
)
async def test_row87_f63_a_file_that_hangs_or_fills_the_reader_costs_only_its_own_tags(
    reader: Reader, tmp_path: Path, made: Callable[[], bytes]
) -> None:
    before = pid_of(reader)
    error = await refused(reader, stored(tmp_path, "harm.mp3", made()))
    fine = await reader.read(stored(tmp_path, "fine.mp3", Format.MP3.file(MELODY, SAID)))

    assert error.kind is not None
    assert SAID.title == title_of(fine)
    assert before != pid_of(reader)


async def test_row87_f63_chapters_in_chapters_are_no_end_of_anything(
    reader: Reader, tmp_path: Path
) -> None:
    await refused_or_read(reader, stored(tmp_path, "nest.mp3", nest(3000)))
    fine = await reader.read(stored(tmp_path, "fine.mp3", Format.MP3.file(MELODY, SAID)))

    assert SAID.title == title_of(fine)


async def refused_or_read(reader: Reader, path: Path) -> Tags | None:
    try:
        return await reader.read(path)
    except TagsUnreadableError:
        return None


@pytest.mark.parametrize("kind", list(Format), ids=lambda kind: kind.extension)
async def test_damaged_files_are_read_or_refused_and_nothing_else(
    reader: Reader, tmp_path: Path, kind: Format
) -> None:
    whole = kind.file(MELODY, SAID)
    chance = random.Random(kind.extension)
    for _ in range(80):
        path = stored(tmp_path, f"damaged.{kind.extension}", damaged(whole, chance))
        tags = await refused_or_read(reader, path)
        assert tags is None or tags.format
    fine = await reader.read(stored(tmp_path, f"fine.{kind.extension}", whole))

    assert SAID.title == title_of(fine)


async def test_a_child_that_was_ended_between_two_files_costs_none_its_tags(
    reader: Reader, tmp_path: Path
) -> None:
    song = stored(tmp_path, "song.mp3", Format.MP3.file(MELODY, SAID))
    [child] = reader._children._idle
    child.process.kill()
    await child.process.wait()
    tags = await reader.read(song)

    assert SAID.title == title_of(tags)


async def test_an_answer_that_nobody_waited_for_is_not_given_to_the_next(
    reader: Reader, tmp_path: Path
) -> None:
    endless = stored(tmp_path, "endless.mp3", ENDLESS)
    fine = stored(tmp_path, "fine.mp3", Format.MP3.file(MELODY, SAID))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await reader.read(endless)
    tags = await reader.read(fine)

    assert SAID.title == title_of(tags)


async def test_many_files_asked_for_at_once_each_get_their_own_answer(
    reader: Reader, tmp_path: Path
) -> None:
    paths = [
        stored(tmp_path, f"{n}.mp3", Format.MP3.file(MELODY, Said(f"Song {n}", "Band")))
        for n in range(9)
    ]
    async with asyncio.TaskGroup() as tasks:
        reading = [tasks.create_task(reader.read(path)) for path in paths]

    assert [f"Song {n}" for n in range(9)] == [title_of(task.result()) for task in reading]


async def test_the_child_can_open_write_and_see_nothing(reader: Reader) -> None:
    child = Path(f"/proc/{pid_of(reader)}")
    limits = await asyncio.to_thread((child / "limits").read_text)
    open_files = len(await asyncio.to_thread(os.listdir, child / "fd"))
    environment = await asyncio.to_thread((child / "environ").read_bytes)

    assert f"Max open files            {open_files + 1} " in limits
    assert "Max file size             0 " in limits
    assert f"Max address space         {512 << 20} " in limits
    assert environment == b""


async def test_the_child_ends_with_its_reader() -> None:
    async with open_reader(BRIEF) as reader:
        pid = pid_of(reader)

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_reader_that_cannot_start_says_so() -> None:
    with pytest.raises(ReaderBrokenError):
        async with open_reader(Limits(memory=1 << 70)):
            pass


async def test_a_child_for_which_there_is_no_room_is_no_fault_of_the_file(
    reader: Reader, tmp_path: Path
) -> None:
    song = stored(tmp_path, "song.mp3", Format.MP3.file(MELODY, SAID))
    await reader.cool_down()
    with no_more_files():
        allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed + 1, most))
        with pytest.raises(ReaderBrokenError):
            await reader.read(song)

    assert SAID.title == title_of(await reader.read(song))


async def test_it_starts_where_the_machine_allows_less_than_it_would_ask_for(
    tmp_path: Path,
) -> None:
    song = stored(tmp_path, "song.mp3", Format.MP3.file(MELODY, SAID))
    script = (
        "import asyncio, pathlib, resource\n"
        "from downloader.metadata.reader import open_reader\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (3, 3))\n"
        "async def main():\n"
        "    async with open_reader() as reader:\n"
        f"        print((await reader.read(pathlib.Path({str(song)!r}))).description.album)\n"
        "asyncio.run(main())\n"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, cwd=ROOT, stdout=PIPE
    )
    out, _ = await child.communicate()

    assert SAID.album == out.decode().strip()


async def test_row83_a_title_as_long_as_a_novel_is_cut(reader: Reader, tmp_path: Path) -> None:
    body = tagged(frame(b"TIT2", b"\3" + b"x" * 1_000_000))
    tags = await reader.read(stored(tmp_path, "long.mp3", body))

    assert "x" * 500 == title_of(tags)


async def test_row83_of_ten_thousand_artists_as_many_are_kept_as_have_room(
    reader: Reader, tmp_path: Path
) -> None:
    artists = b"\0".join(b"Artist %d" % number for number in range(10_000))
    body = tagged(frame(b"TPE1", b"\3" + artists) + frame(b"TIT2", b"\3Tune"))
    tags = await reader.read(stored(tmp_path, "crowd.mp3", body))

    assert "Tune" == title_of(tags)
    assert tags.description.artist.startswith("Artist 0")
    assert len(tags.description.artist) <= 1000


@pytest.mark.parametrize(
    "words",
    [
        b"\1" + "So What".encode("utf-16-le"),
        b"\1" + "So What".encode("utf-16-be"),
        b"\0" + "Группа крови".encode("cp1251"),
        b"\1\xff\xfe" + "So".encode("utf-16-le") + "What".encode("utf-16-be") + b"\0",
    ],
    ids=["no mark", "other way round", "cp1251", "mixed"],
)
async def test_row89_letters_of_another_encoding_are_read_or_left_out(
    reader: Reader, tmp_path: Path, words: bytes
) -> None:
    said = stored(tmp_path, "odd.mp3", tagged(frame(b"TIT2", words)))
    await refused_or_read(reader, said)
    fine = await reader.read(stored(tmp_path, "fine.mp3", Format.MP3.file(MELODY, SAID)))

    assert SAID.title == title_of(fine)
