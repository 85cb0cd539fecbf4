"""Records a real run of the engine, as strace sees it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from bench.child import ROOT
from bench.figure import CannotMeasureError
from bench.power.effects import Record, Recorder
from bench.power.story import LIVES
from bench.power.trace import OPTIONS

_LIMIT = 3600  # seconds


class Naming(StrEnum):
    """How a file gets its name, by what the file system can do."""

    LINK = "link"
    RENAME = "rename"
    RESERVE = "reserve"


# What strace answers in the place of the kernel.
_LACKS = {
    Naming.LINK: (),
    Naming.RENAME: ("linkat:error=EPERM",),
    Naming.RESERVE: ("linkat:error=EPERM", "renameat2:error=ENOSYS"),
}


def recorded(folder: Path, naming: Naming, lives: int = len(LIVES)) -> Record:
    """Let the story be told in the folder, and return what it did to the disk."""
    place, marks = folder / "place", folder / "marks"
    place.mkdir(parents=True)
    recorder = Recorder(place, marks)
    for life in range(lives):
        child = ("-m", "bench.power.child", str(place), str(marks), str(life))
        trace = traced(child, folder / f"life{life}.strace", _LACKS[naming])
        recorder.life(trace)
    return recorder.record


def traced(program: Sequence[str], trace: Path, lacking: Sequence[str] = ()) -> list[str]:
    """Run this interpreter under strace, and return what that has written."""
    strace = shutil.which("strace")
    if strace is None:
        raise CannotMeasureError("strace is not installed")
    faults = [word for fault in lacking for word in ("-e", f"inject={fault}")]
    done = subprocess.run(
        [strace, *OPTIONS, *faults, "-o", str(trace), sys.executable, *program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    if done.returncode:
        raise CannotMeasureError(f"under strace: {done.stderr.strip()[-800:]}")
    return trace.read_text(encoding="ascii").splitlines()
