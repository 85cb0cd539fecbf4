"""Child processes under the stopwatch."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.figure import CannotMeasureError

ROOT = Path(__file__).parent.parent
_LIMIT = 120  # seconds; nothing that is measured here takes longer on a healthy machine


def python(*arguments: str) -> str:
    """Run this interpreter from the project folder and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    if done.returncode:
        raise CannotMeasureError(f"{' '.join(arguments)}: {done.stderr.strip()[-500:]}")
    return done.stdout


def seconds(*arguments: str) -> float:
    begin = time.perf_counter()
    python(*arguments)
    return time.perf_counter() - begin


def interleaved(contenders: Mapping[str, Sequence[str]], repeats: int) -> dict[str, list[float]]:
    """Time each command `repeats` times, taking turns so that noise hits all of them alike."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, arguments in contenders.items():
            times[name].append(seconds(*arguments))
    return times


def spread(values: Sequence[float]) -> dict[str, object]:
    return {
        "median": round(median(values), 4),
        "lowest": round(min(values), 4),
        "highest": round(max(values), 4),
        "repeats": len(values),
    }


def load() -> float:
    """Return the load average of the last minute: above 3, wall times say little."""
    return round(os.getloadavg()[0], 2)


def status_mib(pid: int | None, name: str) -> float:
    """Ask the kernel about a process."""
    return field_mib(
        Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace"), name
    )


def field_mib(status: str, name: str) -> float:
    """Read a field of /proc/PID/status that is in kB."""
    found = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise CannotMeasureError(f"the kernel does not tell {name}")
    return round(int(found[1]) / 1024, 1)
