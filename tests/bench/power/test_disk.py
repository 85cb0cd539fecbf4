from __future__ import annotations

from random import Random

import pytest

from bench.power.disk import Tree, Way, fingerprint, left
from bench.power.effects import Effect, Named, Record, Resized, Synced, Written

DATA = bytes(range(1, 251)) * 40  # 10,000 bytes without a zero
MANY = 150


def after(way: Way, *effects: Effect, seed: int = 1, cut: int = 100) -> Tree:
    return left(Record(list(effects), {0, 9}), cut, way, Random(seed))


def every(way: Way, *effects: Effect) -> list[Tree]:
    return [after(way, *effects, seed=seed) for seed in range(MANY)]


def made(at: int = 0) -> Named:
    return Named(at, at + 1, ((0, "a", 1),))


@pytest.mark.parametrize("way", Way)
def test_what_was_synced_with_its_name_is_there_in_every_way(way: Way) -> None:
    effects = made(), Written(2, 3, 1, 0, DATA), Synced(4, 5, 1), Synced(6, 7, 0)

    assert [{"a": DATA}] * MANY == every(way, *effects)


def test_what_was_not_synced_is_dropped_or_kept() -> None:
    effects = made(), Written(2, 3, 1, 0, DATA)

    assert {} == after(Way.DROPPED, *effects)
    assert {"a": DATA} == after(Way.KEPT, *effects)


@pytest.mark.parametrize("way", Way)
def test_nothing_comes_that_had_not_begun(way: Way) -> None:
    assert [{}] * MANY == [after(way, made(50), seed=seed, cut=50) for seed in range(MANY)]


def test_a_sync_holds_only_once_it_has_ended() -> None:
    effects = made(), Synced(4, 9, 0)

    assert {} == after(Way.DROPPED, *effects, cut=9)
    assert {"a": b""} == after(Way.DROPPED, *effects, cut=10)


def test_a_sync_does_not_cover_what_was_still_on_its_way_when_it_began() -> None:
    effects = made(), Synced(2, 3, 0), Written(4, 7, 1, 0, DATA), Synced(6, 9, 1)

    assert {"a": b""} == after(Way.DROPPED, *effects)


def test_a_file_may_be_safe_and_its_name_not() -> None:
    effects = made(), Written(2, 3, 1, 0, DATA), Synced(4, 5, 1)

    assert {} == after(Way.DROPPED, *effects)
    assert {} in every(Way.ANYTHING, *effects)
    assert {} not in every(Way.JOURNAL, *effects)


def test_writes_are_torn_at_sectors() -> None:
    effects = made(), Resized(2, 3, 1, len(DATA), may_shrink=True), Synced(4, 5, 1), Synced(6, 7, 0)
    found = [tree["a"] for tree in every(Way.JOURNAL, *effects, Written(8, 9, 1, 0, DATA))]

    assert {DATA, bytes(len(DATA))} < set(found)
    for data in found:
        assert data is not None
        for start in range(0, len(DATA), 512):
            sector = slice(start, start + 512)
            assert data[sector] in {DATA[sector], bytes(len(DATA[sector]))}


def test_of_two_writes_to_one_place_the_first_may_be_the_one_that_came() -> None:
    effects = made(), Synced(2, 3, 0), Written(4, 5, 1, 0, b"one"), Written(6, 7, 1, 0, b"two")

    assert {b"one", b"two"} <= {tree["a"] for tree in every(Way.ANYTHING, *effects)}


def test_a_size_may_come_without_its_contents_and_these_without_the_size() -> None:
    effects = made(), Synced(2, 3, 0), Written(4, 5, 1, 0, DATA)
    found = {tree["a"] for tree in every(Way.ANYTHING, *effects)}

    assert bytes(len(DATA)) in found
    assert b"" in found


def test_names_of_a_journal_come_in_their_order() -> None:
    effects = [Named(2 * n, 2 * n + 1, ((0, str(n), n + 1),)) for n in range(10)]
    found = {tuple(sorted(tree)) for tree in every(Way.JOURNAL, *effects)}

    assert {tuple(str(n) for n in range(count)) for count in range(11)} >= found
    assert len(found) > 5
    assert any(list(tree) != sorted(tree) or ("1" in tree and "0" not in tree)
               for tree in every(Way.ANYTHING, *effects))  # fmt: skip


@pytest.mark.parametrize("way", Way)
def test_a_rename_never_loses_the_file(way: Way) -> None:
    effects = made(), Synced(2, 3, 0), Named(4, 5, ((0, "a", None), (9, "b", 1)))
    folder = Named(0, 1, ((0, "d", 9),))
    found = every(way, folder, *effects)

    assert all("a" in tree or "d/b" in tree for tree in found)


def test_what_lies_in_a_folder_is_gone_with_its_name() -> None:
    effects = Named(0, 1, ((0, "d", 9),)), Named(2, 3, ((9, "a", 1),)), Synced(4, 5, 9)

    assert {} == after(Way.DROPPED, *effects)
    assert {"d": None, "d/a": b""} == after(Way.DROPPED, *effects, Synced(6, 7, 0))


def test_an_index_in_memory_is_anything() -> None:
    named = Named(0, 1, ((0, "x.db-shm", 1),))
    effects = named, Written(2, 3, 1, 0, DATA), Synced(4, 5, 1), Synced(6, 7, 0)

    assert DATA != after(Way.ANYTHING, *effects)["x.db-shm"]


def test_prints_tell_disks_apart() -> None:
    trees: list[Tree] = [{}, {"a": None}, {"a": b""}, {"a": b"x"}, {"ax": b""}, {"b": b"x"}]

    assert len(trees) == len({fingerprint(tree) for tree in trees})
    assert fingerprint({"a": b"x", "b": None}) == fingerprint({"b": None, "a": b"x"})
