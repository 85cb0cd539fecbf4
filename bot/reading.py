"""Reads a whole message: a command, links in plain text, or a forwarded track. Pure."""

from __future__ import annotations

from aiogram.enums import ChatType
from aiogram.types import Message, MessageOriginChannel

from bot import commands
from bot.commands import Asked
from bot.errors import Usage, UsageError
from bot.links import Link


def asked(message: Message) -> Asked:
    """Return what a message asks to download."""
    text = message.text or message.caption or ""
    if text.startswith("/"):
        return commands.download("".join(text.split(maxsplit=1)[1:]), message.date)
    if message.audio or message.voice or message.document:
        return _posted(message)
    try:
        return commands.plain(text, message.date, hidden_links(message))
    except UsageError as error:
        if error.usage is Usage.PLAIN_TEXT and message.forward_origin:
            raise UsageError(Usage.NO_AUDIO) from None
        raise


def asked_about(message: Message) -> Link | int | None:
    """Return what /why is about: a posting, a job by its number, or None for the last job.

    The posting is named by a link, or it is what the message answers: a forward of it, a message
    with a link to it, or the posting itself, in its own chat.
    """
    args = "".join((message.text or "").split(maxsplit=1)[1:])
    if args:
        return commands.asked_about(args)
    if message.external_reply is not None:
        return _original(message.external_reply.origin)
    answered = message.reply_to_message
    if answered is None:
        return None
    if answered.forward_origin is not None:
        return _original(answered.forward_origin)
    if answered.audio or answered.voice or answered.document:
        if answered.chat.type == ChatType.PRIVATE:
            raise UsageError(Usage.OWN_UPLOAD)
        return Link(str(answered.chat.id), answered.message_id, answered.message_id)
    linked = commands.linked(answered.text or answered.caption or "", hidden_links(answered))
    return commands.one_posting(linked[0]) if linked else None


def _original(origin: object) -> Link:
    if not isinstance(origin, MessageOriginChannel):
        raise UsageError(Usage.HIDDEN_ORIGIN)
    name = f"@{origin.chat.username.lower()}" if origin.chat.username else str(origin.chat.id)
    return Link(name, origin.message_id, origin.message_id)


def hidden_links(message: Message) -> list[str]:
    """Return the links that stand behind words; offsets are not trusted, so they are not used."""
    entities = message.entities or message.caption_entities or []
    return [entity.url for entity in entities if entity.url]


def _posted(message: Message) -> Asked:
    match message.forward_origin:
        case None:
            raise UsageError(Usage.OWN_UPLOAD)
        case origin:
            return commands.forwarded(_original(origin))
