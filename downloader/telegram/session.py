"""Our own session: keys and addresses as bytes, to be kept encrypted; never a `.session` file."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from telethon.crypto import AuthKey
from telethon.sessions import MemorySession

Keep = Callable[[bytes], Awaitable[None]]


class Session(MemorySession):  # type: ignore[misc]  # telethon is not typed
    """Holds the home data centre's key, and one for each other data centre that was used.

    Keeping the latter saves an export of the authorisation after each start, which Telegram
    counts and limits. `keep` is called with the new bytes whenever they have changed.
    """

    def __init__(self, keep: Keep | None = None) -> None:
        super().__init__()
        self._keep = keep
        self._kept = b""
        self._keys: dict[int, bytes] = {}

    @classmethod
    def load(cls, stored: bytes, keep: Keep | None = None) -> Session:
        session = cls(keep)
        record = json.loads(stored)
        session.set_dc(record["dc"], record["host"], record["port"])
        session.auth_key = AuthKey(bytes.fromhex(record["key"]))
        session._keys = {int(dc): bytes.fromhex(key) for dc, key in record["keys"].items()}
        session.takeout_id = record.get("takeout")
        session._kept = stored
        return session

    def dump(self) -> bytes:
        key = self.auth_key.key if self.auth_key else None
        record = {
            "dc": self.dc_id,
            "host": self.server_address,
            "port": self.port,
            "key": (key or b"").hex(),
            "keys": {dc: key.hex() for dc, key in sorted(self._keys.items())},
            "takeout": self.takeout_id,
        }
        return json.dumps(record).encode()

    def key(self, dc: int) -> bytes | None:
        """Return the key shared with another data centre, already authorised there."""
        return self._keys.get(dc)

    def set_key(self, dc: int, key: bytes | None) -> None:
        if key is None:
            self._keys.pop(dc, None)
        else:
            self._keys[dc] = key

    async def keep(self) -> None:
        """Pass the bytes on if they have changed. Telethon's own `save` may not wait."""
        now = self.dump()
        if self._keep is not None and now != self._kept:
            await self._keep(now)
            self._kept = now

    def process_entities(self, tlo: Any) -> None:
        """Remember nobody: access hashes of chats are kept in storage, everyone else is noise."""
