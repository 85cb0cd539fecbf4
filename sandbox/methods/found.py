"""The one shape in which posts are answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from telethon.tl import types

from sandbox.methods import shapes
from sandbox.methods.call import Call
from sandbox.methods.paging import Window, page
from sandbox.world import Chat, Post


def messages(call: Call, chat: Chat, shown: list[Any], posts: Sequence[Post], count: int) -> Any:
    spoken_of = {chat.id: chat} | {
        one.forwarded[0].id: one.forwarded[0] for one in posts if one.forwarded
    }
    chats = [shapes.chat(one, call.me) for one in spoken_of.values()]
    users = shapes.senders(posts, call.me)
    return types.messages.ChannelMessages(chat.pts, count, shown, [], chats, users)


def one_page(call: Call, chat: Chat, posts: Sequence[Post], window: Window) -> Any:
    """Answer a page of these posts and how many there are in all."""
    chosen = page(posts, window)
    return messages(call, chat, shapes.posts(chat, chosen, call.me), chosen, len(posts))


def nothing() -> Any:
    return types.messages.Messages([], [], [], [])
