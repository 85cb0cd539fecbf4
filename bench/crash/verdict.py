"""Whether everything is as if no life had been struck."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

from bench.crash.life import End, Report
from bench.crash.shapes import Shape
from bench.library import examine
from bench.remains import damage, digests_below

STRANGER = b"what somebody else has put here"

# What a data folder holds while nobody runs.
_DATA = {"tad.db", "tad.db.lock", "tad.key"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """As `Findings`; `damage` is what SQLite says of the database."""

    bad: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not any(asdict(self).values())


def judge(shape: Shape, folder: Path, last: Report | None) -> Verdict:
    """Compare what is on the disk, and what the last life told of it, with what must be there."""
    if last is None or last.end is not End.OVER:
        told = f"{last.end}: {last.words}" if last else "cut off"
        return Verdict(lost=[f"the job: its last life was {told}"])
    found = digests_below(folder / "music")
    strangers = list(_stranger(shape, found))
    wanted, came = _digests(shape.files()), _digests(shape.documents())
    findings = examine(wanted, found, asdict(last), [one.ends for one in shape.jobs()], came)
    data = {path.name for path in (folder / "data").iterdir()}
    return Verdict(
        [*findings.bad, *strangers, *_left_behind(shape, found)],
        findings.lost,
        findings.double,
        [*findings.stray, *last.left, *sorted(data - _DATA)],
        damage(folder / "data" / "tad.db"),
    )


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {title: sha256(body).hexdigest() for title, body in files.items()}


def _left_behind(shape: Shape, found: Collection[str]) -> list[str]:
    """Tell which files still are where they were fetched to, though they are to have moved."""
    before = f"{shape.chat.title}/"
    return [f"{path}: not moved" for path in found if shape.is_refiled and path.startswith(before)]


def _stranger(shape: Shape, found: dict[str, str]) -> Iterator[str]:
    """Take the stranger's file out of what was found, and tell if it has been touched."""
    if shape.stranger is None:
        return
    if found.pop(shape.stranger, None) != sha256(STRANGER).hexdigest():
        yield f"{shape.stranger}: not what its owner put there"
