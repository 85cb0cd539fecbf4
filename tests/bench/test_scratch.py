from __future__ import annotations

import shutil

from bench.scratch import scratch


def test_each_folder_is_new_and_may_be_written() -> None:
    one, other = (scratch("tad-test-") for _ in range(2))
    (one / "a").write_bytes(b"x")

    assert one != other
    assert [] == list(other.iterdir())

    for folder in (one, other):
        shutil.rmtree(folder)
