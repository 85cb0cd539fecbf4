"""What the pool needs of each account."""

from __future__ import annotations

from typing import Protocol

from downloader.hands import Hands
from downloader.source import AudioSource, Onlooker
from downloader.standing import Presence


class AccountSource(AudioSource, Hands, Onlooker, Presence, Protocol):
    """What one account can do."""

    @property
    def account_id(self) -> int: ...
