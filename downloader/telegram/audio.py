"""Which messages carry audio, and what Telegram says about it. Pure."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, TypeVar

from telethon import utils
from telethon.tl.types import (
    Document,
    DocumentAttributeAudio,
    DocumentAttributeFilename,
    DocumentAttributeVideo,
    Message,
    MessageFwdHeader,
    MessageMediaDocument,
    MessageReplyHeader,
)

from storage.forwarded import Forwarded
from storage.models import Audio

# fmt: off
_EXTENSIONS = frozenset({
    "aac", "ac3", "aif", "aiff", "alac", "amr", "ape", "caf", "dff", "dsf",
    "dts", "flac", "m4a", "m4b", "mka", "mp1", "mp2", "mp3", "mpc", "oga",
    "ogg", "opus", "spx", "tak", "tta", "wav", "wma", "wv",
})
# fmt: on
_MIMES = frozenset({"application/ogg", "application/x-flac"})
# They say audio but hold addresses or notes, not sound.
_NOT_SOUND = frozenset(
    {"audio/x-mpegurl", "audio/mpegurl", "audio/x-scpls", "audio/midi", "audio/x-midi"}
)

_Attribute = TypeVar("_Attribute")


def document_of(message: Any) -> Any | None:
    """Return the document a message itself carries; that of a link preview does not count."""
    media = message.media if isinstance(message, Message) else None
    document = media.document if isinstance(media, MessageMediaDocument) else None
    return document if isinstance(document, Document) else None


def audio_of(message: Any, chat_id: int, *, voice: bool) -> Audio | None:
    """Return the audio a message carries: music, audio sent as a file, voice if wanted."""
    document = document_of(message)
    if document is None:
        return None
    sound = _attribute(document, DocumentAttributeAudio)
    named = _attribute(document, DocumentAttributeFilename)
    name = (named.file_name or "") if named else ""
    spoken = bool(sound and sound.voice)
    if (spoken and not voice) or not (sound or _is_sound_file(document, name)):
        return None
    return Audio(
        chat_id=chat_id,
        message_id=message.id,
        document_id=document.id,
        title=(sound.title or "") if sound else "",
        performer=(sound.performer or "") if sound else "",
        duration=timedelta(seconds=sound.duration if sound else 0),
        size=document.size,
        name=name,
        mime=document.mime_type or "",
        posted_at=message.date,
        voice=spoken,
        caption=message.message or "",
        album=message.grouped_id,
        topic=_topic(message.reply_to),
        forwarded=_forwarded(message.fwd_from),
    )


def _is_sound_file(document: Any, name: str) -> bool:
    mime = (document.mime_type or "").lower()
    if _attribute(document, DocumentAttributeVideo) or mime in _NOT_SOUND:
        return False
    extension = PurePosixPath(name.lower()).suffix.removeprefix(".")
    return mime.startswith("audio/") or mime in _MIMES or extension in _EXTENSIONS


def _attribute(document: Any, kind: type[_Attribute]) -> _Attribute | None:
    return next((one for one in document.attributes if isinstance(one, kind)), None)


def _forwarded(header: Any) -> Forwarded | None:
    if not isinstance(header, MessageFwdHeader):
        return None
    chat_id = utils.get_peer_id(header.from_id) if header.from_id else None
    return Forwarded(chat_id, header.channel_post, header.from_name or header.post_author or "")


def _topic(reply: Any) -> int | None:
    if not isinstance(reply, MessageReplyHeader) or not reply.forum_topic:
        return None
    topic: int | None = reply.reply_to_top_id or reply.reply_to_msg_id
    return topic
