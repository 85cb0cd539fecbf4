from __future__ import annotations

from typing import Any

from sandbox.summary import Earlier, all_ended, all_well, count, downloads, files


def item(job: int, state: str, reason: str | None = None) -> dict[str, Any]:
    return {"job": job, "posting": "-1/1", "state": state, "reason": reason}


BEFORE: dict[str, Any] = {
    "jobs": [{"id": 1, "state": "failed", "reason": "chat not found"}],
    "items": [],
    "files": [{"path": "old.mp3", "size": 1}],
}
AFTER: dict[str, Any] = {
    "jobs": [
        *BEFORE["jobs"],
        {"id": 2, "state": "partly done", "reason": None},
        {"id": 3, "state": "done", "reason": None},
        {"id": 4, "state": "failed", "reason": "no audio"},
    ],
    "items": [
        item(2, "saved"),
        item(2, "failed", "empty file"),
        item(2, "cancelled"),
        item(3, "linked"),
    ],
    "files": [*BEFORE["files"], {"path": "new.mp3", "size": 123456}],
}


def test_only_downloads_of_this_run_are_told_each_with_its_reason() -> None:
    assert [
        "Download 2: partly done (1 of 3 failed: empty file, 1 of 3 cancelled)",
        "Download 3: done",
        "Download 4: failed (no audio)",
    ] == list(downloads(AFTER, Earlier.of(BEFORE)))


def test_only_new_files_are_told_and_all_are_counted() -> None:
    earlier = Earlier.of(BEFORE)

    assert ["    123,456  new.mp3"] == list(files(AFTER, earlier))
    assert "2 files, 1 of them new," == count(AFTER, earlier)
    assert "1 file" == count(BEFORE, Earlier())


def test_many_files_are_cut_short() -> None:
    many = {"files": [{"path": f"{number}.mp3", "size": 1} for number in range(40)]}

    assert "  … and 25 more" == list(files(many, Earlier()))[-1]


def test_an_old_failure_does_not_spoil_this_run() -> None:
    assert all_well(BEFORE, Earlier.of(BEFORE))
    assert not all_well(BEFORE, Earlier())
    assert not all_well(AFTER, Earlier.of(BEFORE))


def test_what_is_paused_has_not_ended() -> None:
    paused = {"jobs": [{"id": 1, "state": "paused", "reason": None}]}

    assert all_ended(AFTER)
    assert not all_ended(paused)
