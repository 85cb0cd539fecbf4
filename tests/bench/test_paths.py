from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from bench.paths import complaints, some_paths

COUNT = 5_000


def test_whatever_a_file_is_called_every_system_takes_its_path() -> None:
    wrong = {str(path): said for path in some_paths(COUNT) if (said := complaints(path))}

    assert {} == wrong


def test_the_same_facts_make_the_same_path() -> None:
    assert list(some_paths(500)) == list(some_paths(500))


@pytest.mark.parametrize(
    "path",
    [
        "a/con.mp3", "a/b:c.mp3", "a/.b.mp3", "a./b.mp3", "a/b /c.mp3", "a/" + "x" * 256,
        "/".join(["x" * 60] * 4), "a/b\u202e.mp3", "a/e\u0301.mp3", ".tad/x.mp3", "/a/b.mp3",
        "../a.mp3", "a/x.part",
    ],
)  # fmt: skip
def test_what_some_system_does_not_take_is_complained_of(path: str) -> None:
    assert complaints(PurePosixPath(path))
