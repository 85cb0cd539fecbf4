"""Finding whom or what a request means, and whether the caller may see it."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from sandbox.methods import shapes
from sandbox.methods.call import Call, refuse
from sandbox.world import Chat, User


def chat_of(call: Call, peer: Any) -> Chat:
    """Find a channel or group by its input peer; private ones are for members only."""
    if isinstance(peer, types.InputPeerChat):
        refuse("PEER_ID_INVALID")  # the world has no basic groups
    me = call.me
    chat = call.world.chats.get(getattr(peer, "channel_id", 0))
    given = getattr(peer, "access_hash", 0)
    if chat is None or (given != shapes.access_hash(chat, me) and not (me.is_bot and given == 0)):
        refuse("CHANNEL_INVALID")
    if chat.private and me.id not in chat.members:
        refuse("CHANNEL_PRIVATE")
    return chat


def user_of(call: Call, peer: Any) -> User | None:
    """Find a user by its input user or peer; None if the caller never met them."""
    if isinstance(peer, types.InputUserSelf | types.InputPeerSelf):
        return call.me
    user = call.world.users.get(getattr(peer, "user_id", 0))
    if user is None or user is call.me:
        return user
    given = getattr(peer, "access_hash", 0)
    return user if given in {shapes.access_hash(user, call.me), 0} else None


def is_private_talk(peer: Any) -> bool:
    """Tell a talk with one user; the world keeps no messages of these."""
    return isinstance(peer, types.InputPeerSelf | types.InputPeerUser | types.InputPeerEmpty)
