"""`channels.*`: looking at, joining and leaving channels and groups."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from sandbox.methods import shapes
from sandbox.methods.call import Call, refuse
from sandbox.methods.found import messages
from sandbox.methods.peers import chat_of
from sandbox.methods.updates import bundle
from sandbox.world import Chat, Post


def get_channels(call: Call) -> Any:
    chats = [chat_of(call, peer) for peer in call.request.id]
    return types.messages.Chats([shapes.chat(chat, call.me) for chat in chats])


def get_full_channel(call: Call) -> Any:
    chat = chat_of(call, call.request.channel)
    linked = chat.discussion
    full = types.ChannelFull(
        chat.id,
        about="",
        read_inbox_max_id=chat.last_id,
        read_outbox_max_id=0,
        unread_count=0,
        chat_photo=types.PhotoEmpty(0),
        notify_settings=types.PeerNotifySettings(),
        bot_info=[],
        pts=chat.pts,
        participants_count=len(chat.members),
        linked_chat_id=linked.id if linked else None,
    )
    known = [chat, linked] if linked else [chat]
    return types.messages.ChatFull(full, [shapes.chat(one, call.me) for one in known], [])


def join_channel(call: Call) -> Any:
    chat = chat_of(call, call.request.channel)
    chat.members.add(call.me.id)
    return bundle(call.telegram.now(), [chat], call.me)


def leave_channel(call: Call) -> Any:
    chat, me = chat_of(call, call.request.channel), call.me
    if me.id not in chat.members:
        refuse("USER_NOT_PARTICIPANT")
    chat.members.discard(me.id)
    return bundle(call.telegram.now(), [chat], me)


def get_messages(call: Call) -> Any:
    """Answer in the order asked, an empty message standing where there is none."""
    chat, me = chat_of(call, call.request.channel), call.me
    asked = [_meant(chat, one) for one in call.request.id]
    some = [
        shapes.post(chat, post, me) if post else types.MessageEmpty(post_id, None)
        for post_id, post in asked
    ]
    known = [post for _, post in asked if post]
    return messages(call, chat, some, known, len(some))


def _meant(chat: Chat, message: Any) -> tuple[int, Post | None]:
    number = getattr(message, "id", 0)
    if isinstance(message, types.InputMessageReplyTo):
        answering = chat.posts.get(number)
        number = (answering and answering.reply_to) or 0
    return number, chat.posts.get(number)
