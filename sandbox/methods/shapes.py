"""How the world looks on the wire: its users, chats, posts and documents as TL objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from telethon.tl import types

from sandbox.mtproto.keys import Device
from sandbox.world import Chat, ChatKind, Document, Letter, Post, User

_BORN = datetime(2020, 1, 1, tzinfo=UTC)  # of every chat
_THUMB_SIDE = 320
THUMB = "m"  # the kind of size that a cover is offered in
_PHOTO_SIDE = 800
PHOTO = "x"  # the same of a picture


def access_hash(owner: User | Chat, viewer: User) -> int:
    """Return what proves that `viewer` has met `owner`: each account has its own."""
    return (owner.access_hash ^ viewer.id * 0x9E3779B97F4A7C15) & (1 << 62) - 1


def user(one: User, viewer: User) -> Any:
    return types.User(
        one.id,
        access_hash=access_hash(one, viewer),
        first_name=one.first_name,
        username=one.username,
        phone=one.phone if one is viewer else None,
        is_self=one is viewer,
        bot=one.is_bot,
        bot_info_version=1 if one.is_bot else None,
    )


def chat(one: Chat, viewer: User) -> Any:
    return types.Channel(
        one.id,
        one.title,
        types.ChatPhotoEmpty(),
        _BORN,
        access_hash=access_hash(one, viewer),
        username=one.username,
        broadcast=one.kind is ChatKind.CHANNEL,
        megagroup=one.kind is ChatKind.GROUP,
        forum=bool(one.topics),
        noforwards=one.protected,
        left=viewer.id not in one.members,
    )


def document(one: Document) -> Any:
    thumbs = (
        [types.PhotoSize(THUMB, _THUMB_SIDE, _THUMB_SIDE, len(one.cover))] if one.cover else None
    )
    return types.Document(
        one.id,
        one.access_hash,
        one.reference,
        one.date,
        one.mime,
        one.size,
        one.dc,
        _attributes(one),
        thumbs=thumbs,
    )


def _media(one: Document | None) -> Any:
    if one is not None and one.photo:
        size = types.PhotoSize(PHOTO, _PHOTO_SIDE, _PHOTO_SIDE, one.size)
        photo = types.Photo(
            one.id, one.access_hash, one.reference, one.date, sizes=[size], dc_id=one.dc
        )
        return types.MessageMediaPhoto(photo=photo)
    return one and types.MessageMediaDocument(document=document(one), voice=one.voice)


def _attributes(one: Document) -> list[Any]:
    found: list[Any] = []
    if one.duration is not None or one.voice:
        seconds = int((one.duration or timedelta()).total_seconds())
        found.append(
            types.DocumentAttributeAudio(
                seconds, voice=one.voice, title=one.title, performer=one.performer
            )
        )
    if one.name is not None:
        found.append(types.DocumentAttributeFilename(one.name))
    return found


def post(where: Chat, one: Post, viewer: User) -> Any:
    return types.Message(
        one.id,
        types.PeerChannel(where.id),
        date=one.date,
        message=one.text,
        media=_media(one.document),
        out=one.sender is viewer,
        post=where.kind is ChatKind.CHANNEL,
        from_id=_sender(where, one),
        reply_to=_reply(where, one),
        grouped_id=one.album,
        edit_date=one.edited,
        fwd_from=_origin(one),
        noforwards=where.protected,
    )


def _origin(one: Post) -> Any:
    if one.forwarded is None:
        return None
    chat, post = one.forwarded
    return types.MessageFwdHeader(
        date=post.date, from_id=types.PeerChannel(chat.id), channel_post=post.id
    )


def letter(one: Letter, viewer: User) -> Any:
    other = one.receiver if one.sender is viewer else one.sender
    return types.Message(
        one.id,
        types.PeerUser(other.id),
        date=one.date,
        message=one.text,
        media=_media(one.document),
        out=one.sender is viewer,
        from_id=types.PeerUser(one.sender.id),
    )


def posts(where: Chat, some: Iterable[Post], viewer: User) -> list[Any]:
    return [post(where, one, viewer) for one in some]


def senders(some: Iterable[Post], viewer: User) -> list[Any]:
    """Return everyone who wrote these posts, once."""
    found = {one.sender.id: one.sender for one in some if one.sender is not None}
    return [user(one, viewer) for one in found.values()]


def _sender(where: Chat, one: Post) -> Any:
    if one.sender is None or where.kind is ChatKind.CHANNEL:
        return None
    return types.PeerUser(one.sender.id)


def _reply(where: Chat, one: Post) -> Any:
    """Tell the topic of a post as Telegram does: as a reply to the topic's first message."""
    if one.topic is not None and where.topics:
        answered = one.reply_to or one.topic
        top = one.topic if one.reply_to else None
        return types.MessageReplyHeader(
            forum_topic=True, reply_to_msg_id=answered, reply_to_top_id=top
        )
    if one.reply_to is not None:
        return types.MessageReplyHeader(reply_to_msg_id=one.reply_to)
    return None


def dialog(one: Chat) -> Any:
    return types.Dialog(
        types.PeerChannel(one.id),
        top_message=one.last_id,
        read_inbox_max_id=one.last_id,
        read_outbox_max_id=0,
        unread_count=0,
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        notify_settings=types.PeerNotifySettings(),
        pts=one.pts,
    )


def device(one: Device, now: datetime, *, current: bool) -> Any:
    """Show a signed-in app as the list of devices does."""
    return types.Authorization(
        hash=0 if current else device_number(one),
        device_model=one.model,
        platform="",
        system_version="",
        api_id=0,
        app_name="",
        app_version="",
        date_created=now,
        date_active=now,
        ip="127.0.0.1",
        country="",
        region="",
        current=current,
    )


def device_number(one: Device) -> int:
    return int.from_bytes(one.key[-7:], "big")
