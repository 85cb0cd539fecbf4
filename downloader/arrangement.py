"""Which files are to lie elsewhere, and where. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath

from storage.filings import Filed
from storage.names import folded, is_namesake, numbered
from storage.paths import Templates, fits_template, library_path


@dataclass(frozen=True, slots=True)
class Lying:
    """Where a track lies, and where it is wanted."""

    track_id: int
    path: PurePosixPath
    wanted: PurePosixPath


@dataclass(frozen=True, slots=True)
class Step:
    track_id: int
    from_path: PurePosixPath
    to_path: PurePosixPath


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`steps` in an order in which each finds its place free.

    `collisions` are those that get a number, because another track has the name.
    """

    steps: list[Step]
    staying: int
    collisions: int


def wanted_path(filed: Filed, templates: Templates, *, imported: bool) -> PurePosixPath:
    """Return where a track belongs.

    One that was not downloaded belongs where its owner put it, unless it is to be placed too and
    a template fits it.
    """
    track, filing = filed.track, filed.filing
    assert track.path is not None
    is_ours = track.document_id is not None
    if not is_ours and not (imported and fits_template(track.description, filing, templates)):
        return track.path
    return library_path(track.description, filing, templates)


def arrange(files: Sequence[Lying]) -> Arrangement:
    arranging = _Arranging({_key(one.path): one.track_id for one in files})
    waiting = [one for one in files if _key(one.path) != _key(one.wanted)]
    while True:
        # What goes may leave the name free that another is waiting for.
        left = [one for one in waiting if not arranging.move(one, one.wanted)]
        if len(left) == len(waiting):
            break
        waiting = left
    collisions = sum(arranging.number(one) for one in waiting)
    return Arrangement(arranging.steps, len(files) - len(arranging.steps), collisions)


class _Arranging:
    def __init__(self, taken: dict[str, int]) -> None:
        self.steps: list[Step] = []
        self._taken = taken
        self._numbers: dict[str, int] = {}

    def move(self, one: Lying, path: PurePosixPath) -> bool:
        """Move a track if the name is free."""
        key = _key(path)
        if key in self._taken:
            return False
        del self._taken[_key(one.path)]
        self._taken[key] = one.track_id
        self.steps.append(Step(one.track_id, one.path, path))
        return True

    def number(self, one: Lying) -> bool:
        """Give a track the first name with a number, unless it has such a name."""
        is_at_home = _key(one.path.parent) == _key(one.wanted.parent)
        if is_at_home and is_namesake(one.path.name, one.wanted.name):
            return False
        key = _key(one.wanted)
        for number in count(self._numbers.get(key, 2)):
            path = one.wanted.with_name(numbered(one.wanted.name, number))
            if self.move(one, path):
                self._numbers[key] = number + 1
                return True
        raise AssertionError


def _key(path: PurePosixPath) -> str:
    return folded(str(path))
