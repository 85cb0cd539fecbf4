"""What system calls did to the files and folders below one place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.power.trace import Call, TraceError, calls

FOLDER = 0o40000
_DIRECTORY_FLAG = "O_DIRECTORY"
# They may touch files of ours in ways that are not modelled.
_UNKNOWN = frozenset(
    {
        "creat", "dup", "dup2", "dup3", "writev", "pwritev", "pwritev2", "sendfile",
        "copy_file_range", "truncate", "sync_file_range", "symlink", "symlinkat",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that is pending from `begin` on, has happened at `end`, and lasts once synced."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Written(Effect):
    node: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resized(Effect):
    """`size` is the new size; a file that is laid out ahead never shrinks by it."""

    node: int
    size: int
    may_shrink: bool


@dataclass(frozen=True, slots=True)
class Named(Effect):
    """What names in folders mean from now on, all at once; None: nothing any more."""

    names: tuple[tuple[int, str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Synced(Effect):
    node: int


@dataclass(slots=True)
class Record:
    """All that happened. Files and folders are numbered; the place itself is folder 0."""

    effects: list[Effect] = field(default_factory=list)
    folders: set[int] = field(default_factory=lambda: {0})
    moments: int = 0
    marks: list[tuple[int, str]] = field(default_factory=list)  # what was told, and when

    def cuts(self) -> list[int]:
        """Return the moments right after which something had changed, in order."""
        bounds = {bound for effect in self.effects for bound in (effect.begin, effect.end)}
        return sorted(bound + 1 for bound in bounds | {moment for moment, _ in self.marks})


@dataclass(slots=True)
class _Opened:
    """An open file: which, and where the next bytes go; a node of None is the file of marks."""

    node: int | None
    position: int = 0


class Recorder:
    """Follows the calls of one process after the other; `place` was empty before the first.

    Lines written to `marks`, a file outside, tell what the program has promised by then.
    """

    def __init__(self, place: Path, marks: Path) -> None:
        self.record = Record()
        self._place = place
        self._marks = str(marks)
        self._names: dict[int, dict[str, int]] = {0: {}}
        self._open: dict[int, _Opened] = {}
        self._nodes = 1
        self._call: Call
        self._follow: dict[str, Callable[[], None]] = {
            "open": self._opened_plainly,
            "openat": self._opened_at,
            "close": self._closed,
            "write": self._written,
            "pwrite64": self._written_at,
            "ftruncate": self._resized,
            "fallocate": self._laid_out,
            "fsync": self._synced,
            "fdatasync": self._synced,
            "link": lambda: self._linked(0, 1),
            "linkat": lambda: self._linked(1, 3),
            "rename": lambda: self._renamed(0, 1),
            "renameat": lambda: self._renamed(1, 3),
            "renameat2": lambda: self._renamed(1, 3),
            "unlink": lambda: self._removed(0),
            "unlinkat": lambda: self._removed(1),
            "rmdir": lambda: self._removed(0),
            "mkdir": lambda: self._made(0),
            "mkdirat": lambda: self._made(1),
        }

    def life(self, lines: Sequence[str]) -> None:
        """Follow one process from its first call to its last."""
        self._open.clear()
        for call in calls(lines, self.record.moments // 2):
            self._call = call
            self._step()
        self.record.moments += 2 * len(lines)

    def _step(self) -> None:
        name = self._call.name
        if name in _UNKNOWN:
            if self._touches_ours():
                raise TraceError(f"{name} is not modelled")
            return
        self._follow[name]()

    def _touches_ours(self) -> bool:
        first = self._call.arguments[0]
        if first.isdigit():
            return int(first) in self._open
        return str(self._place).encode().hex() in "".join(self._call.arguments).replace("\\x", "")

    # Opening and closing.

    def _opened_plainly(self) -> None:
        self._opened(0, self._call.flags(1))

    def _opened_at(self) -> None:
        self._opened(1, self._call.flags(2))

    def _opened(self, path: int, flags: frozenset[str]) -> None:
        if self._call.text(path) == self._marks:
            self._open[self._call.result] = _Opened(None)
            return
        where = self._where(path)
        if where is None:
            return
        folder, name = where
        node = self._names[folder].get(name) if name else 0
        if node is None:
            if _DIRECTORY_FLAG in flags or "O_CREAT" not in flags:
                raise TraceError(f"{name} was there before the record began")
            node = self._new()
            self._name((folder, name, node))
        elif "O_TRUNC" in flags:
            self._add(Resized(*self._when(), node, 0, may_shrink=True))
        self._open[self._call.result] = _Opened(node)

    def _closed(self) -> None:
        self._open.pop(self._call.number(0), None)

    # Contents.

    def _written(self) -> None:
        opened = self._open.get(self._call.number(0))
        if opened is None:
            return
        data = self._call.bytes(1)[: self._call.result]
        if opened.node is None:
            lines = data.decode().splitlines()
            self.record.marks.extend((self._call.begin, line) for line in lines)
            return
        self._add(Written(*self._when(), opened.node, opened.position, data))
        opened.position += len(data)

    def _written_at(self) -> None:
        if (node := self._opened_node()) is not None:
            data = self._call.bytes(1)[: self._call.result]
            self._add(Written(*self._when(), node, self._call.number(3), data))

    def _resized(self) -> None:
        if (node := self._opened_node()) is not None:
            self._add(Resized(*self._when(), node, self._call.number(1), may_shrink=True))

    def _laid_out(self) -> None:
        if (node := self._opened_node()) is not None:
            size = self._call.number(2) + self._call.number(3)
            self._add(Resized(*self._when(), node, size, may_shrink=False))

    def _synced(self) -> None:
        if (node := self._opened_node()) is not None:
            self._add(Synced(*self._when(), node))

    def _opened_node(self) -> int | None:
        opened = self._open.get(self._call.number(0))
        return opened.node if opened else None

    # Names.

    def _linked(self, old: int, new: int) -> None:
        source, target = self._where(old), self._where(new)
        if source and target:
            self._name((*target, self._names[source[0]][source[1]]))

    def _renamed(self, old: int, new: int) -> None:
        source, target = self._where(old), self._where(new)
        if source and target:
            node = self._names[source[0]][source[1]]
            self._name((*source, None), (*target, node))

    def _removed(self, path: int) -> None:
        if where := self._where(path):
            self._name((*where, None))

    def _made(self, path: int) -> None:
        if where := self._where(path):
            node = self._new()
            self._names[node] = {}
            self.record.folders.add(node)
            self._name((*where, node))

    def _name(self, *names: tuple[int, str, int | None]) -> None:
        for folder, name, node in names:
            if node is None:
                del self._names[folder][name]
            else:
                self._names[folder][name] = node
        self._add(Named(*self._when(), names))

    def _where(self, position: int) -> tuple[int, str] | None:
        """Return folder and name of a path among the arguments; None when it is not of ours."""
        path = os.path.normpath(self._call.text(position))
        if path == str(self._place):
            return 0, ""
        if not path.startswith(f"{self._place}/"):
            return None
        folder = 0
        *way, name = Path(path).relative_to(self._place).parts
        for step in way:
            folder = self._names[folder][step]
        return folder, name

    def _new(self) -> int:
        self._nodes += 1
        return self._nodes - 1

    def _when(self) -> tuple[int, int]:
        return self._call.begin, self._call.end

    def _add(self, effect: Effect) -> None:
        self.record.effects.append(effect)


def record_of(place: Path, marks: Path, lives: Iterable[Sequence[str]]) -> Record:
    """Follow the traces of processes that worked in `place` one after the other."""
    recorder = Recorder(place, marks)
    for lines in lives:
        recorder.life(lines)
    return recorder.record
