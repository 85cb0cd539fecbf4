from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.verbs.accounts import table
from downloader.errors import AccountLostError
from storage.models import Account, AccountState
from storage.tables import accounts
from tests.bot.verbs.desk import Desk


async def test_accounts_are_listed_with_their_state(desk: Desk) -> None:
    ann = desk.stand.user
    said = await desk.tad("accounts")

    assert said.code == 0
    assert said.out.splitlines()[1].split() == [str(ann.id), "ready", "Ann"]


def test_a_rest_is_shown_with_its_end() -> None:
    until = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    ann = Account(7, "Ann", AccountState.READY, until)

    assert table([ann], until - timedelta(minutes=1))[1].endswith(
        "Ann, rests until 2026-03-01 12:30 UTC"
    )
    assert table([ann], until)[1].endswith("Ann")


def test_without_accounts_the_way_to_one_is_told() -> None:
    assert table([], datetime.now(UTC)) == ["No account is signed in. Sign one in with: tad login"]


async def test_an_account_is_logged_out_and_removed(desk: Desk) -> None:
    ann = desk.stand.user
    async with desk.stand.source() as source:
        said = await desk.tad("accounts", "remove", str(ann.id))

        assert (said.code, said.out) == (0, f"Account {ann.id} is removed.\n")
        assert await desk.stand.store.accounts.all() == []
        with pytest.raises(AccountLostError):
            await source.chat("@jazz")


async def test_an_account_is_removed_even_when_telegram_is_away(desk: Desk) -> None:
    async with desk.stand.cluster.offline():
        said = await desk.tad("accounts", "remove", str(desk.stand.user.id))

    assert said.code == 0
    assert "End that session in a Telegram app" in said.out
    assert await desk.stand.store.accounts.all() == []


async def test_an_account_whose_session_cannot_be_opened_is_removed(desk: Desk) -> None:
    async with desk.stand.store.accounts._database.write() as connection:
        await connection.execute(accounts.update().values(session=b"\x01 no session"))
    said = await desk.tad("accounts", "remove", str(desk.stand.user.id))

    assert 0 == said.code
    assert said.out.startswith("Its session cannot be opened, so Telegram was not told")
    assert [] == await desk.stand.store.accounts.all()


async def test_an_account_that_does_not_exist_is_told(desk: Desk) -> None:
    said = await desk.tad("accounts", "remove", "7")

    assert (said.code, said.err) == (1, "tad: no account 7; `tad accounts` lists them\n")


async def test_an_id_must_be_a_number(desk: Desk) -> None:
    with pytest.raises(SystemExit) as caught:
        await desk.tad("accounts", "remove", "Ann")

    assert caught.value.code == 2
