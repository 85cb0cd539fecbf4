"""What is left when the power goes right after a step of storage, and nothing unsynced comes."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from bench.power.disk import Tree, Way, left
from bench.power.effects import Recorder
from bench.power.recording import traced

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")

_LIBRARY = """
import sys
from pathlib import Path
from storage.files import make_library

make_library(Path(sys.argv[1]) / "a" / "music", is_new=True)
"""
_STORE = """
import asyncio, sys
from pathlib import Path
from storage.store import open_store

async def work(place):
    async with open_store(place / "a" / "data", place / "music", place / "b" / "keys" / "key"):
        pass

asyncio.run(work(Path(sys.argv[1])))
"""
_PLACE = """
import os, sys
from pathlib import Path
from storage.placing import by_link, by_rename, by_reserving, sync_folder

place = Path(sys.argv[1])
for way in (by_link, by_rename, by_reserving):
    folder = place / way.__name__
    folder.mkdir()
    part = os.open(folder / "part", os.O_WRONLY | os.O_CREAT)
    os.pwrite(part, b"song", 0)
    os.fsync(part)
    (folder / "library").mkdir()
    sync_folder(folder)
    sync_folder(place)
    way(folder / "part", folder / "library" / "x.mp3")
"""


def lasting(script: str, folder: Path) -> Tree:
    """Run the script on an empty place, and return what is sure to last."""
    place = folder / "place"
    place.mkdir()
    recorder = Recorder(place, folder / "marks")
    recorder.life(traced(("-c", script, str(place)), folder / "trace"))
    return left(recorder.record, recorder.record.moments, Way.DROPPED, random.Random(1))


@needs_strace
def test_f40_the_folders_of_a_new_library_last(tmp_path: Path) -> None:
    assert {"a", "a/music", "a/music/.tad"} == lasting(_LIBRARY, tmp_path).keys()


@needs_strace
def test_f40_the_folders_of_data_and_key_last(tmp_path: Path) -> None:
    assert {"a/data/tad.db", "music/.tad", "b/keys/key"} <= lasting(_STORE, tmp_path).keys()


@needs_strace
def test_f40_a_file_keeps_the_name_it_got_in_whatever_way(tmp_path: Path) -> None:
    tree = lasting(_PLACE, tmp_path)

    assert [b"song"] * 3 == [
        tree.get(f"{way}/library/x.mp3") for way in ("by_link", "by_rename", "by_reserving")
    ]
