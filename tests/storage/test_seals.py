from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, delete, select, update

from storage import seals
from storage.database import Database
from storage.errors import KeyWrongError, SealBrokenError
from storage.keys import known_keys, open_vault
from storage.keys import renew as renew_key
from storage.models import Account, AccountState
from storage.seals import SEALED, Census, Renewed
from storage.store import open_store
from storage.tables import accounts, metadata, vault_key
from tests.stores import store_at

ANN, BOB = Account(11, "Ann", AccountState.READY), Account(12, "Bob", AccountState.READY)
URL = "https://example.org/told"
# What is binary and no secret.
PLAIN = {
    ("claim_codes", "digest"),
    ("invites", "digest"),
    ("fingerprints", "bits"),
    ("listened", "moments"),
    ("lookups", "answer"),
    ("transfers", "done"),
    ("vault_key", "key_id"),
}


async def filled(folder: Path) -> bytes:
    """Store two sessions and a secret, and return the secret."""
    async with store_at(folder / "data", folder / "music") as store:
        for account in (ANN, BOB):
            await store.accounts.save(account, account.name.encode())
        await store.webhooks.make(1, URL)
        secret = await store.webhooks.secret(1, URL)
    assert secret is not None
    return secret


async def sealed_session(database: Database, account_id: int) -> bytes:
    async with database.read() as connection:
        found = await connection.scalar(
            select(accounts.c.session).where(accounts.c.id == account_id)
        )
    assert isinstance(found, bytes)
    return found


async def put(database: Database, account_id: int, sealed: bytes) -> None:
    async with database.write() as connection:
        changed = update(accounts).where(accounts.c.id == account_id).values(session=sealed)
        await connection.execute(changed)


def test_every_binary_column_is_known_to_be_sealed_or_plain() -> None:
    binary = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    sealed = {(one.table.name, one.column) for one in SEALED}

    assert sealed <= binary
    assert set() == binary - sealed - PLAIN


async def test_all_that_an_old_key_has_sealed_is_sealed_anew(tmp_path: Path) -> None:
    secret = await filled(tmp_path)
    old = open_vault(tmp_path / "data" / "tad.key").key_id.hex()
    new = renew_key(tmp_path / "data" / "tad.key").key_id.hex()
    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        database = store.accounts._database
        before = await seals.census(database, store.vault)
        renewed = await seals.renew(database, store.vault)
        after = await seals.census(database, store.vault)
        again = await seals.renew(database, store.vault)

    assert (Census(Counter({old: 3}), ()), Census(Counter({new: 3}), ())) == (before, after)
    assert (Renewed(3, ()), Renewed(0, ())) == (renewed, again)
    (tmp_path / "data" / f"tad.key.old-{old}").unlink()
    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        assert [b"Ann", b"Bob"] == [await store.accounts.session(number) for number in (11, 12)]
        assert secret == await store.webhooks.secret(1, URL)


async def test_what_does_not_open_stays_as_it_is_and_is_told(tmp_path: Path) -> None:
    await filled(tmp_path)
    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        database = store.accounts._database
        broken = (await sealed_session(database, 11))[:-1] + b"x"
        await put(database, 11, broken)
    renew_key(tmp_path / "data" / "tad.key")
    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        database = store.accounts._database
        renewed = await seals.renew(database, store.vault)
        found = await seals.census(database, store.vault)

        assert Renewed(2, ("session 11",)) == renewed
        assert Census(Counter({store.vault.key_id.hex(): 2}), ("session 11",)) == found
        assert broken == await sealed_session(database, 11)
        assert b"Bob" == await store.accounts.session(12)


async def test_damage_to_the_name_of_the_key_is_no_wrong_key(tmp_path: Path) -> None:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        await store.accounts.save(ANN, b"Ann")
        sealed = await sealed_session(store.accounts._database, 11)
        await put(store.accounts._database, 11, b"\x01\xff" + sealed[2:])

    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        with pytest.raises(KeyWrongError):
            await store.accounts.session(11)
    assert 1 == len(known_keys(tmp_path / "data" / "tad.key"))


@pytest.mark.parametrize("is_damaged", [True, False])
async def test_a_database_that_does_not_say_by_which_key_it_was_used_is_asked_for_its_secrets(
    tmp_path: Path, is_damaged: bool
) -> None:
    await filled(tmp_path)
    async with (
        open_store(tmp_path / "data", tmp_path / "music") as store,
        store.accounts._database.write() as connection,
    ):
        await connection.execute(delete(vault_key))
        if is_damaged:
            await connection.execute(vault_key.insert().values(id=1, key_id=b"\0" * 8))

    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        assert b"Ann" == await store.accounts.session(11)


async def test_two_sessions_that_changed_places_do_not_open(tmp_path: Path) -> None:
    await filled(tmp_path)
    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        database = store.accounts._database
        ann, bob = await sealed_session(database, 11), await sealed_session(database, 12)
        await put(database, 11, bob)
        await put(database, 12, ann)

        for number in (11, 12):
            with pytest.raises(SealBrokenError):
                await store.accounts.session(number)


async def test_a_database_of_before_the_key_was_replaced_opens_with_the_old_one(
    tmp_path: Path,
) -> None:
    await filled(tmp_path)
    backup = (tmp_path / "data" / "tad.db").read_bytes()
    vault = renew_key(tmp_path / "data" / "tad.key")
    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        await seals.renew(store.accounts._database, vault)
    (tmp_path / "data" / "tad.db").write_bytes(backup)

    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        assert b"Ann" == await store.accounts.session(11)
