"""A system that lets us open no more files (F37): fewer items at a time, and none is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from downloader.move import Pace
from storage.errors import DiskFailure, DiskTrouble
from storage.files import Files
from storage.models import ItemState, JobState, Reason
from storage.parts import PartFile
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song

SONGS = [song(number) for number in range(1, 9)]


class FewFiles(Files):
    """Has room for so many open parts."""

    def __init__(self, root: Path, room: int) -> None:
        super().__init__(root)
        self._music = root
        self.room = room
        self.open = self.refused = 0
        self.crowded = asyncio.Event()

    async def create_part(self, document_id: int, size: int) -> PartFile:
        if self.open >= self.room:
            self.refused += 1
            self.crowded.set()
            raise DiskFailure(DiskTrouble.CROWDED, self._music)
        part = await super().create_part(document_id, size)
        self.open += 1
        return Counted(self, part)


class Counted(PartFile):
    def __init__(self, files: FewFiles, part: PartFile) -> None:
        super().__init__(part._path)
        self._file = part._file
        self._files = files

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._files.open -= 1
        await super().__aexit__(kind, error, traceback)


def crowd(rig: Rig, room: int) -> FewFiles:
    files = FewFiles(rig.music, room)
    rig.store = replace(rig.store, files=files)
    rig.build(workers=4, pace=Pace())
    return files


async def test_f37_every_file_comes_though_only_two_may_be_open(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        files = crowd(rig, room=2)
        rig.source.script("part", hold=files.crowded, times=2)
        async with rig.running(), rig.time.passing():
            job = await rig.submit()
            assert JobState.DONE is (await rig.ended(job.id)).state

        assert [0] * 8 == [item.attempts for item in await rig.items(job.id)]
        assert rig.bodies() == sorted(rig.published().values())


async def test_f37_who_finds_no_room_waits_and_says_why(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(SONGS[0])) as rig:
        files = crowd(rig, room=0)
        async with rig.running():
            job = await rig.submit()
            item = await rig.item_is(job.id, ItemState.WAITING)
            assert (Reason.TOO_MANY_FILES, 0) == (item.reason, item.attempts)
            assert item.until is not None
            files.room = 1
            rig.time.advance(await rig.time.someone_sleeps())
            assert JobState.DONE is (await rig.ended(job.id)).state


async def test_f37_after_a_refusal_fewer_are_at_work(tmp_path: Path) -> None:
    source = ScriptedSource(*SONGS)
    async with open_rig(tmp_path, source) as rig:
        files = crowd(rig, room=3)
        held = [source.script("part", hold=asyncio.Event()) for _ in range(3)]
        async with rig.running():
            job = await rig.submit()
            for rule in held:
                await rule.reached.wait()
            with rig.engine.events.listen() as heard:  # which of the four it is, is chance
                while ItemState.WAITING not in (states := await rig.states(job.id)):
                    await anext(heard)
            assert 3 == states.count(ItemState.FETCHING)
            assert 4 == states.count(ItemState.QUEUED)
            assert 1 == files.refused
