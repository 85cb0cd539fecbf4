"""The library while it is sealed: each thing that storage does with files of it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from threading import Event

import pytest

from storage.errors import DiskFailure, NameTaken
from storage.files import Files, make_library
from storage.keyring import Keyring
from storage.resealing import Resealed
from storage.segments import looks_sealed
from tests.storage.test_keyring import KEY, OTHER, sealed

SONG = b"ID3" + bytes(range(256)) * 400
SHA256 = hashlib.sha256(SONG).hexdigest()
PATH = PurePosixPath("Trio/1.mp3")


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return tmp_path / "music"


@pytest.fixture
def files(music: Path) -> Files:
    make_library(music, is_new=True)
    return Files(music, Keyring([KEY], KEY))


def left(music: Path) -> list[str]:
    return sorted(path.name for path in (music / ".tad").iterdir() if path.is_file())


async def published(files: Files, data: bytes = SONG, path: PurePosixPath = PATH) -> Path:
    async with await files.create_part(5, len(data)) as part:
        await part.write(0, data)
        await part.sync()
    await files.publish(5, path)
    return files.locate(path)


def laid(music: Path, path: PurePosixPath, data: bytes = SONG) -> Path:
    (music / path).parent.mkdir(parents=True, exist_ok=True)
    (music / path).write_bytes(data)
    return music / path


async def test_what_is_published_is_sealed_and_known_by_its_plain_bytes(
    files: Files, music: Path
) -> None:
    there = await published(files)

    assert looks_sealed(there.read_bytes())
    assert (len(SONG), SHA256) == (
        await files.size_published(PATH), await files.digest_published(PATH),
    )  # fmt: skip
    assert SONG[1000:1009] == await files.piece_published(PATH, 1000, 9)
    assert [] == left(music)


async def test_it_never_overwrites(files: Files, music: Path) -> None:
    laid(music, PATH, b"mine")
    with pytest.raises(NameTaken):
        await published(files)

    assert b"mine" == (music / PATH).read_bytes()
    assert ["5.part"] == left(music)


async def test_whoever_needs_a_file_on_disk_has_a_plain_one_for_the_while(
    files: Files, music: Path
) -> None:
    await published(files)
    async with files.plain(PATH) as plain:
        assert (SONG, ".mp3") == (plain.read_bytes(), plain.suffix)
    assert [] == left(music)

    laid(music, PATH)
    async with files.plain(PATH) as plain:
        assert music / PATH == plain


async def test_a_file_is_rewritten_and_sealed_again(files: Files, music: Path) -> None:
    await published(files)
    copied = await files.mover.copy(PATH, 7)
    assert copied is not None
    assert (SHA256, SONG) == (copied.sha256, copied.path.read_bytes())
    copied.path.write_bytes(SONG + b"tags")

    assert (hashlib.sha256(SONG + b"tags").hexdigest(), len(SONG) + 4) == (
        await files.mover.settled(7)
    )
    assert await files.mover.replace(PATH, copied)
    assert looks_sealed((music / PATH).read_bytes())
    assert len(SONG) + 4 == await files.size_published(PATH)
    assert [] == left(music)


async def test_another_run_takes_the_copy_if_the_file_is_the_one_it_was_made_of(
    files: Files, music: Path
) -> None:
    await published(files)
    copied = await files.mover.copy(PATH, 7)
    assert copied is not None
    copied.path.write_bytes(b"new")

    assert not await files.mover.replace_of(PATH, 7, "0" * 64)
    assert await files.mover.replace_of(PATH, 7, SHA256)
    assert 3 == await files.size_published(PATH)


async def test_a_sealed_file_is_moved_and_found_by_its_plain_size(files: Files) -> None:
    await published(files)
    new = PurePosixPath("Other/2.mp3")

    assert await files.mover.name(PATH, new, len(SONG))
    await files.mover.take_away(PATH, new)
    assert await files.mover.name(PATH, new, len(SONG))
    assert not await files.mover.name(PATH, new, len(SONG) + 1)
    assert SHA256 == await files.digest_published(new)


async def test_files_of_elsewhere_come_in_sealed_once_and_stay_as_they_are(
    files: Files, tmp_path: Path
) -> None:
    source = tmp_path / "elsewhere.mp3"
    source.write_bytes(SONG)
    came = [await files.bring(source, PATH) for _ in range(2)]
    source.touch()
    came.append(await files.bring(source, PATH))

    assert [PATH] * 3 == came
    assert (SONG, SHA256) == (source.read_bytes(), await files.digest_published(PATH))
    assert looks_sealed(files.locate(PATH).read_bytes())


async def test_what_is_laid_beside_tracks_is_sealed_too(files: Files, music: Path) -> None:
    cover = PurePosixPath("Trio/cover.jpg")
    await files.beside.put(cover, b"first", None)
    await files.beside.put(cover, b"second", hashlib.sha256(b"first").hexdigest())

    assert looks_sealed((music / cover).read_bytes())
    assert 6 == await files.size_published(cover)
    await files.beside.drop(cover, hashlib.sha256(b"second").hexdigest())
    assert await files.is_gone(cover)
    assert [] == left(music)


async def test_what_was_sealed_goes_into_the_trash_and_comes_back(files: Files) -> None:
    await published(files)
    await files.trash.take(PATH, 3, 7)
    (held,) = await files.resealer.rubbish()

    assert SHA256 == await files.digest_published(held)
    assert await files.trash.give_back(PATH, 3, 7)
    assert SHA256 == await files.digest_published(PATH)


async def test_a_library_is_sealed_and_opened_again_where_it_is(files: Files, music: Path) -> None:
    there = laid(music, PATH)
    there.chmod(0o604)
    before = there.stat()
    opening = Files(music, Keyring([KEY]))

    assert [Resealed.DONE, Resealed.AS_WANTED] == [
        await files.resealer.reseal(PATH) for _ in range(2)
    ]
    assert looks_sealed(there.read_bytes())
    assert SHA256 == await files.digest_published(PATH) == await opening.digest_published(PATH)
    assert [Resealed.DONE, Resealed.AS_WANTED] == [
        await opening.resealer.reseal(PATH) for _ in range(2)
    ]
    after = there.stat()
    assert SONG == there.read_bytes()
    assert (before.st_mode, before.st_mtime_ns) == (after.st_mode, after.st_mtime_ns)
    assert [] == left(music)


async def test_what_is_not_there_is_told(files: Files) -> None:
    assert Resealed.GONE is await files.resealer.reseal(PATH)


class Meanwhile(Event):
    """Somebody writes into the file while it is read."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._left = [path]

    def is_set(self) -> bool:
        while self._left:
            with self._left.pop().open("ab") as file:
                file.write(b"more")
        return super().is_set()


def test_a_file_that_somebody_changes_meanwhile_stays_his(files: Files, music: Path) -> None:
    there = laid(music, PATH)
    found = files.resealer._reseal(there, Meanwhile(there))

    assert Resealed.CHANGED is found
    assert there.read_bytes().startswith(SONG + b"more")
    assert [] == left(music)


async def test_a_kill_leaves_what_the_next_sweep_takes_away(files: Files, music: Path) -> None:
    for name in ("5.part.sealed", "7.anew.sealed", "resealed-0123456789abcdef"):
        (music / ".tad" / name).write_bytes(sealed(SONG))
    await files.sweep([5], datetime.now(UTC))

    assert [] == left(music)


async def test_one_sealed_with_a_lost_key_is_not_touched(files: Files, music: Path) -> None:
    there = laid(music, PATH, sealed(SONG, OTHER))
    with pytest.raises(DiskFailure):
        await files.resealer.reseal(PATH)

    assert sealed(SONG, OTHER)[:16] == there.read_bytes()[:16]
