"""The keys that files of the library are sealed with, themselves sealed by the vault.

So a new key of the vault costs no file anything. What comes into the library is sealed with the
key of today, where there is one.
"""

from __future__ import annotations

import secrets

import structlog
from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.errors import LibraryLockedError, VaultError
from storage.keyring import PURPOSE, Keyring
from storage.library_tables import library_keys
from storage.segments import SegmentKey
from storage.vault import KEY_SIZE, Vault, key_id_of

log = structlog.get_logger(__name__)


class LibraryKeys:
    """What it does counts for whoever opens the store next."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def begin(self) -> None:
        """Have all that comes into the library sealed, with a new key where there is none yet."""
        async with self._database.write() as connection:
            if await _of_today(connection) is not None:
                return
            rows = (await connection.execute(select(library_keys))).all()
            known = [row.id for row in rows if _opened(self._vault, row.id, row.key)]
            if known:
                its = library_keys.c.id == known[0]
                await connection.execute(update(library_keys).where(its).values(_TODAY))
            else:
                await _make(connection, self._vault)

    async def end(self) -> None:
        """Have nothing sealed any more that comes; the keys stay for what is."""
        async with self._database.write() as connection:
            await connection.execute(update(library_keys).values(is_of_today=False))


async def open_keyring(database: Database, vault: Vault) -> Keyring:
    """Raise `LibraryLockedError` where that of today does not open: else files came in plain."""
    async with database.read() as connection:
        rows = (await connection.execute(select(library_keys))).all()
    known = {row.id: _opened(vault, row.id, row.key) for row in rows}
    today = next((row.id for row in rows if row.is_of_today), None)
    if today is not None and known[today] is None:
        raise LibraryLockedError(today)
    keys = [key for key in known.values() if key is not None]
    return Keyring(keys, None if today is None else known[today])


async def replace_lost(connection: AsyncConnection, vault: Vault) -> bool:
    """Make a new key of today where there is one that does not open; tell whether that was so.

    That one stays: what it has sealed opens again if the key of the vault comes back.
    """
    if not await is_locked(connection, vault):
        return False
    await connection.execute(update(library_keys).values(is_of_today=False))
    await _make(connection, vault)
    return True


async def is_locked(connection: AsyncConnection, vault: Vault) -> bool:
    """Tell whether there is a key of today that does not open."""
    row = (await connection.execute(select(library_keys).where(_IS_OF_TODAY))).first()
    return row is not None and _opened(vault, row.id, row.key) is None


def context_of(key_id: str) -> str:
    """Return what the seal of a key is bound to."""
    return f"library {key_id}"


_IS_OF_TODAY: ColumnElement[bool] = library_keys.c.is_of_today.is_(True)
_TODAY = {"is_of_today": True}


async def _of_today(connection: AsyncConnection) -> str | None:
    found: str | None = await connection.scalar(select(library_keys.c.id).where(_IS_OF_TODAY))
    return found


async def _make(connection: AsyncConnection, vault: Vault) -> None:
    key = secrets.token_bytes(KEY_SIZE)
    key_id = key_id_of(key).hex()
    sealed = vault.encrypt(key, context_of(key_id))
    await connection.execute(insert(library_keys).values(id=key_id, key=sealed, **_TODAY))


def _opened(vault: Vault, key_id: str, sealed: bytes) -> SegmentKey | None:
    try:
        return SegmentKey(bytes.fromhex(key_id), vault.decrypt(sealed, context_of(key_id)), PURPOSE)
    except VaultError as error:
        log.warning("a key of the library cannot be opened", key=key_id, error=str(error))
        return None
