from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import pytest

from bench.light import at_rest, opened, order, running
from bench.noise import NoiseSource, body
from bench.power.replay import Finding, findings, lay_out
from bench.power.story import FIND, SIZES
from storage.models import Transfer
from storage.store import Store

DOCUMENT = 1005


@pytest.fixture
async def place(tmp_path: Path) -> Path:
    """Give a disk on which three files have come."""
    folder = tmp_path / "place"
    async with opened(folder) as store, running(store, NoiseSource(FIND)) as engine:
        await order(engine, 2, 3, 5)
        await at_rest(store, engine)
    return folder


def kinds(found: Iterable[tuple[Finding, str]]) -> set[Finding]:
    return {kind for kind, _ in found}


def a_file(place: Path) -> Path:
    return place / "music" / "Noise" / "Bench - Noise 00005.mp3"


def execute(place: Path, statement: str) -> None:
    with closing(sqlite3.connect(place / "data" / "tad.db")) as database:
        database.execute(statement)
        database.commit()


async def test_a_disk_on_which_all_is_well_is_found_so(place: Path) -> None:
    assert [] == await findings(place, {"job 1", f"saved {DOCUMENT}"})


async def test_what_was_never_begun_is_found_well_too(tmp_path: Path) -> None:
    assert [] == await findings(tmp_path, ())


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(bytes(path.stat().st_size)),
    ],
)
async def test_a_file_that_is_not_what_it_is_called_is_bad(
    place: Path, harm: Callable[[Path], None]
) -> None:
    harm(a_file(place))

    assert {Finding.BAD} == kinds(await findings(place, ()))


async def test_a_promise_that_is_forgotten_is_broken(place: Path) -> None:
    promises = {"job 9", "saved 1001", "cancelled 1"}
    found = await findings(place, promises)

    assert {(Finding.BROKEN, promise) for promise in promises} <= set(found)


async def test_a_file_that_nobody_knows_is_stray(place: Path) -> None:
    a_file(place).with_name("x.mp3").touch()

    assert [(Finding.STRAY, "Noise/x.mp3")] == await findings(place, ())


async def test_a_job_that_cannot_end_well_is_lost(place: Path) -> None:
    execute(place, "update items set state = 'failed', reason = 'refused' where id = 1")

    assert {Finding.LOST} == kinds(await findings(place, ()))


async def test_a_database_that_is_none_leaves_the_product_stuck(place: Path) -> None:
    (place / "data" / "tad.db").write_bytes(bytes(range(256)) * 400)

    assert {Finding.STUCK, Finding.DAMAGE} == kinds(await findings(place, ()))


async def claim(store: Store, size: int, there: bytes) -> None:
    async with await store.files.create_part(1010, size) as part:
        await part.write(0, there)
    await store.transfers.save(Transfer(1010, size, 1 << 18, b"\1"))


async def test_a_bitmap_that_says_too_much_is_found(place: Path) -> None:
    size = SIZES[1010]
    async with opened(place) as store:
        await claim(store, size, body(1010, size)[: 1 << 17])

    assert Finding.CLAIMED in kinds(await findings(place, ()))


async def test_a_bitmap_that_is_right_is_believed(place: Path) -> None:
    size = SIZES[1010]
    async with opened(place) as store:
        await claim(store, size, body(1010, size)[: 1 << 18])

    assert Finding.CLAIMED not in kinds(await findings(place, ()))


def test_a_disk_is_laid_out_anew(tmp_path: Path) -> None:
    place = tmp_path / "place"
    lay_out({"a": b"old", "d": None, "d/b": b"x"}, place)
    lay_out({"a": b"new"}, place)

    assert {"a"} == {path.name for path in place.rglob("*")}
    assert b"new" == (place / "a").read_bytes()
