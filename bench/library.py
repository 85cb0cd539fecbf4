"""Compares a library on disk, and what its catalogue says, with what Telegram had. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
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
    wanted: Mapping[str, str], found: Mapping[str, str], report: Mapping[str, Any]
) -> Findings:
    """Compare.

    Args:
        wanted: SHA-256 of every document by its title; no two are alike.
        found: SHA-256 of every file below the music folder by its path, hidden ones too.
        report: what `tad jobs --json` says about one job for all of them.

    """
    tracks = report["files"]
    return Findings(
        bad=_bad(wanted, found, tracks),
        lost=_lost(wanted, found, report),
        double=_double(found, report),
        stray=sorted(found.keys() - {track["path"] for track in tracks}),
    )


def _bad(
    wanted: Mapping[str, str], found: Mapping[str, str], tracks: Collection[Mapping[str, Any]]
) -> list[str]:
    wrong = [
        f"{track['path']}: not the bytes of {track['title']}"
        for track in tracks
        for digest in {track["sha256_source"], track["sha256"], found.get(track["path"], "")}
        if digest != wanted.get(track["title"])
    ]
    return sorted(set(wrong))


def _lost(
    wanted: Mapping[str, str], found: Mapping[str, str], report: Mapping[str, Any]
) -> list[str]:
    there = set(found.values())
    files = [f"{title}: no file" for title, digest in wanted.items() if digest not in there]
    listed = {track["title"] for track in report["files"]}
    tracks = [f"{title}: no track" for title in wanted if title not in listed]
    jobs = [f"job {job['id']}: {job['state']}" for job in report["jobs"] if job["state"] != "done"]
    saved = {item["posting"] for item in report["items"] if item["state"] == "saved"}
    missing = len(wanted) - len(saved)
    items = [f"{missing} postings: not saved"] if missing > 0 else []
    return [*files, *tracks, *jobs, *items]


def _double(found: Mapping[str, str], report: Mapping[str, Any]) -> list[str]:
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
    return [*twice, *(f"job {job['id']}" for job in report["jobs"][1:])]
