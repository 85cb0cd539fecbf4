"""What is raced, on which wire, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from bench.transfer.model import MB, MIB, Line

OURS, BARE = "ours", "bare reader"
TELETHON, TELETHON_512, KURIGRAM = "telethon", "telethon 512 KiB", "kurigram"
SENDERS, TDL = "several senders", "tdl-like"

CONNECTIONS = 8
FAR = Line(0.080, 6 * MB, CONNECTIONS)
# No wire at all: what is left is the work of the processors.
NEAR = Line(0.0, None, CONNECTIONS)
ROUND_TRIPS = (20, 50, 100, 150)  # milliseconds

EVERYBODY = (OURS, TELETHON, TELETHON_512, KURIGRAM, SENDERS, TDL)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of it. `patience` is in seconds, for one client and one repeat."""

    repeats: int
    small: int
    large: int
    count: int
    each: int
    huge: int
    patience: float


WHOLE = Scale(3, 10 * MIB, 100 * MIB, 32, 8 * MIB, 512 * MIB, 150)
QUICK = Scale(1, 10 * MIB, 32 * MIB, 32, 2 * MIB, 128 * MIB, 120)


@dataclass(frozen=True, slots=True)
class Case:
    """So many files of one size. Peers may be given fewer: what they reach does not depend on it.

    `least` is the share of the model limit that ours must reach, in percent.
    """

    name: str
    line: Line
    size: int
    least: float
    contenders: tuple[str, ...]
    count: int = 1
    at_once: int = 1
    peers_count: int = 1
    peers_size: int | None = None

    def share(self, name: str) -> tuple[int, int]:
        """Return how many files of which size a client is given."""
        if name in {OURS, BARE}:
            return self.count, self.size
        return self.peers_count, self.peers_size or self.size


def small(scale: Scale) -> Case:
    return Case("small", FAR, scale.small, 85, (*EVERYBODY, BARE))


def large(scale: Scale) -> Case:
    return Case("large", FAR, scale.large, 93, (*EVERYBODY, BARE))


def many(scale: Scale) -> list[Case]:
    """Return the same files one after another, few at once, and all at once."""
    contenders = (OURS, TELETHON, KURIGRAM, SENDERS, TDL)
    steps = ((1, 85, 2), (4, 95, 8), (scale.count, 95, scale.count))
    return [
        Case(f"many.{at_once}", FAR, scale.each, least, contenders, scale.count, at_once, peers)
        for at_once, least, peers in steps
    ]


def round_trips(scale: Scale) -> list[Case]:
    contenders = (OURS, TELETHON, TDL, BARE)
    return [
        Case(
            f"rtt.{milliseconds}",
            Line(milliseconds / 1000, FAR.rate, CONNECTIONS),
            scale.large,
            93,
            contenders,
            peers_size=scale.small,
        )
        for milliseconds in ROUND_TRIPS
    ]
