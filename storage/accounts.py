"""Logged-in Telegram accounts; their sessions are sealed before they reach the database."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.errors import NotStoredError
from storage.journal import Journal
from storage.models import Account, AccountState
from storage.record import Fact, What
from storage.tables import access, accounts
from storage.upsert import upsert
from storage.vault import Vault


class Accounts:
    def __init__(self, database: Database, vault: Vault, journal: Journal) -> None:
        self._database = database
        self._vault = vault
        self._journal = journal

    async def save(self, account: Account, session: bytes) -> None:
        """Store a login, in place of an earlier one of the same account.

        That account rests as long as it had to, unless a time is given.
        """
        values: dict[str, Any] = {
            "id": account.id,
            "name": account.name,
            "state": account.state,
            "session": self._vault.encrypt(session, context_of(account.id)),
            # By chance, not counted: the row may have been removed in between.
            "login": secrets.randbits(62),
            **_rest(account.rests_until),
        }
        async with self._database.write(is_aside=True) as connection:
            await upsert(connection, accounts, values)
            await self._journal.append(connection, What.ACCOUNT_ADDED, {"account": account.id})

    async def all(self) -> list[Account]:
        """Return every account, ordered by id."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(accounts).order_by(accounts.c.id))
            return [_account(row) for row in rows]

    async def logins(self) -> dict[int, int]:
        """Return the accounts that are ready, ordered by id, each with the number of its login."""
        wanted = select(accounts.c.id, accounts.c.login).order_by(accounts.c.id)
        async with self._database.read() as connection:
            rows = await connection.execute(wanted.where(accounts.c.state == AccountState.READY))
            return {row.id: row.login for row in rows}

    async def session(self, account_id: int) -> bytes:
        """Raise `VaultError` where it was changed, belongs elsewhere, or its key is not here."""
        wanted = select(accounts.c.session).where(accounts.c.id == account_id)
        async with self._database.read() as connection:
            sealed = await connection.scalar(wanted)
        if sealed is None:
            raise NotStoredError("account", account_id)
        return self._vault.decrypt(sealed, context_of(account_id))

    async def save_session(
        self, account_id: int, session: bytes, *, login: int | None = None
    ) -> None:
        """Replace the session; where a `login` is given, only that of this one."""
        sealed = self._vault.encrypt(session, context_of(account_id))
        async with self._database.write(is_aside=True) as connection:
            await _set(connection, account_id, {"session": sealed}, login)

    async def move(
        self,
        account_id: int,
        state: AccountState,
        rests_until: datetime | None = None,
        *,
        login: int | None = None,
    ) -> None:
        """Move the account; until when it rests is replaced only when that is given.

        Where a `login` is given, only this one is moved, and none that came after it.
        """
        wanted = select(accounts.c.state).where(accounts.c.id == account_id)
        async with self._database.write(is_aside=True) as connection:
            before = await connection.scalar(wanted)
            values = {"state": state, **_rest(rests_until)}
            await _set(connection, account_id, values, login)
            if state not in {before, AccountState.READY}:
                about: dict[str, Fact] = {"account": account_id, "state": state.value}
                await self._journal.append(connection, What.ACCOUNT_LOST, about)

    async def remove(self, account_id: int) -> None:
        async with self._database.write(is_aside=True) as connection:
            await connection.execute(delete(access).where(access.c.account_id == account_id))
            gone = await connection.execute(delete(accounts).where(accounts.c.id == account_id))
            if gone.rowcount:
                about = {"account": account_id}
                await self._journal.append(connection, What.ACCOUNT_REMOVED, about)


async def _set(
    connection: AsyncConnection, account_id: int, values: dict[str, Any], login: int | None
) -> None:
    change = update(accounts).where(accounts.c.id == account_id).values(**values)
    if login is not None:
        change = change.where(accounts.c.login == login)
    if not (await connection.execute(change)).rowcount:
        raise NotStoredError("account", account_id)


def context_of(account_id: int) -> str:
    """Return what is bound into the seal: a session copied into another row does not open there."""
    return f"session {account_id}"


def _rest(until: datetime | None) -> dict[str, Any]:
    return {} if until is None else {"rests_until": until}


def _account(row: Row[Any]) -> Account:
    return Account(row.id, row.name, row.state, row.rests_until)
