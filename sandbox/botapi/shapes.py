"""The JSON objects of the Bot API, made from the world's and the dialogs' values."""

from __future__ import annotations

from datetime import datetime

from sandbox.botapi import files
from sandbox.botapi.dialogs import Dialog, Keyboard, Media, MediaKind, Message
from sandbox.botapi.formatted import Json
from sandbox.world import Chat, ChatKind, Document, Post, User

COVER_SIDE = 320  # the server scales covers to this


def stamp(when: datetime) -> int:
    return int(when.timestamp())


def user_object(user: User) -> Json:
    shape: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    if user.username:
        shape["username"] = user.username
    if not user.is_bot:
        shape["language_code"] = "en"
    return shape


def chat_object(peer: User | Chat) -> Json:
    if isinstance(peer, User):
        shape: Json = {"id": peer.id, "type": "private", "first_name": peer.first_name}
    else:
        channel = peer.kind is ChatKind.CHANNEL
        kind = "channel" if channel else "supergroup"
        shape = {"id": peer.marked_id, "type": kind, "title": peer.title}
        if peer.topics:
            shape["is_forum"] = True
    if peer.username:
        shape["username"] = peer.username
    return shape


def origin_of(chat: Chat, post: Post) -> Json:
    """Return where a forwarded post came from: its channel, its author, or an anonymous group."""
    shape: Json = {"date": stamp(post.date)}
    if chat.kind is ChatKind.CHANNEL:
        return shape | {"type": "channel", "chat": chat_object(chat), "message_id": post.id}
    if post.sender is None:
        return shape | {"type": "chat", "sender_chat": chat_object(chat)}
    return shape | {"type": "user", "sender_user": user_object(post.sender)}


def message_object(dialog: Dialog, message: Message, *, nested: bool = False) -> Json:
    """Return a Message; a `nested` one is the one replied to and has no further reply."""
    shape: Json = {
        "message_id": message.id,
        "date": stamp(message.date),
        "chat": chat_object(dialog.peer),
    }
    shape |= _sender(dialog, message) | _body(message)
    if message.media:
        shape |= media_object(message.media)
    optional = {
        "reply_markup": keyboard_object(message.keyboard),
        "forward_origin": message.origin,
        "media_group_id": message.album,
        "message_thread_id": message.topic,
        "is_topic_message": message.topic is not None,
        "via_bot": user_object(message.via) if message.via else None,
        "edit_date": stamp(message.edited) if message.edited else None,
        "reply_to_message": None if nested else _reply(dialog, message),
    }
    return shape | {key: value for key, value in optional.items() if value}


def inaccessible_object(dialog: Dialog, message: Message) -> Json:
    """Return a message that is gone: a date of 0 marks it."""
    return {"message_id": message.id, "date": 0, "chat": chat_object(dialog.peer)}


def keyboard_object(keyboard: Keyboard) -> Json | None:
    if not keyboard:
        return None
    rows = [
        [{"text": button.text, button.action: button.value} for button in row] for row in keyboard
    ]
    return {"inline_keyboard": rows}


def media_object(media: Media) -> Json:
    document = media.document
    file: Json = {
        "file_id": files.file_id(media.kind, document),
        "file_unique_id": files.unique_id(media.kind, document),
        "file_size": document.size,
    }
    if media.kind is MediaKind.PHOTO:
        return {"photo": [file | {"width": COVER_SIDE, "height": COVER_SIDE}]}
    file["mime_type"] = document.mime
    if media.kind is MediaKind.VOICE:
        return {"voice": file | {"duration": _seconds(document)}}
    if document.name:
        file["file_name"] = document.name
    if document.cover:
        file["thumbnail"] = _thumbnail(document, document.cover)
    if media.kind is MediaKind.DOCUMENT:
        return {"document": file}
    names = {"title": document.title, "performer": document.performer}
    file |= {key: value for key, value in names.items() if value}
    return {"audio": file | {"duration": _seconds(document)}}


def _sender(dialog: Dialog, message: Message) -> Json:
    if message.sender:
        return {"from": user_object(message.sender)}
    return {"sender_chat": chat_object(dialog.peer)}


def _body(message: Message) -> Json:
    text, entities = ("caption", "caption_entities") if message.media else ("text", "entities")
    shape: Json = {}
    if message.text or not message.media:
        shape[text] = message.text
    if message.entities:
        shape[entities] = [entity.as_json() for entity in message.entities]
    return shape


def _reply(dialog: Dialog, message: Message) -> Json | None:
    replied = dialog.messages.get(message.reply_to) if message.reply_to else None
    return message_object(dialog, replied, nested=True) if replied else None


def _thumbnail(document: Document, cover: bytes) -> Json:
    return {
        "file_id": files.file_id(files.COVER, document),
        "file_unique_id": files.unique_id(files.COVER, document),
        "file_size": len(cover),
        "width": COVER_SIDE,
        "height": COVER_SIDE,
    }


def _seconds(document: Document) -> int:
    return int(document.duration.total_seconds()) if document.duration else 0
