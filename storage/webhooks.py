"""The secrets by which whoever is told of tracks can tell that it was us."""

from __future__ import annotations

import secrets
from base64 import b64encode
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.deed_tables import webhooks
from storage.journal import Journal
from storage.record import Fact, What
from storage.upsert import insert_new, upsert
from storage.vault import Vault

_BYTES = 32


class Webhooks:
    """Each person has one secret for each address. It is made once, and kept sealed."""

    def __init__(self, database: Database, vault: Vault, journal: Journal) -> None:
        self._database = database
        self._vault = vault
        self._journal = journal

    async def make(self, person_id: int, url: str) -> str | None:
        """Return a new secret as it is shown; None where there is one already."""
        row, secret = self._row(person_id, url)
        async with self._database.write() as connection:
            if await _sealed(connection, person_id, url) is not None:
                return None
            await insert_new(connection, webhooks, [row])
            await self._journal.append(connection, What.WEBHOOK_MADE, _told(url))
        return written(secret)

    async def renew(self, person_id: int, url: str) -> str:
        """Return one as it is shown that counts from now on."""
        row, secret = self._row(person_id, url)
        async with self._database.write() as connection:
            await upsert(connection, webhooks, row)
            await self._journal.append(connection, What.WEBHOOK_RENEWED, _told(url))
        return written(secret)

    async def secret(self, person_id: int, url: str) -> bytes | None:
        """Raise `KeyWrongError` or `SealBrokenError` where it cannot be opened."""
        async with self._database.read() as connection:
            sealed = await _sealed(connection, person_id, url)
        if sealed is None:
            return None
        return self._vault.decrypt(sealed, context_of(person_id, url))

    def _row(self, person_id: int, url: str) -> tuple[dict[str, object], bytes]:
        secret = secrets.token_bytes(_BYTES)
        sealed = self._vault.encrypt(secret, context_of(person_id, url))
        return {"person_id": person_id, "url": url, "secret": sealed}, secret


def written(secret: bytes) -> str:
    """Return a secret as those take it who check what it has signed."""
    return f"whsec_{b64encode(secret).decode()}"


def _told(url: str) -> dict[str, Fact]:
    # No more of it: the rest of an address may be a secret.
    return {"host": urlsplit(url).hostname}


async def _sealed(connection: AsyncConnection, person_id: int, url: str) -> bytes | None:
    its = (webhooks.c.person_id == person_id) & (webhooks.c.url == url)
    return await connection.scalar(select(webhooks.c.secret).where(its))


def context_of(person_id: int, url: str) -> str:
    return f"webhook {person_id} {url}"
