"""Signs an account in: by QR code, or by phone, code and password."""

from __future__ import annotations

import asyncio
import base64
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import structlog
from telethon import events, utils
from telethon.errors import (
    PasswordHashInvalidError,
    PhoneCodeEmptyError,
    PhoneCodeExpiredError,
    PhoneCodeInvalidError,
    RPCError,
    SessionPasswordNeededError,
)
from telethon.password import compute_check
from telethon.tl.functions.account import GetPasswordRequest
from telethon.tl.functions.auth import (
    CheckPasswordRequest,
    ExportLoginTokenRequest,
    ImportLoginTokenRequest,
    LogOutRequest,
    SendCodeRequest,
    SignInRequest,
)
from telethon.tl.types import CodeSettings, UpdateLoginToken
from telethon.tl.types.auth import (
    AuthorizationSignUpRequired,
    LoginTokenMigrateTo,
    LoginTokenSuccess,
    SentCodeSuccess,
)

from downloader.errors import DownloaderError, RefusedError
from downloader.telegram.access import Access
from downloader.telegram.client import Client
from downloader.telegram.errors import code_of, our_errors
from downloader.telegram.link import Patience
from downloader.telegram.session import Session
from storage.errors import StorageError
from storage.models import Account, AccountState
from storage.store import Store

log = structlog.get_logger(__name__)

_TRIES = 3
_SHORTEST_QR, _LONGEST_QR = timedelta(seconds=1), timedelta(seconds=60)  # whatever our clock says
_LONGEST_PASSWORD = 1024


class Prompt(Protocol):
    """Whoever is asked. `wrong` tells that the last answer was refused."""

    async def phone(self) -> str: ...

    async def code(self, *, wrong: bool) -> str: ...

    async def password(self, *, wrong: bool) -> str: ...

    async def show_qr(self, url: str) -> None: ...


async def login(
    access: Access,
    store: Store,
    prompt: Prompt,
    *,
    phone: str | None,
    qr: bool,
    patience: Patience | None = None,
) -> Account:
    """Sign in and store the session, sealed. Raises `downloader.errors`, and `StorageError`.

    What cannot be stored is logged out again.

    `RefusedError.detail` is Telegram's code: PHONE_CODE_INVALID, PASSWORD_HASH_INVALID,
    PHONE_NUMBER_INVALID, PHONE_NUMBER_UNOCCUPIED, or QR_NOT_SCANNED.
    """
    session = Session()
    client = Client(access, session, patience or Patience(), signing_in=True)
    async with aclosing(client):
        await client.ready()
        with our_errors():
            if qr:
                user = await _by_qr(client, prompt)
            else:
                user = await _by_phone(client, prompt, phone or await prompt.phone())
        account = Account(user.id, utils.get_display_name(user), AccountState.READY)
        try:
            await store.accounts.save(account, session.dump())
        except StorageError:
            await _give_back(client)
            raise
    log.info("account signed in", account=account.id)
    return account


async def _give_back(client: Client) -> None:
    """End a session that nobody would know of any more."""
    try:
        await client.ask(LogOutRequest())
    except DownloaderError as error:
        log.warning("a session that was not stored stays open at Telegram", error=str(error))


async def _by_phone(client: Client, prompt: Prompt, phone: str) -> Any:
    number = utils.parse_phone(phone)
    if not number:
        raise RefusedError("PHONE_NUMBER_INVALID")
    sent = await _send_code(client, number)
    if isinstance(sent, SentCodeSuccess):
        return sent.authorization.user
    refusal: RPCError | None = None
    for _ in range(_TRIES):
        code = await prompt.code(wrong=refusal is not None)
        try:
            answer = await client(SignInRequest(number, sent.phone_code_hash, code.strip()))
        except SessionPasswordNeededError:
            return await _by_password(client, prompt)
        except PhoneCodeExpiredError as error:
            refusal = error
            sent = await _send_code(client, number)
        except (PhoneCodeInvalidError, PhoneCodeEmptyError) as error:
            refusal = error
        else:
            return _user(answer)
    assert refusal is not None
    raise RefusedError(code_of(refusal)) from refusal


async def _send_code(client: Client, number: str) -> Any:
    return await client(SendCodeRequest(number, client.api_id, client.api_hash, CodeSettings()))


async def _by_password(client: Client, prompt: Prompt) -> Any:
    refusal: RPCError | None = None
    for _ in range(_TRIES):
        password = await prompt.password(wrong=refusal is not None)
        challenge = await client(GetPasswordRequest())  # good for one answer
        proof = compute_check(challenge, password[:_LONGEST_PASSWORD])
        try:
            return _user(await client(CheckPasswordRequest(proof)))
        except PasswordHashInvalidError as error:
            refusal = error
    assert refusal is not None
    raise RefusedError(code_of(refusal)) from refusal


async def _by_qr(client: Client, prompt: Prompt) -> Any:
    """Show codes until one is scanned (https://core.telegram.org/api/qr-login)."""
    try:
        async with asyncio.timeout(client.patience.scan.total_seconds()) as limit:
            return await _scanned(client, prompt)
    except SessionPasswordNeededError:
        return await _by_password(client, prompt)
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise RefusedError("QR_NOT_SCANNED") from error


async def _scanned(client: Client, prompt: Prompt) -> Any:
    scanned = asyncio.Event()

    async def notice(_update: Any) -> None:
        scanned.set()

    client.add_event_handler(notice, events.Raw(UpdateLoginToken))
    while True:
        scanned.clear()
        token = await _login_token(client)
        if isinstance(token, LoginTokenSuccess):
            return token.authorization.user
        client.link.when_over(scanned.set)  # what was scanned since, nobody tells us then
        await prompt.show_qr(f"tg://login?token={base64.urlsafe_b64encode(token.token).decode()}")
        await _until(scanned, token.expires)


async def _login_token(client: Client) -> Any:
    token = await client(ExportLoginTokenRequest(client.api_id, client.api_hash, except_ids=[]))
    if isinstance(token, LoginTokenMigrateTo):
        await client.move_home(token.dc_id)
        token = await client(ImportLoginTokenRequest(token.token))
    return token


async def _until(event: asyncio.Event, expires: datetime) -> None:
    left = min(max(expires - datetime.now(UTC), _SHORTEST_QR), _LONGEST_QR)
    try:
        async with asyncio.timeout(left.total_seconds()):
            await event.wait()
    except TimeoutError:
        log.debug("login code expired unscanned")


def _user(answer: Any) -> Any:
    if isinstance(answer, AuthorizationSignUpRequired):
        raise RefusedError("PHONE_NUMBER_UNOCCUPIED")
    return answer.user


async def log_out(
    access: Access, store: Store, account_id: int, patience: Patience | None = None
) -> None:
    """End an account's session at Telegram; it stays stored. Raises `downloader.errors` only."""
    session = Session.load(await store.accounts.session(account_id))
    client = Client(access, session, patience or Patience())
    async with aclosing(client):
        await client.ask(LogOutRequest())
