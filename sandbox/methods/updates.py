"""`updates.*`: where an app stands, and what it missed.

The world has no private messages, so the common counter stands still; each chat counts its own
changes (https://core.telegram.org/api/updates).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from telethon.tl import types

from sandbox.methods import shapes
from sandbox.methods.call import Call, refuse
from sandbox.methods.peers import chat_of
from sandbox.world import Change, ChangeKind, Chat, User

COMMON_PTS = 1
SEQUENCE = 1
TOO_LONG = 3000  # changes; beyond, the app is told to read the chat anew
_LARGEST = 100
_LATEST = 20  # posts shown when there is too much to tell


def get_state(call: Call) -> Any:
    return types.updates.State(COMMON_PTS, 0, call.telegram.now(), SEQUENCE, 0)


def get_difference(call: Call) -> Any:
    return types.updates.DifferenceEmpty(call.telegram.now(), SEQUENCE)


def get_channel_difference(call: Call) -> Any:
    chat, me = chat_of(call, call.request.channel), call.me
    pts, limit = call.request.pts, call.request.limit
    if pts < 1:
        refuse("PERSISTENT_TIMESTAMP_EMPTY")
    if pts > chat.pts:
        refuse("PERSISTENT_TIMESTAMP_INVALID")
    missed = chat.log[pts - 1 :]
    if not missed:
        return types.updates.ChannelDifferenceEmpty(chat.pts, final=True)
    if len(missed) > TOO_LONG:
        return _too_long(chat, me)
    told = missed[: max(1, min(limit, _LARGEST))]
    fresh = [change.post for change in told if _is_news(chat, change)]
    return types.updates.ChannelDifference(
        told[-1].pts,
        shapes.posts(chat, fresh, me),
        [update(chat, one, me) for one in told if one.kind is not ChangeKind.NEW],
        [shapes.chat(chat, me)],
        shapes.senders([change.post for change in told], me),
        final=len(told) == len(missed),
    )


def update(chat: Chat, change: Change, viewer: User) -> Any:
    """Show one change as the update that is pushed for it."""
    if change.kind is ChangeKind.DELETE:
        return types.UpdateDeleteChannelMessages(chat.id, [change.post.id], change.pts, 1)
    message = shapes.post(chat, change.post, viewer)
    if change.kind is ChangeKind.EDIT:
        return types.UpdateEditChannelMessage(message, change.pts, 1)
    return types.UpdateNewChannelMessage(message, change.pts, 1)


def bundle(call_time: Any, chats: Sequence[Chat], viewer: User, *news: Any) -> Any:
    """Wrap updates as they travel, with the chats they speak of."""
    shown = [shapes.chat(chat, viewer) for chat in chats]
    return types.Updates(list(news), [], shown, call_time, 0)


def _is_news(chat: Chat, change: Change) -> bool:
    return change.kind is ChangeKind.NEW and change.post.id in chat.posts


def _too_long(chat: Chat, me: User) -> Any:
    latest = list(chat.posts.values())[: -_LATEST - 1 : -1]
    return types.updates.ChannelDifferenceTooLong(
        shapes.dialog(chat),
        shapes.posts(chat, latest, me),
        [shapes.chat(chat, me)],
        shapes.senders(latest, me),
        final=True,
    )
