"""How fast the imitated wire could carry files at best. Pure."""

from __future__ import annotations

from dataclasses import dataclass

MB = 10**6
KIB = 1 << 10
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """`rtt` in seconds; `rate` in bytes per second of one connection, None without any limit."""

    rtt: float
    rate: float | None
    connections: int  # that one account may have to the centre of the files


def limit(line: Line, size: int, count: int = 1, at_once: int = 1) -> float:
    """Return bytes per second: everything is asked for at once, on all the connections.

    Each file that is waited for before the next is asked for costs a round trip of its own; of
    files that overlap, the first one's only.
    """
    assert line.rate is not None
    round_trips = count if at_once == 1 else 1
    seconds = round_trips * line.rtt + count * size / (line.connections * line.rate)
    return count * size / seconds
