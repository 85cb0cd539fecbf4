from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from telethon.tl import types

from downloader.errors import (
    AccountLostError,
    OfflineError,
    RefusedError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.telegram.login import log_out, login
from sandbox.faults import Drop, Rule
from sandbox.world import User
from storage.accounts import Accounts
from storage.errors import DiskFailure, DiskTrouble
from storage.models import Account, AccountState, Chat
from tests.downloader.telegram.stand import Stand

PHONE = "+999 662 0002"


@dataclass
class Person:
    """Answers from what was prepared, and records what was asked.

    The code "right" stands for the one that came last to the phone.
    """

    codes: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    number: str = PHONE
    asked: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    on_qr: Callable[[bytes], None] = lambda _: None

    async def phone(self) -> str:
        self.asked.append("phone")
        return self.number

    async def code(self, *, wrong: bool) -> str:
        self.asked.append("code again" if wrong else "code")
        code = self.codes.pop(0)
        return self.received[-1] if code == "right" else code

    async def password(self, *, wrong: bool) -> str:
        self.asked.append("password again" if wrong else "password")
        return self.passwords.pop(0)

    async def show_qr(self, url: str) -> None:
        self.urls.append(url)
        token = url.removeprefix("tg://login?token=")
        self.on_qr(base64.urlsafe_b64decode(token))


@dataclass
class Desk:
    """Where Bob signs in; the codes that his phone gets are the person's to type."""

    stand: Stand
    bob: User
    person: Person = field(default_factory=Person)

    def receive(self, user: User, code: str) -> None:
        assert user is self.bob
        self.person.received.append(code)

    async def by_phone(self, phone: str | None = PHONE) -> Account:
        return await self._login(phone=phone, qr=False)

    async def by_qr(self) -> Account:
        return await self._login(phone=None, qr=True)

    async def _login(self, *, phone: str | None, qr: bool) -> Account:
        stand = self.stand
        return await login(
            stand.access, stand.store, self.person, phone=phone, qr=qr, patience=stand.patience
        )

    async def works(self) -> bool:
        """Tell whether the stored session can be used, as after a restart."""
        self.stand.world.add_chat("Jazz", username="jazz")
        async with self.stand.sources() as sources:
            source = next(one for one in sources if one.account_id == self.bob.id)
            return isinstance(await source.chat("@jazz"), Chat)


@pytest.fixture
def desk(stand: Stand) -> Desk:
    desk = Desk(stand, stand.world.add_user("Bob", phone="9996620002"))
    stand.cluster.on_code.append(desk.receive)
    return desk


async def test_f19_a_phone_and_its_code_sign_in(desk: Desk) -> None:
    desk.person.codes = ["right"]
    account = await desk.by_phone()

    assert account == Account(desk.bob.id, "Bob", AccountState.READY)
    assert account in await desk.stand.store.accounts.all()
    assert desk.person.asked == ["code"]
    assert await desk.works()


class Full(Accounts):
    """The real table on a disk that is full."""

    async def save(self, account: Account, session: bytes) -> None:
        raise DiskFailure(DiskTrouble.FULL, Path("tad.db"))


async def test_a_login_that_cannot_be_stored_is_ended_at_telegram(desk: Desk) -> None:
    """Else a session that nobody knows of would stay open there."""
    store = desk.stand.store
    full = Full(store.accounts._database, store.vault, store.journal)
    desk.person.codes = ["right"]
    with pytest.raises(DiskFailure):
        await login(
            desk.stand.access, replace(store, accounts=full), desk.person, phone=PHONE, qr=False
        )
    devices = [one for dc in (2, 4) for one in desk.stand.cluster.devices(dc)]

    assert [] == [one for one in devices if one.user is desk.bob]


async def test_f19_the_phone_is_asked_for_when_it_is_not_given(desk: Desk) -> None:
    desk.person.codes = ["right"]
    await desk.by_phone(None)

    assert desk.person.asked == ["phone", "code"]


async def test_f19_a_wrong_code_may_be_corrected(desk: Desk) -> None:
    desk.person.codes = ["1", "", "right"]
    await desk.by_phone()

    assert desk.person.asked == ["code", "code again", "code again"]


async def test_f19_three_wrong_codes_end_it(desk: Desk) -> None:
    desk.person.codes = ["1", "2", "3", "4"]
    with pytest.raises(RefusedError) as caught:
        await desk.by_phone()

    assert caught.value.detail == "PHONE_CODE_INVALID"
    assert desk.person.codes == ["4"]
    assert len(await desk.stand.store.accounts.all()) == 1


async def test_f19_an_expired_code_is_sent_anew(desk: Desk) -> None:
    desk.stand.faults.add(Rule("auth.signIn", error=(400, "PHONE_CODE_EXPIRED")))
    desk.person.codes = ["first", "right"]
    await desk.by_phone()

    assert len(desk.person.received) == 2
    assert desk.person.asked == ["code", "code again"]


async def test_f19_a_second_factor_is_asked_for(desk: Desk) -> None:
    desk.bob.password = "sesame"
    desk.person.codes, desk.person.passwords = ["right"], ["wrong", "sesame"]
    await desk.by_phone()

    assert desk.person.asked == ["code", "password", "password again"]
    assert await desk.works()


async def test_f19_three_wrong_passwords_end_it(desk: Desk) -> None:
    desk.bob.password = "sesame"
    desk.person.codes, desk.person.passwords = ["right"], ["1", "x" * 1_000_000, ""]
    with pytest.raises(RefusedError) as caught:
        await desk.by_phone()

    assert caught.value.detail == "PASSWORD_HASH_INVALID"


@pytest.mark.parametrize("phone", ["hello", "+12ab34", "123", "+999 662 9999"])
async def test_f19_a_number_that_is_none_is_told(desk: Desk, phone: str) -> None:
    with pytest.raises(RefusedError) as caught:
        await desk.by_phone(phone)

    assert caught.value.detail == "PHONE_NUMBER_INVALID"


async def test_f19_a_number_without_an_account_is_told(desk: Desk) -> None:
    reply = types.auth.AuthorizationSignUpRequired()
    desk.stand.faults.add(Rule("auth.signIn", reply=lambda _: reply))
    desk.person.codes = ["right"]
    with pytest.raises(RefusedError) as caught:
        await desk.by_phone()

    assert caught.value.detail == "PHONE_NUMBER_UNOCCUPIED"


async def test_a_number_that_needs_no_code_signs_in(desk: Desk) -> None:
    user = types.User(desk.bob.id, first_name="Bob")
    reply = types.auth.SentCodeSuccess(types.auth.Authorization(user))
    desk.stand.faults.add(Rule("auth.sendCode", reply=lambda _: reply))

    assert (await desk.by_phone()).id == desk.bob.id
    assert desk.person.asked == []


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        (420, "FLOOD_WAIT_80000", ThrottledError),
        (400, "PHONE_NUMBER_FLOOD", ThrottledError),
        (406, "PHONE_PASSWORD_FLOOD", ThrottledError),
        (400, "PHONE_NUMBER_BANNED", AccountLostError),
        (400, "API_ID_INVALID", RefusedError),
        (500, "AUTH_RESTART", ServerTroubleError),
    ],
)
async def test_f18_f19_what_telegram_says_of_a_number_is_told(
    desk: Desk, code: int, name: str, kind: type[Exception]
) -> None:
    desk.stand.faults.add(Rule("auth.sendCode", error=(code, name)))
    with pytest.raises(kind):
        await desk.by_phone()


async def test_a_number_of_another_data_centre_is_followed_there(desk: Desk) -> None:
    moved = Rule("auth.sendCode", error=(303, "PHONE_MIGRATE_4"))
    desk.stand.faults.add(moved)
    desk.person.codes = ["right"]
    await desk.by_phone()

    assert desk.stand.cluster.counters.calls[4, "auth.signIn"] == 1


async def test_f30_signing_in_offline_is_told(desk: Desk) -> None:
    async with desk.stand.cluster.offline():
        with pytest.raises(OfflineError):
            await desk.by_phone()


async def test_f24_a_line_that_breaks_while_the_code_is_typed_is_mended(desk: Desk) -> None:
    desk.person.codes = ["right"]
    desk.stand.faults.add(Rule("auth.signIn", drop=Drop.BEFORE))
    await desk.by_phone()

    assert desk.person.asked == ["code"]


async def test_f24_a_line_that_breaks_while_a_qr_code_is_shown_is_mended(desk: Desk) -> None:
    def scan(token: bytes) -> None:
        desk.person.on_qr = lambda _: None
        desk.stand.cluster.drop_connections()
        desk.stand.cluster.approve_qr(token, desk.bob)

    desk.person.on_qr = scan
    account = await desk.by_qr()

    assert account.id == desk.bob.id


async def test_a_scanned_qr_code_signs_in(desk: Desk) -> None:
    desk.person.on_qr = lambda token: desk.stand.cluster.approve_qr(token, desk.bob)
    account = await desk.by_qr()

    assert account.id == desk.bob.id
    assert len(desk.person.urls) == 1
    assert await desk.works()


async def test_a_qr_code_that_expires_is_shown_anew(desk: Desk) -> None:
    shown: list[bytes] = []
    dead = types.auth.LoginToken(datetime.now(UTC) - timedelta(hours=1), b"dead")
    desk.stand.faults.add(Rule("auth.exportLoginToken", reply=lambda _: dead))

    def scan_the_second(token: bytes) -> None:
        shown.append(token)
        if len(shown) == 2:
            desk.stand.cluster.approve_qr(token, desk.bob)

    desk.person.on_qr = scan_the_second
    await desk.by_qr()

    assert len(shown) == 2
    assert shown[0] == b"dead"


async def test_a_qr_code_that_nobody_scans_ends_it(desk: Desk) -> None:
    patience = replace(desk.stand.patience, scan=timedelta(milliseconds=300))
    desk.stand.patience = patience
    with pytest.raises(RefusedError) as caught:
        await desk.by_qr()

    assert caught.value.detail == "QR_NOT_SCANNED"
    assert len(desk.person.urls) == 1


async def test_f25_a_qr_code_that_never_comes_is_no_refusal(desk: Desk) -> None:
    desk.stand.hurry()
    desk.stand.faults.add(Rule("auth.exportLoginToken", mute=True))
    with pytest.raises(OfflineError):
        await desk.by_qr()


async def test_a_qr_code_asks_for_the_second_factor_too(desk: Desk) -> None:
    desk.bob.password = "sesame"
    desk.person.passwords = ["sesame"]
    desk.person.on_qr = lambda token: desk.stand.cluster.approve_qr(token, desk.bob)
    await desk.by_qr()

    assert desk.person.asked == ["password"]
    assert await desk.works()


async def test_a_qr_code_scanned_by_an_account_of_another_data_centre_is_followed(
    desk: Desk,
) -> None:
    desk.person.on_qr = lambda token: desk.stand.cluster.approve_qr(token, desk.bob, 4)
    account = await desk.by_qr()

    assert account.id == desk.bob.id
    assert desk.stand.cluster.counters.calls[4, "auth.importLoginToken"] == 1


async def test_signing_in_again_replaces_the_session(desk: Desk) -> None:
    sessions = []
    for _ in range(2):
        desk.person.codes = ["right"]
        await desk.by_phone()
        sessions.append(await desk.stand.store.accounts.session(desk.bob.id))

    assert sessions[0] != sessions[1]
    assert len(await desk.stand.store.accounts.all()) == 2


async def test_an_answer_that_never_comes_ends_the_sign_in(desk: Desk) -> None:
    desk.stand.hurry()
    desk.stand.faults.add(Rule("auth.sendCode", mute=True))
    async with asyncio.timeout(10):
        with pytest.raises(OfflineError):
            await desk.by_phone()


async def test_logging_out_ends_the_session_at_telegram(desk: Desk) -> None:
    stand = desk.stand
    await log_out(stand.access, stand.store, stand.user.id, stand.patience)
    async with stand.source() as source:
        with pytest.raises(AccountLostError):
            await source.chat("@jazz")


async def test_nothing_secret_is_logged(desk: Desk, caplog: Any, capsys: Any) -> None:
    desk.bob.password = "sesame"
    desk.person.codes, desk.person.passwords = ["right"], ["sesame"]
    await desk.by_phone()
    told = caplog.text + "".join(capsys.readouterr())

    for secret in ("9996620002", desk.person.received[0], "sesame"):
        assert secret not in told
