"""What the servers count, for tests and benchmarks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counters:
    """Everything by data centre. `calls` counts requests received, faults included.

    `in_takeout` counts those that came within a takeout, by method. `service` counts parts of the
    protocol: acks, containers, gzip_in, keys, bad_salts, bad_ids, refused (connections over the
    account's limit), drops (by faults).
    """

    calls: Counter[tuple[int, str]] = field(default_factory=Counter)
    accepted: Counter[int] = field(default_factory=Counter)
    open: Counter[int] = field(default_factory=Counter)
    bytes_in: Counter[int] = field(default_factory=Counter)
    bytes_out: Counter[int] = field(default_factory=Counter)
    in_flight: Counter[int] = field(default_factory=Counter)
    most_in_flight: Counter[int] = field(default_factory=Counter)
    in_takeout: Counter[str] = field(default_factory=Counter)
    service: Counter[str] = field(default_factory=Counter)

    def of(self, method: str) -> int:
        """Return how often a method was called, in all centres."""
        return sum(count for (_, name), count in self.calls.items() if name == method)

    def begin(self, dc: int, method: str) -> None:
        self.calls[dc, method] += 1
        self.in_flight[dc] += 1
        self.most_in_flight[dc] = max(self.most_in_flight[dc], self.in_flight[dc])

    def finish(self, dc: int) -> None:
        self.in_flight[dc] -= 1
