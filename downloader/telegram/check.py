"""Knocks at Telegram's door without signing in, for the doctor."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta

from downloader.telegram.access import Access
from downloader.telegram.client import Client
from downloader.telegram.link import Patience
from downloader.telegram.session import Session


@dataclass(frozen=True, slots=True)
class Reached:
    """`clock_ahead` is how far our clock is before Telegram's, in whole seconds."""

    dc: int
    clock_ahead: timedelta


async def reach(access: Access, patience: Patience | None = None) -> Reached:
    """Connect and exchange a key that is then forgotten.

    Raises `AccessError` for settings that cannot be used, else `downloader.errors` only.
    """
    session = Session()
    client = Client(access, session, patience or Patience())
    async with aclosing(client):
        await client.ready()
        return Reached(session.dc_id, client.clock_ahead)
