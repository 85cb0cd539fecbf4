from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from storage.errors import NotStoredError, SealBrokenError
from storage.models import Account, AccountState
from storage.store import Store
from tests.storage.values import NOW

_ANN = Account(11, "Ann", AccountState.READY)
_BOB = Account(5, "Bob", AccountState.NEEDS_LOGIN, NOW)


async def test_accounts_come_back_with_their_sessions(store: Store) -> None:
    await store.accounts.save(_ANN, b"session of ann")
    await store.accounts.save(_BOB, b"")

    assert await store.accounts.all() == [_BOB, _ANN]
    assert await store.accounts.session(11) == b"session of ann"
    assert await store.accounts.session(5) == b""


async def test_a_session_never_reaches_the_disk_in_clear(store: Store, tmp_path: Path) -> None:
    await store.accounts.save(_ANN, b"session of ann")
    await store.accounts.save_session(11, b"session of ann, later")

    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"session of ann" not in stored


async def test_a_session_can_be_replaced_alone(store: Store) -> None:
    await store.accounts.save(_BOB, b"old")

    await store.accounts.save_session(5, b"new")

    assert await store.accounts.session(5) == b"new"
    assert await store.accounts.all() == [_BOB]


async def test_a_session_copied_to_another_account_does_not_open(store: Store) -> None:
    await store.accounts.save(_ANN, b"ann")
    await store.accounts.save(_BOB, b"bob")
    async with store.accounts._database.write() as connection:
        copied = "(select session from accounts where id = 11)"
        await connection.execute(text(f"update accounts set session = {copied}"))

    with pytest.raises(SealBrokenError):
        await store.accounts.session(5)
    assert await store.accounts.session(11) == b"ann"


async def test_an_account_moves_and_rests(store: Store) -> None:
    await store.accounts.save(_ANN, b"ann")

    await store.accounts.move(11, AccountState.BANNED)
    banned = await store.accounts.all()
    await store.accounts.move(11, AccountState.READY, NOW)

    assert banned == [Account(11, "Ann", AccountState.BANNED)]
    assert await store.accounts.all() == [Account(11, "Ann", AccountState.READY, NOW)]


async def test_f02_neither_a_loss_nor_a_login_ends_a_rest(store: Store) -> None:
    await store.accounts.save(_ANN, b"ann")
    await store.accounts.move(11, AccountState.READY, NOW)

    await store.accounts.move(11, AccountState.NEEDS_LOGIN)
    lost = await store.accounts.all()
    await store.accounts.save(Account(11, "Anna", AccountState.READY), b"anna")

    assert lost == [Account(11, "Ann", AccountState.NEEDS_LOGIN, NOW)]
    assert await store.accounts.all() == [Account(11, "Anna", AccountState.READY, NOW)]


async def test_each_login_has_a_number_of_its_own(store: Store) -> None:
    await store.accounts.save(_BOB, b"")
    numbers = []
    for _ in range(2):
        await store.accounts.save(_ANN, b"ann")
        numbers.append(await store.accounts.logins())
    await store.accounts.save_session(11, b"ann, later")
    await store.accounts.move(11, AccountState.READY)
    numbers.append(await store.accounts.logins())
    await store.accounts.remove(11)
    await store.accounts.save(_ANN, b"ann")
    numbers.append(await store.accounts.logins())

    assert [{11}] * 4 == [one.keys() for one in numbers]
    first, second, same, third = (one[11] for one in numbers)
    assert second == same
    assert 3 == len({first, second, third})


async def test_what_belongs_to_an_earlier_login_is_refused(store: Store) -> None:
    await store.accounts.save(_ANN, b"old")
    earlier = (await store.accounts.logins())[11]
    await store.accounts.save_session(11, b"old, later", login=earlier)
    await store.accounts.save(_ANN, b"new")

    with pytest.raises(NotStoredError):
        await store.accounts.save_session(11, b"old, still later", login=earlier)
    with pytest.raises(NotStoredError):
        await store.accounts.move(11, AccountState.NEEDS_LOGIN, login=earlier)

    assert b"new" == await store.accounts.session(11)
    assert [_ANN] == await store.accounts.all()


async def test_a_removed_account_takes_its_access_along(store: Store) -> None:
    await store.accounts.save(_ANN, b"ann")
    await store.chats.grant(11, -100, 1)

    await store.accounts.remove(11)

    assert await store.accounts.all() == []
    assert await store.chats.access(11) == {}


async def test_an_unknown_account_is_an_error(store: Store) -> None:
    with pytest.raises(NotStoredError):
        await store.accounts.session(1)
    with pytest.raises(NotStoredError):
        await store.accounts.save_session(1, b"x")
    with pytest.raises(NotStoredError):
        await store.accounts.move(1, AccountState.BANNED)
