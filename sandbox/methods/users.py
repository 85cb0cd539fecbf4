"""`users.*` and `contacts.*`: people, and names turned into peers."""

from __future__ import annotations

import re
from typing import Any

from telethon.tl import types

from sandbox.methods import shapes
from sandbox.methods.call import Call, refuse
from sandbox.methods.peers import user_of
from sandbox.world import User

_USERNAME = re.compile(r"[A-Za-z]\w{2,31}", re.ASCII)


def get_users(call: Call) -> Any:
    me = call.me
    found = [(peer, user_of(call, peer)) for peer in call.request.id]
    return [
        shapes.user(user, me) if user else types.UserEmpty(getattr(peer, "user_id", 0))
        for peer, user in found
    ]


def get_full_user(call: Call) -> Any:
    user = user_of(call, call.request.id)
    if user is None:
        refuse("USER_ID_INVALID")
    full = types.UserFull(
        user.id,
        settings=types.PeerSettings(),
        notify_settings=types.PeerNotifySettings(),
        common_chats_count=0,
    )
    return types.users.UserFull(full, [], [shapes.user(user, call.me)])


def resolve_username(call: Call) -> Any:
    me, name = call.me, call.request.username
    if not _USERNAME.fullmatch(name):
        refuse("USERNAME_INVALID")
    found = call.world.named(name)
    if found is None:
        refuse("USERNAME_NOT_OCCUPIED")
    if isinstance(found, User):
        return types.contacts.ResolvedPeer(types.PeerUser(found.id), [], [shapes.user(found, me)])
    return types.contacts.ResolvedPeer(types.PeerChannel(found.id), [shapes.chat(found, me)], [])
