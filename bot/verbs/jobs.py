"""`tad jobs`: what was asked for, what became of it, and the files that came of it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Iterable
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import TypeVar

from bot import logs
from bot.characters import cleaned, cut
from bot.settings import Settings, load
from bot.texts import size
from bot.verbs.terminal import carry_out
from storage.errors import DiskFailure
from storage.files import Files
from storage.models import ItemState, Job, JobState, Reason, Track
from storage.states import ENDED_ITEMS, ENDED_JOBS
from storage.store import Store, open_store

HELP = "show the downloads and their files"

Measure = TypeVar("Measure")

_HERE = frozenset({ItemState.SAVED, ItemState.LINKED})
_CHAT = 25
_LOOK_AGAIN = 0.25  # seconds


@dataclass(frozen=True, slots=True)
class JobRow:
    """`chat` is its title, or as it was written while that is unknown."""

    id: int
    state: str
    reason: str | None
    chat: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """`posting` is the chat's id and the message's, as in `-1001234567890/12`."""

    job: int
    posting: str
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """`sha256_source` is of the bytes as fetched, `sha256` of the file as it is now.

    Size and `sha256` are None of a file that is gone, or cannot be read.
    """

    path: str
    size: int | None
    sha256_source: str
    sha256: str | None
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
    settings = load()
    logs.for_terminal(settings.log_format, secrets=settings.secrets)
    report = carry_out(_report(settings, wait=args.wait, digests=args.json))
    lines = [json.dumps(asdict(report), ensure_ascii=False)] if args.json else table(report)
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return 0


async def _report(settings: Settings, *, wait: bool, digests: bool) -> Report:
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        # Another process does the work, so there is no event to wait for.
        while wait and not await all_at_rest(store):  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_AGAIN)
        jobs = await store.jobs.every()
        items = await store.items.every()
        files = [
            await _file_row(store.files, track, track.path, digest=digests)
            for track in await store.catalog.every()
            if track.path and track.document_id is not None
        ]
    return Report(
        [JobRow(job.id, job.state, job.reason, _chat(job)) for job in jobs],
        [
            ItemRow(item.job_id, f"{item.chat_id}/{item.message_id}", item.state, item.reason)
            for item in items
        ],
        files,
    )


def _chat(job: Job) -> str:
    return (job.chat and job.chat.title) or job.request.chat


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


async def _file_row(files: Files, track: Track, path: PurePosixPath, *, digest: bool) -> FileRow:
    """Tell what is on the disk at this moment; for a digest, all of it must be read."""
    found = await _measured(files.size_published(path))
    sha256 = await _measured(files.digest_published(path)) if digest else None
    return FileRow(str(path), found, track.sha256_source, sha256, track.title, track.performer)


async def _measured(measuring: Awaitable[Measure | None]) -> Measure | None:
    try:
        return await measuring
    except DiskFailure:
        return None


def table(report: Report) -> list[str]:
    """Draw the report for a terminal."""
    if not report.jobs:
        return ["Nothing has been downloaded yet."]
    counts = Counter(item.job for item in report.items)
    here = Counter(item.job for item in report.items if item.state in _HERE)
    lines = ["JOB   STATE        HERE       CHAT                      REASON"]
    for job in report.jobs:
        share = f"{here[job.id]} of {counts[job.id]}"
        chat = cut(cleaned(job.chat), _CHAT)
        lines.append(
            f"{job.id:<5} {job.state:<12} {share:<10} {chat:<25} {job.reason or ''}".rstrip()
        )
    troubled = [item for item in report.items if item.reason]
    if troubled:
        lines += ["", "JOB   POSTING                   STATE        REASON"]
        lines += [f"{i.job:<5} {i.posting:<25} {i.state:<12} {i.reason}" for i in troubled]
    if report.files:
        lines += ["", "SIZE         FILE"]
        lines += [f"{_size(file):<12} {file.path}" for file in report.files]
    return lines


def _size(file: FileRow) -> str:
    return "missing" if file.size is None else size(file.size)
