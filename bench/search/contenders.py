"""Who is compared on the same tracks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from bench.search.contender import Contender
from bench.search.peers import Like, Navidrome, Ranked

Opener = Callable[[Path], Contender]

PEERS: tuple[Opener, ...] = (Ranked, Navidrome, Like)


@contextmanager
def opened(openers: Sequence[Opener], folder: Path) -> Iterator[list[Contender]]:
    with ExitStack() as stack:
        yield [stack.enter_context(closing(opener(folder))) for opener in openers]
