from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.events import Broadcast, ItemMoved
from downloader.ffmpeg.program import Ffmpeg
from downloader.hearing import Hearing
from downloader.listening import Listener
from storage.models import ItemState
from storage.sound import Aspect
from storage.store import Store
from tests.downloader.metadata.files import frames_of_sound
from tests.downloader.refiled import Library
from tests.downloader.scripted import OwnedTime
from tests.downloader.test_fingerprints import SONG, sounding, worn
from tests.storage.values import an_audio, claimed, running_job
from tests.stores import store_at

LENGTH = timedelta(seconds=200)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as opened:
        yield opened


class Ears:
    """A program in place of ffmpeg, which hears in a file what its last line says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._path = folder / "program"
        self.say("for word; do last=$word; case $word in file:*) file=${word#file:};; esac; done")

    def say(self, *lines: str) -> None:
        name = f'cat {self.folder}/$(tail -n 1 "$file")'
        self._path.write_text("\n".join(("#!/bin/sh", *lines, name)))
        self._path.chmod(0o755)

    @property
    def ffmpeg(self) -> Ffmpeg:
        return Ffmpeg(self._path)

    def heard(self, name: str, items: list[int]) -> None:
        (self.folder / name).write_bytes(struct.pack(f"<{len(items)}I", *items))


class Heard:
    """A library, and who listens to it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.library = Library(store, folder / "music")
        self.ears = Ears(folder / "ears")
        self.time = OwnedTime()
        self.events = Broadcast()

    def listener(self) -> Listener:
        hearing = Hearing(self.store, self.ears.ffmpeg, [Aspect.FINGERPRINT])
        return Listener(self.store, hearing, self.time.clock, self.events)

    async def unheard(self) -> list[int]:
        found = await self.store.listened.unheard([Aspect.FINGERPRINT], 0, 99)
        return [one.track.id for one in found]

    async def lay(self, name: str, items: list[int], length: timedelta = LENGTH) -> int:
        self.ears.heard(name, items)
        track_id = await self.library.lay(f"{name}.mp3", name, duration=length)
        path = self.library.music / f"{name}.mp3"
        path.write_bytes(frames_of_sound() + f"\n{name}".encode())
        return track_id

    async def listen(self) -> None:
        listener = self.listener()
        for _ in await self.unheard():
            await listener.step()

    async def betters(self) -> list[int | None]:
        return [track.better_id for track in await self.store.catalog.every()]


async def test_tracks_that_sound_the_same_are_found(store: Store, tmp_path: Path) -> None:
    heard = Heard(store, tmp_path)
    one = await heard.lay("a", SONG)
    await heard.lay("b", sounding(2))
    await heard.lay("c", worn(SONG[8:], 1), LENGTH + timedelta(seconds=1))
    await heard.lay("d", SONG, LENGTH + timedelta(seconds=60))
    await heard.listen()

    assert [None, None, one, None] == await heard.betters()
    assert [] == await heard.unheard()


@pytest.mark.parametrize(
    ("items", "length"), [([], LENGTH), ([5] * 900, LENGTH), (SONG, timedelta(0))]
)
async def test_what_says_nothing_is_like_nothing_and_is_not_heard_again(
    items: list[int], length: timedelta, store: Store, tmp_path: Path
) -> None:
    heard = Heard(store, tmp_path)
    await heard.lay("a", items, length)
    await heard.lay("b", items, length)
    await heard.listen()

    assert [None, None] == await heard.betters()
    assert [] == await heard.unheard()


async def test_a_file_that_cannot_be_heard_is_not_tried_again(store: Store, tmp_path: Path) -> None:
    heard = Heard(store, tmp_path)
    await heard.lay("a", SONG)
    heard.ears.say("echo broken >&2; exit 1")
    await heard.listen()

    assert [] == await heard.unheard()


async def test_a_file_that_is_away_is_tried_again_later(store: Store, tmp_path: Path) -> None:
    heard = Heard(store, tmp_path)
    one = await heard.lay("a", SONG)
    path = heard.library.music / "a.mp3"
    kept = path.rename(path.with_suffix(".away"))
    listener = heard.listener()
    await listener.step()
    left = await heard.unheard()
    kept.rename(path)
    async with heard.time.passing():
        await listener.step()
        await listener.step()

    assert [one] == left
    assert [] == await heard.unheard()


async def test_without_chromaprint_it_stops_and_marks_nothing(store: Store, tmp_path: Path) -> None:
    heard = Heard(store, tmp_path)
    one = await heard.lay("a", SONG)
    heard.ears.say("echo \"Requested output format 'chromaprint' is not suitable\" >&2; exit 1")
    await asyncio.wait_for(heard.listener().run(), 60)

    assert [one] == await heard.unheard()


async def test_what_a_download_brings_is_heard_at_once(store: Store, tmp_path: Path) -> None:
    heard = Heard(store, tmp_path)
    told = tmp_path / "told"
    os.mkfifo(told)
    job = await running_job(store, an_audio(1))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(heard.listener().run())
        await heard.time.someone_sleeps()
        await heard.lay("a", SONG)
        heard.ears.say(f"echo heard > {told}")
        item = replace(await claimed(store), state=ItemState.SAVED)
        heard.events.publish(ItemMoved(job, item))
        word = await asyncio.to_thread(told.read_text)
        running.cancel()

    assert "heard\n" == word
