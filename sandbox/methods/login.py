"""Signing in by phone code, by password as the second factor, by bot token; and out."""

from __future__ import annotations

import os
import re
import secrets
from datetime import timedelta
from typing import Any

from telethon.tl import types

from sandbox.methods import shapes
from sandbox.methods.call import Call, refuse
from sandbox.methods.pending import Code
from sandbox.world import User

CODE_LIFETIME = timedelta(minutes=5)
_PHONE = re.compile(r"\d{7,15}")


def authorization(user: User) -> Any:
    return types.auth.Authorization(shapes.user(user, user))


def enter(call: Call, user: User) -> Any:
    """Sign a user in on the calling device."""
    call.telegram.half_in.pop(call.device, None)
    call.telegram.challenges.pop(call.device, None)
    call.device.user, call.device.home = user, True
    return authorization(user)


def enter_or_ask_password(call: Call, user: User) -> Any:
    if user.password:
        call.telegram.half_in[call.device] = user
        refuse("SESSION_PASSWORD_NEEDED", 401)
    return enter(call, user)


def check_app(call: Call) -> None:
    if call.request.api_id <= 0 or not call.request.api_hash:
        refuse("API_ID_INVALID")


def send_code(call: Call) -> Any:
    check_app(call)
    return _send(call, phone_of(call))


def resend_code(call: Call) -> Any:
    if call.telegram.codes.pop(call.request.phone_code_hash, None) is None:
        refuse("PHONE_CODE_EXPIRED")
    return _send(call, phone_of(call))


def sign_in(call: Call) -> Any:
    sent = call.telegram.codes.get(call.request.phone_code_hash)
    if sent is None or sent.user.phone != phone_of(call) or sent.expires < call.telegram.now():
        refuse("PHONE_CODE_EXPIRED")
    if not call.request.phone_code:
        refuse("PHONE_CODE_EMPTY")
    if call.request.phone_code != sent.code:
        refuse("PHONE_CODE_INVALID")
    del call.telegram.codes[call.request.phone_code_hash]
    return enter_or_ask_password(call, sent.user)


def check_password(call: Call) -> Any:
    user = call.telegram.half_in.get(call.device)
    if user is None:
        refuse("AUTH_RESTART", 500)
    asked = call.telegram.challenges.pop(call.device, None)
    answer = call.request.password
    if asked is None or answer.srp_id != asked.id:
        refuse("SRP_ID_INVALID")
    if not asked.accepts(answer.A, answer.M1):
        refuse("PASSWORD_HASH_INVALID")
    return enter(call, user)


def import_bot_authorization(call: Call) -> Any:
    check_app(call)
    token = call.request.bot_auth_token
    bots = (user for user in call.world.users.values() if user.token and user.token == token)
    user = next(bots, None)
    if user is None:
        refuse("ACCESS_TOKEN_INVALID")
    return enter(call, user)


def log_out(call: Call) -> Any:
    call.device.user, call.device.home = None, False
    return types.auth.LoggedOut()


def export_authorization(call: Call) -> Any:
    """Carry the login to another centre, for its files."""
    wanted = call.request.dc_id
    if wanted == call.device.dc or wanted not in call.telegram.addresses():
        refuse("DC_ID_INVALID")
    token = os.urandom(128)
    call.telegram.exports[token] = call.me
    return types.auth.ExportedAuthorization(call.me.id, token)


def import_authorization(call: Call) -> Any:
    user = call.telegram.exports.pop(call.request.bytes, None)
    if user is None or user.id != call.request.id:
        refuse("AUTH_BYTES_INVALID")
    call.device.user = user
    return authorization(user)


def phone_of(call: Call) -> str:
    phone: str = re.sub(r"[+\s()-]", "", call.request.phone_number)
    if not _PHONE.fullmatch(phone):
        refuse("PHONE_NUMBER_INVALID")
    return phone


def _send(call: Call, phone: str) -> Any:
    user = next((user for user in call.world.users.values() if user.phone == phone), None)
    if user is None:
        refuse("PHONE_NUMBER_INVALID")  # there is no way to sign up
    code = f"{secrets.randbelow(100_000):05}"
    ticket = secrets.token_hex(9)
    call.telegram.codes[ticket] = Code(user, code, call.telegram.now() + CODE_LIFETIME)
    for phone_rings in call.telegram.on_code:
        phone_rings(user, code)
    return types.auth.SentCode(types.auth.SentCodeTypeApp(len(code)), ticket, timeout=60)
