from __future__ import annotations

from pathlib import Path

import pytest

from bench.power.effects import Effect, Named, Record, Recorder, Resized, Synced, Written
from bench.power.trace import TraceError
from tests.bench.power.lines import hexed, opened, written

PLACE, MARKS = Path("/p"), Path("/marks")


def record(*lines: str) -> Record:
    recorder = Recorder(PLACE, MARKS)
    recorder.life(lines)
    return recorder.record


def effects(*lines: str) -> list[Effect]:
    return record(*lines).effects


def test_a_file_is_the_same_under_every_name_and_number() -> None:
    found = effects(
        opened("/p/a", 3),
        written(3, 8, b"xy"),
        f"7 linkat(AT_FDCWD, {hexed('/p/a')}, AT_FDCWD, {hexed('/p/b')}, 0) = 0",
        f"7 unlink({hexed('/p/a')}) = 0",
        "7 close(3) = 0",
        opened("/p/b", 5, "O_RDWR"),
        "7 fdatasync(5) = 0",
    )

    assert [
        Named(0, 1, ((0, "a", 1),)),
        Written(2, 3, 1, 8, b"xy"),
        Named(4, 5, ((0, "b", 1),)),
        Named(6, 7, ((0, "a", None),)),
        Synced(12, 13, 1),
    ] == found


def test_folders_are_followed_and_synced() -> None:
    found = effects(
        f"7 mkdir({hexed('/p/d')}, 0777) = 0",
        opened("/p/d/a", 3),
        f"7 rename({hexed('/p/d/a')}, {hexed('/p/b')}) = 0",
        opened("/p/d", 4, "O_RDONLY|O_DIRECTORY"),
        "7 fsync(4) = 0",
        opened("/p", 5, "O_RDONLY|O_DIRECTORY"),
        "7 fsync(5) = 0",
    )

    assert [
        Named(0, 1, ((0, "d", 1),)),
        Named(2, 3, ((1, "a", 2),)),
        Named(4, 5, ((1, "a", None), (0, "b", 2))),
        Synced(8, 9, 1),
        Synced(12, 13, 0),
    ] == found


def test_sizes_are_set_and_laid_out() -> None:
    found = effects(
        opened("/p/a", 3),
        "7 fallocate(3, 0, 0, 4096) = 0",
        "7 ftruncate(3, 10) = 0",
        opened("/p/a", 4, "O_RDWR|O_TRUNC"),
    )

    assert [
        Resized(2, 3, 1, 4096, may_shrink=False),
        Resized(4, 5, 1, 10, may_shrink=True),
        Resized(6, 7, 1, 0, may_shrink=True),
    ] == found[1:]


def test_plain_writes_go_on_where_the_last_one_ended() -> None:
    found = effects(
        opened("/p/a", 3),
        f"7 write(3, {hexed('ab')}, 2) = 2",
        f"7 write(3, {hexed('cde')}, 3) = 1",
    )

    assert [Written(2, 3, 1, 0, b"ab"), Written(4, 5, 1, 2, b"c")] == found[1:]


def test_what_lies_elsewhere_is_not_looked_at() -> None:
    assert [] == effects(
        opened("/elsewhere", 3),
        written(3, 0, b"x"),
        "7 fsync(3) = 0",
        f"7 unlink({hexed('/pp/a')}) = 0",
        f"7 write(1, {hexed('told')}, 4) = 4",
        "7 dup(3) = 4",
        "7 close(3) = 0",
    )


def test_marks_are_promises_with_their_moment() -> None:
    told = hexed("saved 1\n")

    assert [(2, "saved 1")] == record(opened("/marks", 3), f"7 write(3, {told}, 8) = 8").marks


def test_a_second_life_knows_the_files_of_the_first_but_none_of_its_numbers() -> None:
    recorder = Recorder(PLACE, MARKS)
    recorder.life([opened("/p/a", 3)])
    recorder.life([written(3, 0, b"x"), opened("/p/a", 3, "O_RDWR"), written(3, 0, b"y")])

    assert [Written(6, 7, 1, 0, b"y")] == recorder.record.effects[1:]


@pytest.mark.parametrize(
    "line",
    [
        "7 dup(3) = 4",
        "7 writev(3, [{iov_base=1, iov_len=1}], 1) = 1",
        f"7 truncate({hexed('/p/a')}, 1) = 0",
    ],
)
def test_a_call_that_nobody_thought_of_is_an_error(line: str) -> None:
    with pytest.raises(TraceError):
        effects(opened("/p/a", 3), line)


def test_a_file_that_was_there_before_is_an_error() -> None:
    with pytest.raises(TraceError):
        effects(opened("/p/a", 3, "O_RDWR"))


def test_the_power_can_go_after_everything_that_changes_anything() -> None:
    told = record(opened("/p/a", 3), opened("/elsewhere", 4), written(3, 0, b"x"), "7 close(3) = 0")

    assert [1, 2, 5, 6] == told.cuts()
