from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bench.search.catalogue import rows
from bench.search.ours import Ours


def test_what_was_taken_up_is_found_by_the_next_one_too(tmp_path: Path) -> None:
    track = list(rows(200))[150]
    with closing(Ours(tmp_path)) as first:
        built = first.build(rows(200))
    with closing(Ours(tmp_path)) as second:
        found = second.find(f"{track.artist} {track.title}", 10)

    assert track.id in found
    assert built.bytes > 0
    assert built.cpu > 0
