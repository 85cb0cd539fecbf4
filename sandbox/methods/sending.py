"""`messages.sendMedia`: files that an account sends to people, bots and groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from telethon.tl import types

from sandbox.methods import shapes
from sandbox.methods.call import Call, refuse
from sandbox.methods.peers import chat_of, user_of
from sandbox.methods.updates import COMMON_PTS, update
from sandbox.methods.uploading import uploaded
from sandbox.world import Chat, ChatKind, Document, Letter, User

LONGEST_CAPTION = 1024  # UTF-16 units


def send_media(call: Call) -> Any:
    request, me = call.request, call.me
    receiver = _receiver(call)
    if not request.random_id:
        refuse("RANDOM_ID_EMPTY")
    if (me.id, request.random_id) in call.telegram.sent:
        refuse("RANDOM_ID_DUPLICATE", 500)
    if len(request.message.encode("utf-16-le")) // 2 > LONGEST_CAPTION:
        refuse("MEDIA_CAPTION_TOO_LONG")
    document = _document(call)
    call.telegram.sent.add((me.id, request.random_id))
    if isinstance(receiver, User):
        return _told(call, call.world.write(me, receiver, request.message, document))
    post = call.world.post(receiver, request.message, document, sender=me)
    news = update(receiver, receiver.log[-1], me)
    return _bundle(call, post.id, news, chats=[receiver])


def _receiver(call: Call) -> User | Chat:
    peer, me = call.request.peer, call.me
    if isinstance(peer, types.InputPeerUser | types.InputPeerSelf):
        user = user_of(call, peer) or refuse("PEER_ID_INVALID")
        if me.is_bot and user.is_bot:
            refuse("USER_IS_BOT")
        return user
    chat = chat_of(call, peer)
    if chat.kind is ChatKind.CHANNEL:
        refuse("CHAT_ADMIN_REQUIRED")  # in the world's channels nobody is
    if me.id not in chat.members:
        refuse("CHAT_WRITE_FORBIDDEN", 403)
    return chat


def _document(call: Call) -> Document:
    media = call.request.media
    if isinstance(media, types.InputMediaDocument):
        return _known(call, media.id)
    if not isinstance(media, types.InputMediaUploadedDocument):
        refuse("MEDIA_INVALID")
    return _new(call, media)


def _known(call: Call, given: Any) -> Document:
    document = call.world.documents.get(getattr(given, "id", 0))
    if document is None or document.access_hash != given.access_hash:
        refuse("MEDIA_EMPTY")
    if not given.file_reference:
        refuse("FILE_REFERENCE_EMPTY")
    if given.file_reference != document.reference:
        refuse("FILE_REFERENCE_EXPIRED")
    if _is_protected(call, document):
        refuse("CHAT_FORWARDS_RESTRICTED")
    return document


def _is_protected(call: Call, document: Document) -> bool:
    """Tell whether it comes out of a chat that restricts saving, and out of no other."""
    homes = [
        chat
        for chat in call.world.chats.values()
        if any(post.document is document for post in chat.posts.values())
    ]
    return bool(homes) and all(chat.protected for chat in homes)


def _new(call: Call, media: Any) -> Document:
    body = uploaded(call, media.file)
    sound = _attribute(media.attributes, types.DocumentAttributeAudio)
    named = _attribute(media.attributes, types.DocumentAttributeFilename)
    return call.world.add_document(
        body=body,
        dc=call.device.dc,
        name=named.file_name if named else media.file.name,
        mime=media.mime_type,
        title=sound.title if sound else None,
        performer=sound.performer if sound else None,
        duration=timedelta(seconds=sound.duration) if sound else None,
        voice=bool(sound and sound.voice),
    )


def _attribute(attributes: Sequence[Any], kind: type) -> Any:
    return next((one for one in attributes if isinstance(one, kind)), None)


def _told(call: Call, letter: Letter) -> Any:
    """Answer as for a message that counts nothing: nobody can ask for it later."""
    news = types.UpdateNewMessage(shapes.letter(letter, call.me), COMMON_PTS, 0)
    return _bundle(call, letter.id, news, users=[letter.receiver])


def _bundle(
    call: Call, number: int, news: Any, *, chats: Sequence[Chat] = (), users: Sequence[User] = ()
) -> Any:
    me = call.me
    return types.Updates(
        [types.UpdateMessageID(number, call.request.random_id), news],
        [shapes.user(one, me) for one in (me, *users)],
        [shapes.chat(one, me) for one in chats],
        call.telegram.now(),
        0,
    )
