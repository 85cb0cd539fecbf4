"""`messages.getDialogs` and invitations: which chats an account has, and how it gets into more."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from sandbox.methods import shapes
from sandbox.methods.call import Call, refuse
from sandbox.methods.dates import when
from sandbox.methods.updates import bundle
from sandbox.world import Chat, ChatKind

_LARGEST = 100


def get_dialogs(call: Call) -> Any:
    """Answer the chats that the account is in, the most recently written to first."""
    me, request = call.me, call.request
    mine = sorted(
        (chat for chat in call.world.chats.values() if me.id in chat.members),
        key=_freshness,
        reverse=True,
    )
    if request.folder_id:
        mine = []
    offset = when(request.offset_date)
    rest = [chat for chat in mine if offset is None or _freshness(chat) < offset.timestamp()]
    chosen = rest[: max(1, min(request.limit, _LARGEST))]
    answer: tuple[list[Any], list[Any], list[Any], list[Any]] = (
        [shapes.dialog(chat) for chat in chosen],
        [shapes.post(chat, chat.posts[max(chat.posts)], me) for chat in chosen if chat.posts],
        [shapes.chat(chat, me) for chat in chosen],
        [],
    )
    if len(chosen) == len(mine):
        return types.messages.Dialogs(*answer)
    return types.messages.DialogsSlice(len(mine), *answer)


def check_chat_invite(call: Call) -> Any:
    chat, me = _invited(call), call.me
    if me.id in chat.members:
        return types.ChatInviteAlready(shapes.chat(chat, me))
    is_channel = chat.kind is ChatKind.CHANNEL
    return types.ChatInvite(
        chat.title,
        types.PhotoEmpty(0),
        len(chat.members),
        color=0,
        channel=True,
        broadcast=is_channel,
        public=chat.username is not None,
        megagroup=not is_channel,
    )


def import_chat_invite(call: Call) -> Any:
    chat, me = _invited(call), call.me
    if me.id in chat.members:
        refuse("USER_ALREADY_PARTICIPANT")
    chat.members.add(me.id)
    joined = bundle(call.telegram.now(), [chat], me, types.UpdateChannel(chat.id))
    return types.messages.ChatInviteJoinResultOk(joined)


def _invited(call: Call) -> Chat:
    invite = call.request.hash
    if not invite:
        refuse("INVITE_HASH_EMPTY")
    found = (chat for chat in call.world.chats.values() if chat.invite == invite)
    return next(found, None) or refuse("INVITE_HASH_EXPIRED")


def _freshness(chat: Chat) -> float:
    return chat.posts[max(chat.posts)].date.timestamp() if chat.posts else 0.0
