"""Signing in by QR code (https://core.telegram.org/api/qr-login)."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from telethon.tl import types

from sandbox.methods import login, shapes
from sandbox.methods.call import Call, Telegram, refuse
from sandbox.methods.pending import Token
from sandbox.world import User

LIFETIME = timedelta(seconds=30)


def approve(telegram: Telegram, token: bytes, user: User, dc: int | None = None) -> Token:
    """Scan a code with the phone of `user`, who may live in another centre than it was shown in."""
    found = telegram.tokens.get(token)
    if found is None or found.approved:
        refuse("AUTH_TOKEN_INVALIDX")
    if found.expires < telegram.now():
        refuse("AUTH_TOKEN_EXPIRED")
    found.approved, found.dc = user, dc
    update = types.UpdateShort(types.UpdateLoginToken(), telegram.now())
    found.session.push(update)
    return found


def export_login_token(call: Call) -> Any:
    login.check_app(call)
    if call.device.user is not None:
        return types.auth.LoginTokenSuccess(login.authorization(call.device.user))
    for value, token in call.telegram.tokens.items():
        if token.approved and token.session.device is call.device:
            return _follow(call, value, token)
    value = os.urandom(32)
    expires = call.telegram.now() + LIFETIME
    call.telegram.tokens[value] = Token(call.session, expires)
    return types.auth.LoginToken(expires, value)


def import_login_token(call: Call) -> Any:
    """Finish, in the user's own centre, a login that another centre sent here."""
    token = call.telegram.tokens.get(call.request.token)
    if token is None or token.approved is None:
        refuse("AUTH_TOKEN_INVALID")
    return _finish(call, call.request.token, token)


def accept_login_token(call: Call) -> Any:
    token = approve(call.telegram, call.request.token, call.me)
    return shapes.device(token.session.device, call.telegram.now(), current=False)


def _follow(call: Call, value: bytes, token: Token) -> Any:
    if token.dc is not None and token.dc != call.device.dc:
        return types.auth.LoginTokenMigrateTo(token.dc, value)
    return _finish(call, value, token)


def _finish(call: Call, value: bytes, token: Token) -> Any:
    assert token.approved is not None
    del call.telegram.tokens[value]
    return types.auth.LoginTokenSuccess(login.enter_or_ask_password(call, token.approved))
