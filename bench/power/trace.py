"""Reads what strace has written about the system calls that change a disk. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Everything that opens, changes, names or syncs a file.
WATCHED = (
    "open", "openat", "creat", "close", "dup", "dup2", "dup3",
    "write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range",
    "truncate", "ftruncate", "fallocate", "fsync", "fdatasync", "sync_file_range",
    "link", "linkat", "symlink", "symlinkat", "rename", "renameat", "renameat2",
    "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir",
)  # fmt: skip
# Whole calls, and never a string in its letters: hex has no commas, brackets or quotes in it.
OPTIONS = ("-f", "--seccomp-bpf", "-xx", "-s", str(4 << 20), "-e", f"trace={','.join(WATCHED)}")

_BEGUN = re.compile(r"(\d+) +(\w+)\((.*)", re.DOTALL)
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
_CUT = "<unfinished ...>"
_RESULT = re.compile(r"\) += (-?\d+|\?)(?: .*)?$", re.DOTALL)


class TraceError(Exception):
    """The record holds something that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that succeeded.

    `begin` and `end` are moments: numbers that grow through the whole record. Calls of several
    threads overlap, and what overlaps may have happened in any order.
    """

    name: str
    arguments: tuple[str, ...]
    result: int
    begin: int
    end: int

    def number(self, position: int) -> int:
        return int(self.arguments[position], 0)

    def text(self, position: int) -> str:
        return self.bytes(position).decode()

    def bytes(self, position: int) -> bytes:
        """Return a string among the arguments; one that strace has cut short is an error."""
        quoted = self.arguments[position]
        if not quoted.endswith('"'):
            raise TraceError(f"{self.name}: {quoted[-40:]}")
        return bytes.fromhex(quoted[1:-1].replace("\\x", ""))

    def flags(self, position: int) -> frozenset[str]:
        return frozenset(self.arguments[position].split("|"))


def calls(lines: Iterable[str], first: int = 0) -> Iterator[Call]:
    """Yield the calls in the order in which they ended; the moments count from `first` on.

    What never ended, because its process was killed in it, is an error: nobody knows whether it
    has happened.
    """
    open_calls: dict[str, tuple[str, str, int]] = {}
    for moment, line in enumerate(lines, start=first):
        if match := _RESUMED.match(line):
            thread, name, rest = match.groups()
            _, text, begin = open_calls.pop(thread)
            yield from _ended(name, text + rest.lstrip(), begin, moment)
        elif match := _BEGUN.match(line):
            thread, name, rest = match.groups()
            if rest.rstrip().endswith(_CUT):
                open_calls[thread] = name, rest.rstrip().removesuffix(_CUT).rstrip(), moment
            else:
                yield from _ended(name, rest, moment, moment)
    if open_calls:
        raise TraceError(f"not ended: {[name for name, _, _ in open_calls.values()]}")


def _ended(name: str, text: str, begin: int, end: int) -> Iterator[Call]:
    match = _RESULT.search(text)
    if match is None or match[1] == "?":
        raise TraceError(f"{name}: {text[-80:]}")
    if int(match[1]) >= 0:
        arguments = tuple(text[: match.start()].split(", "))
        # Twice the number of the line, so that there is a moment between begin and end.
        yield Call(name, arguments, int(match[1]), 2 * begin, 2 * end + 1)
