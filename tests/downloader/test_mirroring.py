from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from downloader.conversion import Conversion, Into
from downloader.converting import Converter
from downloader.ffmpeg.program import Ffmpeg
from downloader.mirroring import Copied, Copying, Mirroring
from storage.errors import DiskFailure
from storage.mirrors import Mirror
from storage.models import Track
from storage.store import Store
from tests.bot.library import put
from tests.downloader.metadata.files import frames_of_sound
from tests.stores import store_at

OPUS = Conversion(Into.OPUS, 96_000)
MAKES = 'for word; do last=$word; done; echo "$@" > ${last#file:}'


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


async def songs(store: Store, folder: Path, *names: str) -> list[Track]:
    found = await put(store, folder / "music", *names, bitrate=320_000)
    for track in found:
        assert track.path is not None
        (folder / "music" / track.path).write_bytes(frames_of_sound())
    return found


def mirroring(
    store: Store, folder: Path, line: str = MAKES, wanted: Conversion = OPUS
) -> Mirroring:
    program = folder / "program"
    program.write_text(f"#!/bin/sh\n{line}\n")
    program.chmod(0o755)
    converter = Converter(Ffmpeg(program, 2), None)
    return Mirroring(store.files, Mirror(folder / "phone"), wanted, converter)


async def run(one: Mirroring, *tracks: Track) -> Copying:
    return await one.run(tracks, lambda _: None, at_once=2)


def there(folder: Path) -> list[str]:
    found = (folder / "phone").rglob("*.*")
    return sorted(str(path.relative_to(folder / "phone")) for path in found if path.name[0] != ".")


async def test_tracks_keep_their_places_and_are_made_once(store: Store, tmp_path: Path) -> None:
    tracks = await songs(store, tmp_path, "1.mp3", "2.mp3", "3.mp3")
    first = await run(mirroring(store, tmp_path), *tracks)
    again = await run(mirroring(store, tmp_path, "exit 1"), *tracks)
    smaller = await run(mirroring(store, tmp_path, wanted=replace(OPUS, bitrate=64_000)), *tracks)

    assert ["Trio/1.opus", "Trio/2.opus", "Trio/3.opus"] == there(tmp_path)
    assert [{Copied.CONVERTED: 3}, {Copied.THERE: 3}, {Copied.CONVERTED: 3}] == [
        one.counts for one in (first, again, smaller)
    ]
    assert b"64000" in (tmp_path / "phone" / "Trio" / "1.opus").read_bytes()


async def test_what_is_small_enough_is_copied_as_it_is(store: Store, tmp_path: Path) -> None:
    tracks = await songs(store, tmp_path, "1.mp3")
    wanted = Conversion(Into.MP3, 320_000)
    done = await run(mirroring(store, tmp_path, "exit 1", wanted), *tracks)

    assert {Copied.AS_IT_IS: 1} == done.counts
    assert frames_of_sound() == (tmp_path / "phone" / "Trio" / "1.mp3").read_bytes()


async def test_what_cannot_be_made_is_told_and_the_rest_is(store: Store, tmp_path: Path) -> None:
    bad, good, gone, taken = await songs(store, tmp_path, "1.mp3", "2.mp3", "3.mp3", "4.mp3")
    (tmp_path / "music" / "Trio" / "1.mp3").write_text("no sound")
    (tmp_path / "music" / "Trio" / "3.mp3").unlink()
    (tmp_path / "phone" / "Trio").mkdir(parents=True)
    (tmp_path / "phone" / "Trio" / "4.opus").write_text("theirs")
    done = await run(mirroring(store, tmp_path), bad, good, gone, taken)

    assert {
        PurePosixPath("Trio/1.mp3"): Copied.UNREADABLE,
        PurePosixPath("Trio/3.mp3"): Copied.GONE,
        PurePosixPath("Trio/4.mp3"): Copied.IN_THE_WAY,
    } == done.troubles
    assert ["Trio/2.opus", "Trio/4.opus"] == there(tmp_path)


async def test_what_would_be_done_is_only_counted(store: Store, tmp_path: Path) -> None:
    tracks = await songs(store, tmp_path, "1.mp3")
    dry = Mirroring(store.files, Mirror(tmp_path / "phone"), OPUS, dry=True)
    told = await run(dry, *tracks)

    assert ({Copied.CONVERTED: 1}, 225 * 12_000) == (told.counts, told.bytes)
    assert not (tmp_path / "phone").exists()


async def test_a_full_disk_ends_it(store: Store, tmp_path: Path) -> None:
    tracks = await songs(store, tmp_path, "1.mp3", "2.mp3", "3.mp3")
    full = mirroring(store, tmp_path, "echo 'No space left on device' >&2; exit 1")
    with pytest.raises(DiskFailure):
        await run(full, *tracks)

    assert [] == there(tmp_path)


async def test_whoever_stops_it_leaves_nothing_half_made(store: Store, tmp_path: Path) -> None:
    tracks = await songs(store, tmp_path, "1.mp3")
    begun = tmp_path / "begun"
    slow = mirroring(store, tmp_path, f"echo > {begun}; exec sleep 600")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(run(slow, *tracks))
        while not begun.exists():  # noqa: ASYNC110  # a child says so by a file
            await asyncio.sleep(0.005)
        task.cancel()

    assert [] == [*(tmp_path / "phone").glob(".*.part")]
