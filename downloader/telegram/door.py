"""Lets connections be made until it is shut for good."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from telethon.errors import InvalidBufferError

# What python-socks and Telethon trip over when a proxy, or whoever answers the key exchange, says
# what none does: a name that is no text, a packet that is cut.
_STUMBLES = (
    ArithmeticError,
    AssertionError,
    BufferError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)


class Door:
    """Bounds the time of each attempt to connect, and breaks it off when shut.

    Only from within may an attempt be broken off: to disconnect a Telethon sender that is just
    connecting leaves its socket open with nobody to close it.
    """

    def __init__(self) -> None:
        self._shut = False
        self._limits: set[asyncio.Timeout] = set()

    @asynccontextmanager
    async def attempt(self, limit: timedelta) -> AsyncIterator[None]:
        """Bound what is done within.

        Raises OSError when it takes longer, the door is shut, or nonsense comes from over there.
        """
        if self._shut:
            raise ConnectionAbortedError
        async with asyncio.timeout(limit.total_seconds()) as timeout:
            self._limits.add(timeout)
            try:
                yield
            except InvalidBufferError:  # a refusal, and understood as one
                raise
            except _STUMBLES as error:
                raise ConnectionResetError(f"{type(error).__name__}: {error}") from error
            finally:
                self._limits.discard(timeout)

    def shut(self) -> None:
        self._shut = True
        for limit in self._limits:
            if not limit.expired():
                limit.reschedule(asyncio.get_running_loop().time())
