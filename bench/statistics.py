"""What is said about many values. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least so large a share of all does not exceed.

    No value is made up between two that were measured; for the median of an even number that is
    the lower one.
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread_of(values: Sequence[float]) -> dict[str, object]:
    return {
        "median": round(quantile(values, 0.5), 2),
        "p95": round(quantile(values, 0.95), 2),
        "highest": round(max(values), 2),
        "count": len(values),
    }
