from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from storage.errors import DiskFailure, DiskTrouble
from storage.files import WORKSHOP, Files, make_library

_SOUND = b"sound" * 1000


@pytest.fixture
async def files(tmp_path: Path) -> Files:
    make_library(tmp_path, is_new=True)
    files = Files(tmp_path)
    async with await files.create_part(5, len(_SOUND)) as part:
        await part.write(0, _SOUND)
    return files


async def test_a_copy_may_be_written_to_and_the_part_stays_as_it_was(files: Files) -> None:
    copy = files.copies.of_document(5)
    await files.copies.make(files.part(5), copy)
    copy.write_bytes(b"tags")
    assert await files.copies.finish(copy) == (sha256(b"tags").hexdigest(), 4)
    assert files.part(5).read_bytes() == _SOUND


async def test_a_copy_that_a_kill_has_left_is_made_anew(files: Files) -> None:
    copy = files.copies.of_document(5)
    copy.write_bytes(b"half")
    await files.copies.make(files.part(5), copy)
    assert copy.read_bytes() == _SOUND


async def test_of_a_part_that_is_gone_there_is_no_copy(files: Files) -> None:
    with pytest.raises(DiskFailure) as caught:
        await files.copies.make(files.part(6), files.copies.of_document(6))
    assert caught.value.kind is DiskTrouble.MISSING


async def test_the_copy_of_a_part_goes_with_the_part(files: Files, tmp_path: Path) -> None:
    await files.copies.make(files.part(5), files.copies.of_document(5))
    await files.drop_part(5)
    assert list((tmp_path / WORKSHOP).iterdir()) == []
