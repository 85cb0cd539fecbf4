from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.errors import DiskFailure, InUseError
from storage.exclusive import exclusive, in_turn, only_one


async def test_one_at_a_time_is_inside(tmp_path: Path) -> None:
    inside, most = 0, 0

    async def enter() -> None:
        nonlocal inside, most
        async with exclusive(tmp_path / "lock"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(enter())

    assert most == 1


async def test_an_error_inside_ends_the_lock(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        async with exclusive(tmp_path / "lock"):
            raise RuntimeError

    async with exclusive(tmp_path / "lock"):
        pass


async def test_a_lock_that_cannot_be_made_is_a_disk_failure(tmp_path: Path) -> None:
    with pytest.raises(DiskFailure):
        async with exclusive(tmp_path / "missing" / "lock"):
            pass


def test_a_folder_is_used_in_turn_and_no_file_is_left_in_it(tmp_path: Path) -> None:
    inside, most = 0, 0

    def enter(_: int) -> None:
        nonlocal inside, most
        with in_turn(tmp_path):
            inside += 1
            most = max(most, inside)
            os.sched_yield()
            inside -= 1

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(enter, range(50)))

    assert most == 1
    assert [] == list(tmp_path.iterdir())


def test_a_folder_that_another_program_works_in_is_told(tmp_path: Path) -> None:
    with (
        only_one(tmp_path),
        pytest.raises(InUseError) as info,
        only_one(tmp_path),
    ):
        pass
    assert info.value.path == tmp_path
    assert [] == list(tmp_path.iterdir())

    with only_one(tmp_path):
        pass
