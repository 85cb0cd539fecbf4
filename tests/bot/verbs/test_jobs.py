from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath

import pytest

from bot.__main__ import main
from bot.verbs.jobs import all_at_rest, is_at_rest
from storage.models import (
    Audio,
    Chat,
    ChatKind,
    ItemState,
    Job,
    JobState,
    Origin,
    Reason,
    Request,
)
from storage.store import Store
from tests.bot.verbs.desk import settle
from tests.bot.views import job
from tests.local_files import local_file
from tests.stores import store_at

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JAZZ = Chat(-1001, "Jazz", "jazz", ChatKind.CHANNEL)
ROOT = Path(__file__).parents[3]
BODY = b"ID3" + bytes(100)


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    settle(tmp_path, monkeypatch)
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


def song(number: int) -> Audio:
    return Audio(
        chat_id=JAZZ.id, message_id=number, document_id=number, title=f"Song {number}",
        performer="Band", duration=timedelta(seconds=9), size=len(BODY), name=f"{number}.mp3",
        mime="audio/mpeg", posted_at=NOW,
    )  # fmt: skip


async def planned(store: Store) -> Job:
    """Store a running job with one track and one message without audio."""
    added = await store.jobs.add(Request("@jazz", 2), Origin(7, 7), NOW)
    await store.jobs.move(added.id, JobState.PLANNING)
    await store.items.add(added.id, [song(1)], missing=[2], chat_id=JAZZ.id)
    return await store.jobs.move(added.id, JobState.RUNNING, chat=JAZZ)


async def finish(store: Store, music: Path) -> None:
    claim = await store.items.claim(NOW)
    assert claim is not None
    item = claim.item
    path = PurePosixPath("Jazz/Band - Song 1.mp3")
    (music / path).parent.mkdir(parents=True)
    (music / path).write_bytes(BODY)
    digest = sha256(BODY).hexdigest()
    for state in (ItemState.CHECKING, ItemState.PUBLISHING):
        item = await store.items.move(item.id, state)
    await store.catalog.save(
        item, path=path, size=len(BODY), mime="audio/mpeg", sha256_source=digest, sha256=digest,
        now=NOW,
    )  # fmt: skip
    await store.jobs.move(item.job_id, JobState.DONE)


async def test_everything_is_one_json_object(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await planned(store)
    await finish(store, tmp_path / "music")
    code = await asyncio.to_thread(main, ["jobs", "--json"])
    digest = sha256(BODY).hexdigest()

    expected = {
        "jobs": [{"id": 1, "state": "done", "reason": None, "chat": "Jazz"}],
        "items": [
            {"job": 1, "posting": "-1001/1", "state": "saved", "reason": None},
            {"job": 1, "posting": "-1001/2", "state": "skipped", "reason": "no audio"},
        ],
        "files": [
            {
                "path": "Jazz/Band - Song 1.mp3",
                "size": len(BODY),
                "sha256_source": digest,
                "sha256": digest,
                "title": "Song 1",
                "artist": "Band",
            }
        ],
    }
    assert 0 == code
    assert expected == json.loads(capsys.readouterr().out)


async def test_digests_are_of_the_files_as_they_are_now(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await planned(store)
    await finish(store, tmp_path / "music")
    path = tmp_path / "music" / "Jazz" / "Band - Song 1.mp3"
    path.write_bytes(b"changed")
    await asyncio.to_thread(main, ["jobs", "--json"])
    [changed] = json.loads(capsys.readouterr().out)["files"]
    path.unlink()
    await asyncio.to_thread(main, ["jobs", "--json"])
    [gone] = json.loads(capsys.readouterr().out)["files"]

    assert (7, sha256(b"changed").hexdigest()) == (changed["size"], changed["sha256"])
    assert (None, None) == (gone["size"], gone["sha256"])
    assert sha256(BODY).hexdigest() == gone["sha256_source"]


async def test_a_file_that_cannot_be_read_does_not_hide_the_others(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await planned(store)
    await finish(store, tmp_path / "music")
    path = tmp_path / "music" / "Jazz" / "Band - Song 1.mp3"
    path.unlink()
    path.mkdir()

    assert 0 == await asyncio.to_thread(main, ["jobs", "--json"])
    [odd] = json.loads(capsys.readouterr().out)["files"]
    assert (None, None) == (odd["size"], odd["sha256"])

    assert 0 == await asyncio.to_thread(main, ["jobs"])
    assert "missing      Jazz/Band - Song 1.mp3" in capsys.readouterr().out.splitlines()


async def test_files_are_not_read_where_no_digest_is_shown(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await planned(store)
    await finish(store, tmp_path / "music")
    path = tmp_path / "music" / "Jazz" / "Band - Song 1.mp3"
    os.truncate(path, 1 << 40)  # a hole: reading it would take minutes

    assert 0 == await asyncio.to_thread(main, ["jobs"])
    assert "1099.5 GB    Jazz/Band - Song 1.mp3" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("is_main", [True, False])
async def test_ctrl_c_ends_it_while_it_reads_a_file_whichever_thread_hears_of_it(
    store: Store, tmp_path: Path, *, is_main: bool
) -> None:
    await planned(store)
    await finish(store, tmp_path / "music")
    path = tmp_path / "music" / "Jazz" / "Band - Song 1.mp3"
    os.truncate(path, 1 << 40)  # a hole: reading it would take minutes
    async with asyncio.timeout(120):
        command = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "jobs", "--json", cwd=ROOT
        )
        try:
            await opened(path, command.pid)
            press_ctrl_c(command.pid, command.pid if is_main else another_thread(command.pid))
            assert 130 == await command.wait()
        finally:
            with suppress(ProcessLookupError):
                command.kill()


def press_ctrl_c(pid: int, thread: int) -> None:
    """Tell one thread of a process: the system chooses any, mostly but not always the main one."""
    assert 0 == ctypes.CDLL(None).tgkill(pid, thread, signal.SIGINT)


def another_thread(pid: int) -> int:
    threads = {int(entry.name) for entry in Path(f"/proc/{pid}/task").iterdir()}
    return max(threads - {pid})


async def opened(path: Path, pid: int) -> None:
    """Wait until this process has the file open."""
    while path not in await asyncio.to_thread(held_by, pid):  # noqa: ASYNC110  # no event tells
        await asyncio.sleep(0.01)


def held_by(pid: int) -> set[Path]:
    descriptors = Path(f"/proc/{pid}/fd")
    with suppress(OSError):
        return {entry.readlink() for entry in descriptors.iterdir()}
    return set()


async def test_a_table_is_drawn_for_people(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.to_thread(main, ["jobs"])
    assert "Nothing has been downloaded yet.\n" == capsys.readouterr().out

    await planned(store)
    await finish(store, tmp_path / "music")
    await asyncio.to_thread(main, ["jobs"])
    lines = capsys.readouterr().out.splitlines()

    assert "1     done         1 of 2     Jazz" in lines
    assert "1     -1001/2                   skipped      no audio" in lines
    assert "103 B        Jazz/Band - Song 1.mp3" in lines


async def test_files_that_were_imported_are_none_of_a_download(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await planned(store)
    await store.imports.add([local_file(PurePosixPath("mine.mp3"), 9, "ab" * 32)], NOW)
    await asyncio.to_thread(main, ["jobs", "--json"])

    assert [] == json.loads(capsys.readouterr().out)["files"]


async def test_waiting_ends_when_everything_is_at_rest(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await planned(store)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(asyncio.to_thread(main, ["jobs", "--json", "--wait"]))
        assert not await all_at_rest(store)
        await finish(store, tmp_path / "music")
        assert 0 == await waiting

    assert "done" == json.loads(capsys.readouterr().out)["jobs"][0]["state"]


@pytest.mark.parametrize(
    ("state", "reason", "items", "expected"),
    [
        (JobState.QUEUED, None, {}, False),
        (JobState.QUEUED, Reason.OFFLINE, {}, False),
        (JobState.QUEUED, Reason.LOGIN, {}, True),
        (JobState.PLANNING, None, {}, False),
        (JobState.PAUSED, None, {ItemState.QUEUED: 1}, True),
        (JobState.RUNNING, None, {ItemState.QUEUED: 1}, False),
        (JobState.RUNNING, None, {ItemState.SAVED: 1}, False),
        (JobState.RUNNING, None, {ItemState.SAVED: 1, ItemState.PARKED: 2}, True),
        (JobState.RUNNING, None, {ItemState.WAITING: 1, ItemState.PARKED: 2}, False),
        (JobState.DONE, None, {}, True),
        (JobState.FAILED, Reason.NO_AUDIO, {}, True),
    ],
)
def test_a_job_is_at_rest_when_only_a_person_could_move_it(
    state: JobState, reason: Reason | None, items: dict[ItemState, int], expected: bool
) -> None:
    assert expected is is_at_rest(job(state=state, reason=reason), items)
