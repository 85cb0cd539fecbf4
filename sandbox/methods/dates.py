"""Dates as they stand in requests."""

from __future__ import annotations

from datetime import datetime


def when(date: datetime | None) -> datetime | None:
    """Read an optional date: nothing on the wire is the year 1970."""
    return date if date is not None and date.timestamp() > 0 else None
