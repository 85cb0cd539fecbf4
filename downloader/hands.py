"""What is needed of an account that hands files to a bot.

A bot may upload 50 MB, an account 2000; and whatever a bot is sent, it may send on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from storage.models import Posting, Track

# Bytes from an offset on, fewer only at the end of the file.
Read = Callable[[int, int], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Address:
    """A bot and the words by which it knows what it gets.

    The username leads to it, the id proves that it is the right one.
    """

    bot_id: int
    username: str
    caption: str


class Hands(Protocol):
    """Sends files as one account. Raises `downloader.errors`, and what `read` raises.

    What is wrong with the bot, and not with a posting, is a `RefusedError`.
    """

    async def refer(self, posting: Posting, document_id: int, address: Address) -> None:
        """Send the document of a posting by reference, which moves no byte."""
        ...

    async def upload(self, track: Track, size: int, read: Read, address: Address) -> None:
        """Send the `size` bytes of a track's file."""
        ...
