from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath

import pytest

from downloader.clock import Clock
from downloader.importing import Importer, extent
from downloader.intake import Extent, Intake, Trouble
from downloader.metadata.children import Limits, ReaderBrokenError
from downloader.metadata.reader import Reader, open_reader
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from storage.errors import DiskFailure
from storage.models import Track
from storage.store import Store
from tests.downloader.metadata.files import ENDLESS
from tests.stores import store_at

Imports = Callable[..., Importer]
HERE = PurePosixPath()


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return tmp_path / "music"


@pytest.fixture
async def store(tmp_path: Path, music: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", music) as store:
        yield store


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with open_reader(Limits(busy=timedelta(seconds=1))) as reader:
        yield reader


@pytest.fixture
def imports(store: Store, reader: Reader, music: Path) -> Imports:
    def make(
        folder: Path = music,
        inside: PurePosixPath | None = HERE,
        tell: Callable[[Intake], None] = lambda _: None,
    ) -> Importer:
        return Importer(store, reader, Clock(), folder, inside, tell)

    return make


def song(title: str, kind: Format = Format.MP3) -> bytes:
    return kind.file(Melody(1, 1), Tags(title, "Band", "Album", 2))


def laid(folder: Path, files: dict[str, bytes]) -> None:
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


async def tracks(store: Store) -> dict[str, Track]:
    return {str(track.path): track for track in await store.catalog.every()}


async def test_a_folder_is_entered_with_tags_kinds_and_digests(
    imports: Imports, store: Store, music: Path
) -> None:
    bodies = {f"a/{kind.extension}.{kind.extension}": song("Song", kind) for kind in Format}
    laid(music, bodies)
    intake = await imports().run()
    found = await tracks(store)

    assert (len(bodies), 0, 0, {}) == (
        intake.entered, intake.known, intake.left_out, intake.troubles,
    )  # fmt: skip
    assert bodies.keys() == found.keys()
    for path, track in found.items():
        assert ("Song", "Band", "Album") == (track.title, track.performer, track.album)
        assert PurePosixPath(path).suffix[1:] == track.format
        assert sha256(bodies[path]).hexdigest() == track.sha256
        assert len(bodies[path]) == track.size


async def test_a_folder_inside_the_library_keeps_its_place(
    imports: Imports, store: Store, music: Path
) -> None:
    laid(music, {"old/1.mp3": song("One"), "new/2.mp3": song("Two")})
    await imports(music / "old", PurePosixPath("old")).run()

    assert {"old/1.mp3"} == (await tracks(store)).keys()


async def test_a_second_run_passes_over_what_is_there_and_reads_what_has_changed(
    imports: Imports, store: Store, music: Path
) -> None:
    laid(music, {f"{n}.mp3": song(f"Song {n}") for n in range(3)})
    await imports().run()
    before = await tracks(store)
    laid(music, {"1.mp3": song("Another")})
    os.utime(music / "1.mp3", (0, 1_000_000_000))
    again, third = await imports().run(), await imports().run()
    after = await tracks(store)

    assert (1, 2) == (again.entered, again.known)
    assert (0, 3) == (third.entered, third.known)
    assert "Another" == after["1.mp3"].title
    assert before["1.mp3"].id == after["1.mp3"].id
    assert before["0.mp3"] == after["0.mp3"]


async def test_what_is_left_out_is_told_with_the_reason(
    imports: Imports, store: Store, music: Path
) -> None:
    strange = os.fsdecode(b"caf\xe9.mp3")
    laid(music, {"good.mp3": song("Good"), "page.mp3": b"<html>", strange: song("Café")})
    intake = await imports().run()

    assert {
        PurePosixPath("page.mp3"): Trouble.NO_AUDIO,
        PurePosixPath(strange): Trouble.NAME,
    } == intake.troubles
    assert (1, 2) == (intake.entered, intake.left_out)
    assert ["good.mp3"] == list(await tracks(store))


async def test_f63_a_file_that_hangs_the_reader_is_entered_by_its_name(
    imports: Imports, store: Store, music: Path
) -> None:
    laid(music, {"1.mpc": ENDLESS, "2.mp3": song("Good")})
    intake = await imports().run()
    found = await tracks(store)

    assert {PurePosixPath("1.mpc"): Trouble.NO_TAGS} == intake.troubles
    assert (2, 0) == (intake.entered, intake.left_out)
    assert ("", "mpc", "Good") == (
        found["1.mpc"].title,
        found["1.mpc"].format,
        found["2.mp3"].title,
    )


async def test_f33_a_file_that_cannot_be_read_stops_no_other(
    imports: Imports, store: Store, music: Path
) -> None:
    laid(music, {f"{n}.mp3": song("Song") for n in range(5)})

    def take_away(intake: Intake) -> None:
        (music / "4.mp3").unlink(missing_ok=True)

    intake = await imports(tell=take_away).run()

    assert {PurePosixPath("4.mp3"): Trouble.UNREADABLE} == intake.troubles
    assert (4, 1) == (intake.entered, intake.left_out)
    assert 4 == len(await tracks(store))


async def test_row91_row92_what_is_no_audio_is_not_brought_from_elsewhere_nor_counted_beforehand(
    imports: Imports, music: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    laid(elsewhere, {"1.mp3": song("One"), "page.mp3": b"<html>", "empty.flac": b""})
    laid(elsewhere, {"list.m3u": b"/etc/passwd\n../secret.mp3\n", "songs.zip": b"PK\3\4../x"})
    counted = await imports(elsewhere, None).look()
    done = await imports(elsewhere, None).run()

    assert (1, 2) == (counted.entered, counted.left_out) == (done.entered, done.left_out)
    assert not (music / "Imported/page.mp3").exists()
    assert not (music / "Imported/empty.flac").exists()
    assert ["1.mp3"] == [path.name for path in (music / "Imported").rglob("*") if path.is_file()]


async def test_files_of_elsewhere_are_brought_into_a_folder_of_their_own(
    imports: Imports, store: Store, music: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    laid(elsewhere, {"a/1.mp3": song("One"), "b/2.mp3": song("Two")})
    first = await imports(elsewhere, None).run()
    again = await imports(elsewhere, None).run()

    assert (2, 0, 0, 2) == (first.entered, first.known, again.entered, again.known)
    assert {"Imported/a/1.mp3", "Imported/b/2.mp3"} == (await tracks(store)).keys()
    assert song("One") == (music / "Imported/a/1.mp3").read_bytes()
    assert song("One") == (elsewhere / "a/1.mp3").read_bytes()


async def test_two_folders_with_the_same_names_are_both_brought(
    imports: Imports, store: Store, tmp_path: Path
) -> None:
    for folder in ("x", "y"):
        laid(tmp_path / folder, {"1.mp3": song(folder)})
        os.utime(tmp_path / folder / "1.mp3", (0, ord(folder)))
        await imports(tmp_path / folder, None).run()
    found = await tracks(store)

    assert {"Imported/1.mp3": "x", "Imported/1 (2).mp3": "y"} == {
        path: track.title for path, track in found.items()
    }


async def test_looking_changes_nothing(
    imports: Imports, store: Store, music: Path, tmp_path: Path
) -> None:
    laid(music, {"1.mp3": song("One"), "2.mp3": song("Two")})
    await imports().run()
    laid(music, {"3.mp3": song("Three")})
    laid(tmp_path / "elsewhere", {"4.mp3": song("Four")})
    here = await imports().look()
    there = await imports(tmp_path / "elsewhere", None).look()

    assert (1, 2, 1, 0) == (here.entered, here.known, there.entered, there.known)
    assert 2 == len(await tracks(store))
    assert not (music / "Imported").exists()


async def test_what_was_read_before_a_stop_is_entered(
    imports: Imports, store: Store, music: Path
) -> None:
    laid(music, {f"{n:03}.mp3": song(f"Song {n}") for n in range(50)})
    started = asyncio.Event()

    def tell(intake: Intake) -> None:
        if intake.entered >= 10:
            started.set()

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(imports(tell=tell).run())
        await started.wait()
        running.cancel()
    entered = len(await tracks(store))
    rest = await imports().run()

    assert 10 <= entered < 50
    assert (50 - entered, entered) == (rest.entered, rest.known)
    assert 50 == len(await tracks(store))


async def test_a_trouble_that_is_not_of_one_file_ends_the_import(
    imports: Imports, store: Store, music: Path, tmp_path: Path
) -> None:
    laid(tmp_path / "elsewhere", {"1.mp3": song("One")})
    (music / ".tad").rmdir()
    with pytest.raises(DiskFailure):
        await imports(tmp_path / "elsewhere", None).run()

    assert {} == await tracks(store)


async def test_no_file_is_entered_without_its_tags_because_no_reader_starts(
    store: Store, music: Path
) -> None:
    laid(music, {f"{n}.mp3": song("Song") for n in range(3)})
    reader = Reader(Limits(memory=1 << 70))
    with pytest.raises(ReaderBrokenError):
        await Importer(store, reader, Clock(), music, HERE, lambda _: None).run()

    assert {} == await tracks(store)


async def test_a_folder_is_measured_before(music: Path, store: Store) -> None:
    laid(music, {"1.mp3": b"12345", "a/2.flac": b"123", "cover.jpg": b"1"})
    told: list[Extent] = []

    assert Extent(2, 8) == await extent(music, told.append)
    assert [Extent(2, 8)] == told
