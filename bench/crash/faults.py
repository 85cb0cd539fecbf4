"""Errors that the system may answer a call with, and what a person must be told then. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.crash.calls import Call, Strike
from bench.crash.life import End
from bench.crash.source import HOLLOW
from bench.crash.ward import Trial
from storage.errors import DiskTrouble
from storage.models import Reason

_OPENS = frozenset({"open", "openat", "openat2", "creat"})
_MAKES = frozenset({"mkdir", "mkdirat", "link", "linkat", "rename", "renameat", "renameat2"})
_REMOVES = frozenset({"unlink", "unlinkat", "rmdir"})
_WRITES = frozenset({"write", "writev", "pwrite64", "pwritev", "pwritev2"})
_SIZES = frozenset({"fallocate", "ftruncate", "truncate"})
_SYNCS = frozenset({"fsync", "fdatasync", "sync_file_range"})


@dataclass(frozen=True, slots=True)
class Fault:
    """`how` in strace's words; `kind` is what it means for the disk, None if nobody should notice.

    Whatever it is, SQLite hands on a rough idea of it only.
    """

    how: str
    calls: frozenset[str]
    kind: DiskTrouble | None
    only: str = ""

    def suits(self, call: Call) -> bool:
        return call.name in self.calls and call.place.endswith(self.only)


FAULTS = (
    Fault("error=ENOSPC", _OPENS | _MAKES | _WRITES | _SIZES | _SYNCS, DiskTrouble.FULL),
    Fault("error=EIO", _OPENS | _MAKES | _REMOVES | _WRITES | _SIZES | _SYNCS, DiskTrouble.BROKEN),
    Fault("error=EROFS", _OPENS | _MAKES | _REMOVES | _WRITES | _SIZES, DiskTrouble.READ_ONLY),
    Fault("error=EACCES", _OPENS | _MAKES | _REMOVES, DiskTrouble.DENIED),
    Fault("error=EMFILE", _OPENS, DiskTrouble.CROWDED),
    # Nothing is taken, which a system may answer and never should.
    Fault("retval=0", _WRITES, DiskTrouble.BROKEN),
    # Little is taken. strace only says so, and writes nothing: see `source.HOLLOW`.
    Fault(f"retval={HOLLOW}", _WRITES, None, only=".part"),
)
_LAST = {"error=ENOSPC", "error=EIO", "error=EROFS"}
# To open for reading goes on where nothing can be written, and a life must write its report.
_SPARED = _OPENS | {"write"}
_REASONS = {
    DiskTrouble.FULL: Reason.DISK_FULL,
    DiskTrouble.MISSING: Reason.DISK_MISSING,
    DiskTrouble.BROKEN: Reason.DISK_BROKEN,
    DiskTrouble.READ_ONLY: Reason.DISK_DENIED,
    DiskTrouble.DENIED: Reason.DISK_DENIED,
    DiskTrouble.CROWDED: Reason.TOO_MANY_FILES,
}
_DATABASE = "data/tad.db"


def strikes(calls: Sequence[Call]) -> list[Strike]:
    """Return every fault at every call that it may happen to."""
    return [Strike(call, fault.how) for fault in FAULTS for call in calls if fault.suits(call)]


def lasting_strikes(calls: Sequence[Call]) -> list[Strike]:
    """Return every lasting fault, beginning at every call that it may happen to."""
    return [
        Strike(call, fault.how, _first_of_each(calls[number:], fault))
        for fault in FAULTS
        for number, call in enumerate(calls)
        if fault.how in _LAST and call.name in fault.calls - _SPARED
    ]


def _first_of_each(calls: Iterable[Call], fault: Fault) -> tuple[Call, ...]:
    first: dict[str, Call] = {}
    for call in calls:
        if call.name in fault.calls - _SPARED:
            first.setdefault(call.name, call)
    return tuple(first.values())


def complaints(trials: Iterable[Trial]) -> Iterator[str]:
    """Tell of lives that did not take their fault well, or told it in the wrong words."""
    for trial in trials:
        if complaint := _complaint(trial):
            yield f"{trial}: {complaint}"


def _complaint(trial: Trial) -> str:
    report, call = trial.lived.report, trial.strike.call
    if report is None:
        return f"exit code {trial.lived.code}"
    if report.end is End.STUCK and not trial.strike.lasting:
        return "stuck"
    kinds = set(_REASONS)
    if not (call.place.startswith(_DATABASE) or trial.strike.lasting):
        fault = next(one for one in FAULTS if one.how == trial.strike.how)
        kinds = {fault.kind} if fault.kind else set()
    reasons = {reason for _, reason in report.told if reason} - {_REASONS[kind] for kind in kinds}
    if reasons:
        return f"told as {', '.join(sorted(reasons))}"
    if report.end is End.REFUSED and report.words.partition(":")[0] not in kinds:
        return f"refused as {report.words}"
    return ""
