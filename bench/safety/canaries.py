"""One secret of each kind, planted where it really lies, and looked for wherever anybody may look.

None may be found: not in what was printed or logged, in an answer, in the database, nor in a file.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from bench.figure import Figure, Goal
from bench.safety.journeys import walked
from bench.safety.planting import FORGED, Kind, Walk
from bench.scratch import scratch

_TOLD = 20
_HIDDEN = re.compile(rb"\[hidden\]")
_SHORT = 6  # what is shorter counts only where no other digit stands beside it


@dataclass(frozen=True, slots=True)
class Hit:
    kind: Kind
    where: str

    def __str__(self) -> str:
        return f"{self.kind} in {self.where}"


def measure(*, quick: bool) -> Iterator[Figure]:
    """Walk once, in either form of the log; once in one of them where it is to be `quick`."""
    for form in ("console",) if quick else ("console", "json"):
        folder = scratch("tad-canaries-")
        try:
            walk = asyncio.run(walked(folder, form))
        finally:
            shutil.rmtree(folder)
        yield from figures_of(walk, form)


def figures_of(walk: Walk, form: str) -> Iterator[Figure]:
    found = hits(walk)
    hidden = sum(len(_HIDDEN.findall(text)) for text in walk.surfaces.values())
    about: dict[str, object] = {
        "form": form,
        "surfaces": len(walk.surfaces),
        "bytes": sum(map(len, walk.surfaces.values())),
        "hidden": hidden,
    }
    kinds = sorted(walk.planted)
    yield Figure("safety.planted", len(kinds), "kinds", Goal(at_least=12), {"kinds": kinds})
    yield Figure(
        "safety.canaries", len(found), "found", Goal(at_most=0),
        {**about, "told": [str(hit) for hit in found[:_TOLD]]},
    )  # fmt: skip
    # That nothing is found means nothing where no secret came near.
    yield Figure("safety.hidden", hidden, "times", Goal(at_least=1), about)
    forged = [name for name, text in walk.surfaces.items() if is_forged(text)]
    yield Figure("safety.forged", len(forged), "logs", Goal(at_most=0), {"told": forged})


def is_forged(text: bytes) -> bool:
    """Tell whether a line is there that a stranger has written."""
    return any(line.startswith(FORGED.encode()) for line in text.splitlines())


def hits(walk: Walk) -> list[Hit]:
    return [
        Hit(kind, where)
        for kind, values in walk.planted.items()
        for where, text in walk.surfaces.items()
        if any(is_in(text, value) for value in values)
    ]


def is_in(text: bytes, value: str) -> bool:
    if len(value) < _SHORT:
        return bool(re.search(rb"(?<![\d.])%b(?!\d)" % re.escape(value.encode()), text))
    return any(form in text for form in forms(value))


def forms(value: str) -> Iterator[bytes]:
    """Yield how a secret may be written: as text, in an address, as base64, and hex as bytes."""
    yield value.encode()
    yield quote(value, safe="").encode()
    yield b64encode(value.encode()).rstrip(b"=")
    if re.fullmatch(r"(?:[0-9a-f]{2}){16,}", value):
        raw = bytes.fromhex(value)
        yield raw
        yield b64encode(raw).rstrip(b"=")
