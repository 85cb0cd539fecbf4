from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bench.crash.life import End, Order, live
from bench.crash.shapes import named
from bench.crash.verdict import judge


def lived(shape: str, folder: Path, **options: object) -> Order:
    order = Order(shape, str(folder), **options)  # type: ignore[arg-type]  # each test names its own
    live(order)
    return order


def test_a_life_brings_its_job_to_the_end_and_tells_how(tmp_path: Path) -> None:
    report = lived("first start", tmp_path).told()

    assert End.OVER is report.end
    assert ["queued", "saved", "done"] == [report.told[at][0] for at in (0, -2, -1)]
    assert [("done", None)] == [(job["state"], job["reason"]) for job in report.jobs]
    assert [] == report.left
    assert judge(named("first start"), tmp_path, report).is_sound


def test_the_next_life_orders_nothing_again(tmp_path: Path) -> None:
    lived("first start", tmp_path)
    report = lived("first start", tmp_path).told()

    assert (End.OVER, []) == (report.end, report.told)
    assert 1 == len(report.jobs)


def test_a_life_with_threads_ends_the_same(tmp_path: Path) -> None:
    report = lived("several", tmp_path, in_line=False).told()

    assert End.OVER is report.end
    assert judge(named("several"), tmp_path, report).is_sound


def test_a_store_that_cannot_be_opened_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    report = lived("first start", tmp_path).told()

    assert End.REFUSED is report.end
    assert report.words.startswith("broken: ")


def test_what_takes_too_long_is_stuck(tmp_path: Path) -> None:
    report = lived("first start", tmp_path, delay=60.0, patience=0.5).told()

    assert End.STUCK is report.end


def test_what_an_earlier_life_has_left_alone_is_tried_again(tmp_path: Path) -> None:
    while not left_alone(tmp_path):  # it may take a while to come so far
        lived("first start", tmp_path, delay=60.0, patience=0.5)
    report = lived("first start", tmp_path, patience=30.0).told()

    assert End.OVER is report.end
    assert judge(named("first start"), tmp_path, report).is_sound


def left_alone(folder: Path) -> int:
    """Let what there is be left alone; return how much that is."""
    path = folder / "data" / "tad.db"
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path)) as database, database:
        changed = database.execute("update items set state = 'parked', reason = 'quarantined'")
        return changed.rowcount
    return 0


def test_nobody_lives_a_shape_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(StopIteration):
        named("no such shape")
