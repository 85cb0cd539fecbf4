"""What a person is told at the end: this run's downloads, the new files, the faults. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Report = dict[str, Any]  # what `tad jobs --json` prints

_SHOWN_FILES = 15
_WELL = "done"
_ENDED = {_WELL, "partly done", "failed", "cancelled"}
_ARRIVED = {"saved", "linked"}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier runs left in the data folder: the newest job's number, the files' paths."""

    job: int = 0
    files: frozenset[str] = frozenset()

    @classmethod
    def of(cls, report: Report) -> Earlier:
        newest = max((job["id"] for job in report["jobs"]), default=0)
        return cls(newest, frozenset(file["path"] for file in report["files"]))

    def jobs_since(self, report: Report) -> list[Report]:
        return [job for job in report["jobs"] if job["id"] > self.job]

    def files_since(self, report: Report) -> list[Report]:
        """Return them by their paths, as in a folder."""
        new = (file for file in report["files"] if file["path"] not in self.files)
        return sorted(new, key=lambda file: str(file["path"]))


def all_well(report: Report, earlier: Earlier) -> bool:
    return all(job["state"] == _WELL for job in earlier.jobs_since(report))


def all_ended(report: Report) -> bool:
    """Tell whether no job waits for anything, not even for a person."""
    return all(job["state"] in _ENDED for job in report["jobs"])


def downloads(report: Report, earlier: Earlier) -> Iterator[str]:
    """Yield a line for each download of this run, with the reason if not all of it arrived."""
    for job in earlier.jobs_since(report):
        why = job["reason"] or _shortfall([i for i in report["items"] if i["job"] == job["id"]])
        yield f"Download {job['id']}: {job['state']}" + (f" ({why})" if why else "")


def files(report: Report, earlier: Earlier) -> Iterator[str]:
    """Yield a line for each new file, as far as there is room."""
    new = earlier.files_since(report)
    for file in new[:_SHOWN_FILES]:
        yield f"  {file['size']:>9,}  {file['path']}"
    if len(new) > _SHOWN_FILES:
        yield f"  … and {len(new) - _SHOWN_FILES} more"


def count(report: Report, earlier: Earlier) -> str:
    """Return how many files there are, and if some are older, how many are new."""
    everything = len(report["files"])
    words = f"{everything} file" if everything == 1 else f"{everything} files"
    new = len(earlier.files_since(report))
    return words if new == everything else f"{words}, {new} of them new,"


def _shortfall(items: list[Report]) -> str:
    missing = Counter(
        (item["state"], item["reason"]) for item in items if item["state"] not in _ARRIVED
    )
    parts = [
        f"{number} of {len(items)} {state}" + (f": {reason}" if reason else "")
        for (state, reason), number in missing.items()
    ]
    return ", ".join(parts)
