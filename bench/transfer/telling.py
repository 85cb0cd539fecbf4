"""What is told of the runs of one case. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from bench.figure import CannotMeasureError
from bench.transfer.arena import Run
from bench.transfer.model import MB

Runs = Mapping[str, Sequence[Run]]


def good(runs: Runs, name: str) -> list[Run]:
    """Return the runs of a client that brought every byte; it must have one."""
    found = [run for run in runs[name] if run.error is None]
    if not found:
        raise CannotMeasureError(f"{name}: {runs[name][-1].error}")
    return found


def rate(runs: Runs, name: str) -> float:
    """Return the median, in bytes per second."""
    return median(run.rate for run in good(runs, name))


def told(runs: Runs) -> dict[str, object]:
    """Return what stands in a figure's detail of each client."""
    return {name: _told(each) for name, each in runs.items()}


def _told(runs: Sequence[Run]) -> dict[str, object]:
    errors = [run.error for run in runs if run.error is not None]
    whole = [run for run in runs if run.error is None]
    refused = sum(run.server["refused"] for run in runs)
    failed: dict[str, object] = {"failed": len(errors), "error": errors[-1]} if errors else {}
    if not whole:
        return failed | {"refused": refused}
    last = whole[-1]
    return failed | {
        "MB/s": round(median(run.rate for run in whole) / MB, 2),
        "runs": len(whole),
        "MB": round(last.bytes / MB, 1),
        "CPU s/GB": round(median(run.cpu_per_gb for run in whole), 2),
        "part KiB": last.client["part KiB"],
        "window": last.client["window"],
        "connections": max(run.server["connections"] for run in whole),
        "refused": refused,
        "most in flight": max(run.server["most in flight"] for run in whole),
        "requests": last.server["requests"],
        "server CPU s": round(median(run.server["cpu"] for run in whole), 2),
        **({"cipher": last.client["cipher"]} if "cipher" in last.client else {}),
    }
