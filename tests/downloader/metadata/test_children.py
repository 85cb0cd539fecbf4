from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.metadata.children import Children, End, Limits
from downloader.metadata.reader import Reader, open_reader
from downloader.metadata.tags import TagsUnreadableError
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags as Said
from tests.downloader.metadata.files import ENDLESS

BRIEF = Limits(busy=timedelta(seconds=1), wall=timedelta(seconds=10))


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with open_reader(BRIEF, most=3) as reader:
        yield reader


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.mp3"
    path.write_bytes(Format.MP3.file(Melody(1, 2), Said("So What", "Miles")))
    return path


def pids(reader: Reader) -> set[int]:
    return {child.process.pid for child in reader._children._idle}


async def read_all(reader: Reader, paths: list[Path]) -> list[str]:
    async with asyncio.TaskGroup() as tasks:
        reading = [tasks.create_task(reader.read(path)) for path in paths]
    return [task.result().description.title for task in reading]


async def test_one_child_is_enough_for_files_that_come_one_by_one(
    reader: Reader, song: Path
) -> None:
    before = pids(reader)
    for _ in range(5):
        await reader.read(song)

    assert before == pids(reader)


async def test_there_are_as_many_as_are_wanted_at_once_but_no_more(
    reader: Reader, song: Path
) -> None:
    assert ["So What"] * 20 == await read_all(reader, [song] * 20)
    assert 3 == len(pids(reader))


async def test_a_file_that_hangs_one_child_keeps_no_other_from_its_work(
    song: Path, tmp_path: Path
) -> None:
    (tmp_path / "endless.mp3").write_bytes(ENDLESS)
    minutes = timedelta(minutes=9)
    limits = Limits(busy=minutes, wall=minutes)
    async with open_reader(limits) as reader, asyncio.TaskGroup() as tasks:
        hanging = tasks.create_task(reader.read(tmp_path / "endless.mp3"))
        titles = await read_all(reader, [song] * 5)
        is_first = hanging.cancel()

    assert ["So What"] * 5 == titles
    assert is_first


@pytest.mark.parametrize(
    ("limits", "end"),
    [
        (Limits(busy=timedelta(seconds=1), wall=timedelta(minutes=9)), End.BUSY),
        (Limits(busy=timedelta(minutes=9), wall=timedelta(seconds=1)), End.SLOW),
    ],
    ids=list(End)[:2],
)
async def test_why_a_child_was_ended_is_told(tmp_path: Path, limits: Limits, end: End) -> None:
    (tmp_path / "endless.mp3").write_bytes(ENDLESS)
    async with open_reader(limits) as reader:
        with pytest.raises(TagsUnreadableError) as error:
            await reader.read(tmp_path / "endless.mp3")

    assert end == error.value.detail


async def test_a_child_that_nobody_asks_any_more_ends() -> None:
    children = Children(BRIEF, 1, idle=timedelta(seconds=0.2))
    await children.warm_up()
    [child] = children._idle

    assert 0 == await child.process.wait()
    assert not children._idle

    await children.warm_up()
    assert 1 == len(children._idle)
    await children.cool_down()


async def test_all_end_with_their_reader(song: Path) -> None:
    async with open_reader(BRIEF) as reader:
        await read_all(reader, [song] * 4)
        children = pids(reader)

    for pid in children:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_who_moves_much_has_longer() -> None:
    longer = Limits().with_time_to_move(1 << 30)

    assert Limits().busy < longer.busy
    assert timedelta(minutes=3) < longer.wall < timedelta(minutes=5)
