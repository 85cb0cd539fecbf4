"""Logins that are under way: codes sent to a phone, QR tokens waiting to be scanned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.mtproto.keys import Session
from sandbox.world import User


@dataclass(slots=True)
class Code:
    user: User
    code: str
    expires: datetime


@dataclass(slots=True)
class Token:
    """`approved` is who scanned it; `dc` is where that user lives, if not where it was shown."""

    session: Session
    expires: datetime
    approved: User | None = None
    dc: int | None = None
