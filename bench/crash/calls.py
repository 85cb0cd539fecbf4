"""The calls to the system that change what is on the disk, and strace, which can strike each."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figure import CannotMeasureError

# By every name that some machine has for them; strace passes over those it does not know ("?").
NAMES = (
    "write", "writev", "pwrite64", "pwritev", "pwritev2", "fsync", "fdatasync", "sync_file_range",
    "open", "openat", "openat2", "creat", "mkdir", "mkdirat", "rmdir", "link", "linkat", "symlink",
    "symlinkat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "truncate", "ftruncate",
    "fallocate", "copy_file_range", "sendfile", "utimensat", "fchmod", "fchmodat", "chmod",
)  # fmt: skip
_LINE = re.compile(r"(?P<process>\d+) +(?P<name>\w+)\((?P<rest>.*)")
_PATIENCE = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Call:
    """The `number`-th call of its name in a life, counted from 1; `place` is below the folder."""

    name: str
    number: int
    place: str

    def __str__(self) -> str:
        return f"{self.name} {self.number} ({self.place})"


@dataclass(frozen=True, slots=True)
class Strike:
    """What strace does at a call, in its own words: `signal=KILL`, `error=EIO`, `retval=0`.

    `lasting` are the first calls of each name that fail for good, the call itself among them.
    """

    call: Call
    how: str
    lasting: tuple[Call, ...] = ()

    @property
    def options(self) -> list[str]:
        if not self.lasting:
            return [f"inject={self.call.name}:{self.how}:when={self.call.number}"]
        return [f"inject={one.name}:{self.how}:when={one.number}+" for one in self.lasting]

    @property
    def is_deadly(self) -> bool:
        return self.how.startswith("signal=")

    def __str__(self) -> str:
        return f"{self.how} at {self.call}{' and ever after' if self.lasting else ''}"


def calls_in(log: str, folder: Path) -> list[Call]:
    """Read from what strace wrote the calls that change something below the folder, in order."""
    place = re.compile(re.escape(f"{folder}/") + r'((?:data|music)[^>"]*)')
    counts: Counter[str] = Counter()
    found: list[Call] = []
    lines = [match for line in log.splitlines() if (match := _LINE.match(line))]
    for match in lines:
        if match["process"] != lines[0]["process"]:
            continue  # a helper that only waits
        name, rest = match["name"], match["rest"]
        counts[name] += 1
        if places := place.findall(rest):
            found.append(Call(name, counts[name], places[-1]))
    return found


@contextmanager
def traced(process: int, log: Path, strike: Strike | None = None) -> Iterator[None]:
    """Trace a process that waits; when the block ends, the log is whole."""
    options = [word for one in (strike.options if strike else ()) for word in ("-e", one)]
    names = "trace=" + ",".join(f"?{name}" for name in NAMES)
    command = [_strace(), "-f", "-y", "-s", "0", "-o", str(log), "-e", names, *options]
    with subprocess.Popen(
        [*command, "-p", str(process)], stderr=subprocess.PIPE, text=True
    ) as strace:
        assert strace.stderr is not None
        said = strace.stderr.readline()
        if "attached" not in said:
            raise CannotMeasureError(f"strace cannot trace here: {said.strip()}")
        yield
        strace.wait(_PATIENCE)


def _strace() -> str:
    path = shutil.which("strace")
    if path is None:
        raise CannotMeasureError("strace is not installed")
    return path
