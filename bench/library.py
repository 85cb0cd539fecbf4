"""Compares a library on disk, and what its catalogue says, with what Telegram had. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any


@dataclass(frozen=True, slots=True)
class Findings:
    """Each is told in words, so that its length is the figure and its text the proof.

    Args:
        bad: files whose bytes are not those of the document that their track names.
        lost: postings without a saved item, and documents without a file.
        double: jobs, items, tracks or files that are there twice.
        stray: files that no track names, among them unfinished ones.

    """

    bad: list[str]
    lost: list[str]
    double: list[str]
    stray: list[str]


def examine(
    wanted: Mapping[str, str],
    found: Mapping[str, str],
    report: Mapping[str, Any],
    ends: Sequence[str] = ("done",),
    came: Mapping[str, str] | None = None,
) -> Findings:
    """Compare.

    Args:
        wanted: SHA-256 of every file by its title; no two are alike.
        found: SHA-256 of every file below the music folder by its path, hidden ones too.
        report: what `tad jobs --json` says about the jobs for all of them.
        ends: the state of each of these jobs.
        came: SHA-256 of every document by its title, where files have been rewritten since.

    """
    tracks = report["files"]
    return Findings(
        bad=_bad(wanted, came or wanted, found, tracks),
        lost=_lost(wanted, found, report, ends),
        double=_double(found, report, len(ends)),
        stray=sorted(found.keys() - {track["path"] for track in tracks}),
    )


def _bad(
    wanted: Mapping[str, str],
    came: Mapping[str, str],
    found: Mapping[str, str],
    tracks: Collection[Mapping[str, Any]],
) -> list[str]:
    return sorted(
        f"{track['path']}: not the bytes of {track['title']}"
        for track in tracks
        if track["sha256_source"] != came.get(track["title"])
        or {track["sha256"], found.get(track["path"], "")} != {wanted.get(track["title"])}
    )


def _lost(
    wanted: Mapping[str, str],
    found: Mapping[str, str],
    report: Mapping[str, Any],
    ends: Sequence[str],
) -> list[str]:
    there = set(found.values())
    files = [f"{title}: no file" for title, digest in wanted.items() if digest not in there]
    listed = {track["title"] for track in report["files"]}
    tracks = [f"{title}: no track" for title in wanted if title not in listed]
    states = [job["state"] for job in report["jobs"]]
    jobs = [
        f"job {number}: {state or 'none'}"
        for number, (state, end) in enumerate(zip_longest(states[: len(ends)], ends), start=1)
        if state != end
    ]
    saved = {item["posting"] for item in report["items"] if item["state"] == "saved"}
    missing = len(wanted) - len(saved)
    items = [f"{missing} postings: not saved"] if missing > 0 else []
    return [*files, *tracks, *jobs, *items]


def _double(found: Mapping[str, str], report: Mapping[str, Any], jobs: int) -> list[str]:
    names = {
        "bytes": found.values(),
        "track": (track["title"] for track in report["files"]),
        "path": (track["path"] for track in report["files"]),
        "posting": (item["posting"] for item in report["items"]),
    }
    twice = [
        f"{what} {value}: {count} times"
        for what, values in names.items()
        for value, count in Counter(values).items()
        if count > 1
    ]
    return [*twice, *(f"job {job['id']}" for job in report["jobs"][jobs:])]
