"""What a disk may hold after the power went: of what was not synced, anything.

A sync covers what had ended before it began, and holds once it has ended itself. All else that
had begun by the cut is pending. What becomes of it depends on the file system:

- `DROPPED` and `KEPT`: nothing and everything of it is there; the second is what a kill leaves.
- `JOURNAL`: as ext4 does it. Names and sizes come in their order up to some point, which lies
  behind every finished sync of any file; contents come in any order, torn at sectors.
- `ANYTHING`: no more than POSIX promises. Each name, each write and each size comes or does not;
  a sync of a file says nothing about its name.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from bench.power.effects import Effect, Named, Record, Resized, Synced, Written

_SECTORS = (512, 4096)
_SHARED_INDEX = "-shm"  # written through memory, where no call tells what


class Way(StrEnum):
    """How a file system treats what is pending."""

    DROPPED = "dropped"
    KEPT = "kept"
    JOURNAL = "journal"
    ANYTHING = "anything"


class Share(StrEnum):
    """How much of what is pending of one file comes."""

    NOTHING = "nothing"
    EVERYTHING = "everything"
    SOME = "some"


Tree = Mapping[str, bytes | None]
"""The files by their path, with what they hold; folders hold None."""


@dataclass(slots=True)
class _Contents:
    data: bytearray = field(default_factory=bytearray)

    def write(self, offset: int, data: bytes) -> None:
        self.grow(offset + len(data))
        self.data[offset : offset + len(data)] = data

    def grow(self, size: int) -> None:
        if size > len(self.data):
            self.data.extend(bytes(size - len(self.data)))

    def resize(self, effect: Resized) -> None:
        if effect.may_shrink:
            del self.data[effect.size :]
        self.grow(effect.size)


def left(record: Record, cut: int, way: Way, chance: Random) -> Tree:
    """Return what a disk may hold when the power goes at this moment."""
    return _Outage(record, cut, way, chance).tree()


def fingerprint(tree: Tree) -> bytes:
    digest = hashlib.sha256()
    for path, data in sorted(tree.items()):
        digest.update(f"{path}\0{'folder' if data is None else len(data)}\0".encode())
        digest.update(data or b"")
    return digest.digest()


class _Outage:
    def __init__(self, record: Record, cut: int, way: Way, chance: Random) -> None:
        self._folders = record.folders
        self._begun = [effect for effect in record.effects if effect.begin < cut]
        self._way = way
        self._chance = chance
        self._covered: dict[int, int] = {}  # by node: before this moment everything lasts
        for effect in self._begun:
            if isinstance(effect, Synced) and effect.end < cut:
                before = self._covered.get(effect.node, 0)
                self._covered[effect.node] = max(before, effect.begin)
        committed = max(self._covered.values(), default=0)
        self._journalled = chance.randint(committed, max(committed, cut))

    def tree(self) -> Tree:
        names = self._names()
        contents = self._contents()
        return dict(self._below("", 0, names, contents))

    def _below(
        self, path: str, folder: int, names: dict[int, dict[str, int]], contents: dict[int, bytes]
    ) -> Iterator[tuple[str, bytes | None]]:
        for name, node in names[folder].items():
            here = f"{path}/{name}" if path else name
            if node in self._folders:
                yield here, None
                yield from self._below(here, node, names, contents)
            else:
                data = contents.get(node, b"")
                is_index = name.endswith(_SHARED_INDEX) and self._way is Way.ANYTHING
                yield here, self._chance.randbytes(len(data)) if is_index else data

    def _names(self) -> dict[int, dict[str, int]]:
        names: dict[int, dict[str, int]] = defaultdict(dict)
        for effect in self._begun:
            if isinstance(effect, Named):
                self._name(effect, names)
        return names

    def _name(self, effect: Named, names: dict[int, dict[str, int]]) -> None:
        # A rename is whole, or leaves the old name beside the new: it loses no file.
        for folder, name, node in sorted(effect.names, key=lambda one: one[2] is None):
            if not self._is_named(effect, folder):
                return
            if node is None:
                names[folder].pop(name, None)
            else:
                names[folder][name] = node

    def _is_named(self, effect: Named, folder: int) -> bool:
        if self._lasts(effect, folder):
            return True
        match self._way:
            case Way.DROPPED:
                return False
            case Way.KEPT:
                return True
            case Way.JOURNAL:
                return effect.end <= self._journalled
            case Way.ANYTHING:
                return self._chance.random() < 0.5

    def _lasts(self, effect: Effect, node: int) -> bool:
        return effect.end < self._covered.get(node, 0)

    def _contents(self) -> dict[int, bytes]:
        changes: dict[int, list[Written | Resized]] = defaultdict(list)
        for effect in self._begun:
            if isinstance(effect, Written | Resized):
                changes[effect.node].append(effect)
        return {node: self._content(node, effects) for node, effects in changes.items()}

    def _content(self, node: int, effects: list[Written | Resized]) -> bytes:
        contents = _Contents()
        share = self._share()
        for effect in effects:
            comes = self._lasts(effect, node) or share is Share.EVERYTHING
            if isinstance(effect, Resized):
                if comes or self._is_resized(effect, share):
                    contents.resize(effect)
            elif comes:
                contents.write(effect.offset, effect.data)
            elif share is Share.SOME:
                self._tear(effect, contents)
        if share is not Share.EVERYTHING and self._way is Way.ANYTHING:
            self._missize(node, effects, contents)
        return bytes(contents.data)

    def _share(self) -> Share:
        match self._way:
            case Way.DROPPED:
                return Share.NOTHING
            case Way.KEPT:
                return Share.EVERYTHING
            case _:
                return self._chance.choices(tuple(Share), (1, 1, 3))[0]

    def _is_resized(self, effect: Resized, share: Share) -> bool:
        if self._way is Way.JOURNAL:
            return effect.end <= self._journalled
        return share is Share.SOME and self._chance.random() < 0.5

    def _tear(self, effect: Written, contents: _Contents) -> None:
        """Let a write come whole, not at all, or in some of the sectors that it touches."""
        luck = self._chance.random()
        if luck < 0.25:
            return
        if luck < 0.5:
            contents.write(effect.offset, effect.data)
            return
        sector = self._chance.choice(_SECTORS)
        start = effect.offset
        while start < effect.offset + len(effect.data):
            end = min(start - start % sector + sector, effect.offset + len(effect.data))
            if self._chance.random() < 0.5:
                contents.write(start, effect.data[start - effect.offset : end - effect.offset])
            start = end

    def _missize(self, node: int, effects: list[Written | Resized], contents: _Contents) -> None:
        """Let the size come without the contents, or the contents without the size."""
        lasting, longest = _Contents(), 0
        for effect in effects:
            size = effect.size if isinstance(effect, Resized) else effect.offset + len(effect.data)
            longest = max(longest, size)
            if self._lasts(effect, node):
                _resized_only(lasting, effect)
        match self._chance.randrange(3):
            case 0:
                del contents.data[len(lasting.data) :]
            case 1:
                stale = self._chance.choice((bytes, self._chance.randbytes))
                contents.data.extend(stale(max(0, longest - len(contents.data))))


def _resized_only(contents: _Contents, effect: Written | Resized) -> None:
    if isinstance(effect, Resized):
        contents.resize(effect)
    else:
        contents.grow(effect.offset + len(effect.data))
