"""`messages.*` that read a chat: history, search, replies, topics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from telethon.tl import types

from sandbox.methods import shapes
from sandbox.methods.call import Call, refuse
from sandbox.methods.found import nothing, one_page
from sandbox.methods.matching import GENERAL, Wanted, in_topic, wanted_of
from sandbox.methods.paging import window_of
from sandbox.methods.peers import chat_of, is_private_talk, user_of
from sandbox.world import Chat, Post


def get_history(call: Call) -> Any:
    if is_private_talk(call.request.peer):
        return nothing()
    chat = chat_of(call, call.request.peer)
    return one_page(call, chat, list(chat.posts.values()), window_of(call.request))


def search(call: Call) -> Any:
    if is_private_talk(call.request.peer):
        return nothing()
    chat = chat_of(call, call.request.peer)
    posts = call.telegram.searches.matching(chat, wanted_of(call.request, _sender(call)))
    return one_page(call, chat, posts, window_of(call.request))


def _sender(call: Call) -> int | None:
    """Return whose posts are asked for: None for everybody's, 0 for nobody's."""
    if call.request.from_id is None:
        return None
    sender = user_of(call, call.request.from_id)
    return sender.id if sender else 0


def get_search_counters(call: Call) -> Any:
    chat, topic = chat_of(call, call.request.peer), call.request.top_msg_id
    find = call.telegram.searches.matching
    return [
        types.messages.SearchCounter(kind, len(find(chat, Wanted(type(kind), topic=topic))))
        for kind in call.request.filters
    ]


def get_messages(call: Call) -> Any:
    """Answer for private talks and basic groups, of which the world has none."""
    empty = [types.MessageEmpty(getattr(one, "id", 0), None) for one in call.request.id]
    return types.messages.Messages(empty, [], [], [])


def get_replies(call: Call) -> Any:
    """Answer the posts of a topic, or those that answer one post."""
    chat, root = chat_of(call, call.request.peer), call.request.msg_id
    posts = list(chat.posts.values())
    if root in chat.topics or (chat.topics and root == GENERAL):
        found = [post for post in posts if in_topic(post, root)]
    elif root in chat.posts:
        found = [post for post in posts if post.reply_to == root]
    else:
        refuse("MSG_ID_INVALID")
    return one_page(call, chat, found, window_of(call.request))


def get_forum_topics(call: Call) -> Any:
    chat, request = chat_of(call, call.request.peer), call.request
    words = (request.q or "").casefold()
    named = _topics(chat)
    found = sorted(
        (topic for topic, title in named.items() if words in title.casefold()), reverse=True
    )
    if request.offset_topic:
        found = [topic for topic in found if topic < request.offset_topic]
    return _described(call, chat, found[: max(0, min(request.limit, 100))])


def get_forum_topics_by_id(call: Call) -> Any:
    chat = chat_of(call, call.request.peer)
    _topics(chat)
    return _described(call, chat, call.request.topics[:100])


def _topics(chat: Chat) -> dict[int, str]:
    if not chat.topics:
        refuse("CHANNEL_FORUM_MISSING")
    return {GENERAL: "General", **chat.topics}


def _described(call: Call, chat: Chat, chosen: Sequence[int]) -> Any:
    """Answer what these topics are; where there is none, that it was deleted."""
    named = _topics(chat)
    last = {topic: _last(chat, topic) for topic in chosen}
    posts = [post for post in last.values() if post]
    return types.messages.ForumTopics(
        len(named),
        [
            _topic(call, chat, topic, named[topic], last[topic])
            if topic in named
            else types.ForumTopicDeleted(topic)
            for topic in chosen
        ],
        shapes.posts(chat, posts, call.me),
        [shapes.chat(chat, call.me)],
        shapes.senders(posts, call.me),
        chat.pts,
    )


def _last(chat: Chat, topic: int) -> Post | None:
    newest_first = reversed(chat.posts.values())
    return next((post for post in newest_first if in_topic(post, topic)), None)


def _topic(call: Call, chat: Chat, topic: int, title: str, last: Post | None) -> Any:
    return types.ForumTopic(
        topic,
        last.date if last else call.telegram.now(),
        types.PeerChannel(chat.id),
        title,
        icon_color=0x6FB9F0,
        top_message=last.id if last else topic,
        read_inbox_max_id=last.id if last else topic,
        read_outbox_max_id=0,
        unread_count=0,
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        from_id=types.PeerChannel(chat.id),
        notify_settings=types.PeerNotifySettings(),
    )
