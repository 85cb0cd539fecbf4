"""`account.*`: the password question, the devices of an account, takeout."""

from __future__ import annotations

import os
from typing import Any

from telethon.tl import types

from sandbox.methods import shapes, srp
from sandbox.methods.call import Call, refuse
from sandbox.mtproto.primes import DH_PRIME, GENERATOR


def get_password(call: Call) -> Any:
    user = call.telegram.half_in.get(call.device) or call.me
    plain = types.account.Password(
        types.PasswordKdfAlgoUnknown(), types.SecurePasswordKdfAlgoUnknown(), os.urandom(8)
    )
    if user.password is None:
        return plain
    asked = srp.challenge(user.password)
    call.telegram.challenges[call.device] = asked
    plain.has_password = True
    plain.current_algo = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        asked.salt1, asked.salt2, GENERATOR, srp.wide(DH_PRIME)
    )
    plain.srp_B, plain.srp_id = asked.public, asked.id
    plain.hint = "sandbox"
    return plain


def get_authorizations(call: Call) -> Any:
    devices, now = call.telegram.everyone_home(call.me), call.telegram.now()
    return types.account.Authorizations(
        180, [shapes.device(one, now, current=one is call.device) for one in devices]
    )


def reset_authorization(call: Call) -> Any:
    """Sign another device out."""
    for device in call.telegram.everyone_home(call.me):
        if device is not call.device and shapes.device_number(device) == call.request.hash:
            break
    else:
        refuse("HASH_INVALID")
    device.user, device.home = None, False
    return True


def init_takeout_session(call: Call) -> Any:
    number = int.from_bytes(os.urandom(7), "big")
    call.telegram.takeouts[number] = call.me
    return types.account.Takeout(number)


def finish_takeout_session(call: Call) -> Any:
    if call.takeout is None:
        refuse("TAKEOUT_REQUIRED", 403)
    del call.telegram.takeouts[call.takeout]
    return True


def check_takeout(call: Call) -> None:
    """Refuse a call that names a takeout which its account did not begin, or has ended."""
    if call.takeout is not None and call.telegram.takeouts.get(call.takeout) is not call.me:
        refuse("TAKEOUT_INVALID")
