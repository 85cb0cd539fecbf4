from __future__ import annotations

from pathlib import Path

from bench.search.contenders import PEERS
from bench.search.peers import Like, Ranked
from bench.search.queries import Kind
from bench.search.stage import open_stage


def test_all_take_up_the_same_tracks_and_are_asked_the_same(tmp_path: Path) -> None:
    with open_stage(PEERS, 2_000, tmp_path / "stage") as stage:
        timings = stage.race(each=2, rounds=1)

    assert ["bm25", "navidrome", "like"] == list(timings) == list(stage.taken)
    kinds = [[one.kind for one in all_] for all_ in timings.values()]
    assert kinds[0] == kinds[1] == kinds[2]
    assert set(Kind) == set(kinds[0])


def test_what_the_index_took_is_told(tmp_path: Path) -> None:
    with open_stage([Ranked, Like], 400, tmp_path / "stage") as stage:
        assert stage.taken["bm25"].index.bytes > stage.taken["like"].index.bytes == 0


def test_a_fresh_process_finds_what_was_built_and_tells_its_memory(tmp_path: Path) -> None:
    with open_stage([Ranked], 400, tmp_path / "stage") as stage:
        assert 5 < stage.memory(each=2) < 200
