"""Where postings come from that were forwarded. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Forwarded:
    """From where a posting was forwarded. Of people who hide that, only the `name` is known."""

    chat_id: int | None
    message_id: int | None = None
    name: str = ""
