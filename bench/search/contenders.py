"""Who is compared on the same tracks, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.search.contender import Contender
from bench.search.peers import Like, Navidrome, Ranked

Opener = Callable[[Path], Contender]

PEERS: tuple[Opener, ...] = (Ranked, Navidrome, Like)
