from __future__ import annotations

from hashlib import sha256
from pathlib import Path, PurePosixPath

import pytest

from storage.errors import NameTaken
from storage.files import Files

PATH = PurePosixPath("a/list.m3u8")


async def test_a_file_is_whole_or_not_there_and_leaves_nothing_behind(
    files: Files, music: Path
) -> None:
    await files.beside.put(PATH, b"one", None)

    assert b"one" == (music / PATH).read_bytes()
    assert [] == list((music / ".tad").iterdir())


async def test_only_what_has_the_bytes_that_are_expected_is_written_over(
    files: Files, music: Path
) -> None:
    await files.beside.put(PATH, b"one", None)
    with pytest.raises(NameTaken):
        await files.beside.put(PATH, b"two", None)
    with pytest.raises(NameTaken):
        await files.beside.put(PATH, b"two", sha256(b"other").hexdigest())
    kept = (music / PATH).read_bytes()
    await files.beside.put(PATH, b"two", sha256(b"one").hexdigest())

    assert (b"one", b"two") == (kept, (music / PATH).read_bytes())


async def test_a_link_is_not_written_through(files: Files, music: Path, tmp_path: Path) -> None:
    (music / "a").mkdir()
    (tmp_path / "elsewhere").write_bytes(b"one")
    (music / PATH).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NameTaken):
        await files.beside.put(PATH, b"two", sha256(b"one").hexdigest())

    assert b"one" == (tmp_path / "elsewhere").read_bytes()


async def test_only_what_has_the_bytes_that_are_expected_is_removed(
    files: Files, music: Path
) -> None:
    await files.beside.put(PATH, b"one", None)
    await files.beside.drop(PATH, sha256(b"two").hexdigest())
    kept = (music / PATH).exists()
    await files.beside.drop(PATH, sha256(b"one").hexdigest())
    await files.beside.drop(PATH, sha256(b"one").hexdigest())

    assert (True, False) == (kept, (music / PATH).exists())
