"""`tad jobs`: what was asked for, what became of it, and the files of the library."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from bot.settings import Settings
from storage.models import ItemState, Job, JobState, Reason, Track
from storage.states import ENDED_ITEMS, ENDED_JOBS
from storage.store import Store, open_store

HELP = "show the downloads and the files of the library"

_LOOK_AGAIN = 0.25  # seconds


@dataclass(frozen=True, slots=True)
class JobRow:
    id: int
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """`posting` is the chat's id and the message's, as in `-1001234567890/12`."""

    job: int
    posting: str
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """`sha256_source` is of the bytes as fetched, `sha256` of the file as it is now."""

    path: str
    size: int
    sha256_source: str
    sha256: str
    title: str
    artist: str


@dataclass(frozen=True, slots=True)
class Report:
    jobs: list[JobRow]
    items: list[ItemRow]
    files: list[FileRow]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--wait",
        action="store_true",
        help="wait until every download has ended, or needs a person to go on",
    )


def run(args: argparse.Namespace) -> int:
    settings = Settings()
    report = asyncio.run(_report(settings, wait=args.wait))
    lines = [json.dumps(asdict(report), ensure_ascii=False)] if args.json else table(report)
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return 0


async def _report(settings: Settings, *, wait: bool) -> Report:
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        # Another process does the work, so there is no event to wait for.
        while wait and not await all_at_rest(store):  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_AGAIN)
        jobs = await store.jobs.every()
        items = [item for job in jobs for item in await store.items.of_job(job.id)]
        tracks = await store.catalog.every()
        files = await asyncio.to_thread(_file_rows, settings.music_dir, tracks)
    return Report(
        [JobRow(job.id, job.state, job.reason) for job in jobs],
        [
            ItemRow(item.job_id, f"{item.chat_id}/{item.message_id}", item.state, item.reason)
            for item in items
        ],
        files,
    )


async def all_at_rest(store: Store) -> bool:
    """Tell whether nothing can move any more without a person."""
    jobs = await store.jobs.unfinished()
    tallies = await store.items.tally([job.id for job in jobs])
    return all(is_at_rest(job, tallies[job.id].items if job.id in tallies else {}) for job in jobs)


def is_at_rest(job: Job, items: dict[ItemState, int]) -> bool:
    match job.state:
        case JobState.PAUSED:
            return True
        case JobState.QUEUED:
            return job.reason is Reason.LOGIN
        case JobState.RUNNING:
            still = {*ENDED_ITEMS, ItemState.PARKED}
            return items.get(ItemState.PARKED, 0) > 0 and _only(items, still)
        case _:
            return job.state in ENDED_JOBS


def _only(items: dict[ItemState, int], states: Iterable[ItemState]) -> bool:
    return {state for state, count in items.items() if count} <= set(states)


def _file_rows(music: Path, tracks: Iterable[Track]) -> list[FileRow]:
    """Read every file: what is told about it is what is on the disk at this moment."""
    rows = []
    for track in tracks:
        if track.path is None:
            continue
        path = music / track.path
        size, digest = _measured(path)
        rows.append(
            FileRow(
                str(track.path), size, track.sha256_source, digest, track.title, track.performer
            )
        )
    return rows


def _measured(path: Path) -> tuple[int, str]:
    """Return size and SHA-256; nothing of a file that is gone."""
    try:
        with path.open("rb") as file:
            return path.stat().st_size, file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return 0, ""


def table(report: Report) -> list[str]:
    """Draw the report for a terminal."""
    if not report.jobs:
        return ["Nothing has been downloaded yet."]
    lines = ["JOB   STATE        ITEMS  REASON"]
    for job in report.jobs:
        count = sum(item.job == job.id for item in report.items)
        lines.append(f"{job.id:<5} {job.state:<12} {count:<6} {job.reason or ''}".rstrip())
    troubled = [item for item in report.items if item.reason]
    if troubled:
        lines += ["", "JOB   POSTING                   STATE        REASON"]
        lines += [f"{i.job:<5} {i.posting:<25} {i.state:<12} {i.reason}" for i in troubled]
    if report.files:
        lines += ["", "SIZE         FILE"]
        lines += [f"{file.size:<12} {file.path}" for file in report.files]
    return lines
