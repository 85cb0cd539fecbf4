"""Reads a whole message: a command, links in plain text, or a forwarded track. Pure."""

from __future__ import annotations

from aiogram.types import Message, MessageOriginChannel

from bot import commands
from bot.commands import Asked
from bot.errors import Usage, UsageError


def asked(message: Message) -> Asked:
    """Return what a message asks to download."""
    text = message.text or message.caption or ""
    if text.startswith("/"):
        return commands.download("".join(text.split(maxsplit=1)[1:]))
    if message.audio or message.voice or message.document:
        return _posted(message)
    try:
        return commands.plain(text, hidden_links(message))
    except UsageError as error:
        if error.usage is Usage.PLAIN_TEXT and message.forward_origin:
            raise UsageError(Usage.NO_AUDIO) from None
        raise


def hidden_links(message: Message) -> list[str]:
    """Return the links that stand behind words; offsets are not trusted, so they are not used."""
    entities = message.entities or message.caption_entities or []
    return [entity.url for entity in entities if entity.url]


def _posted(message: Message) -> Asked:
    match message.forward_origin:
        case MessageOriginChannel(chat=chat, message_id=message_id):
            name = f"@{chat.username}" if chat.username else str(chat.id)
            return commands.forwarded(name, message_id)
        case None:
            raise UsageError(Usage.OWN_UPLOAD)
        case _:
            raise UsageError(Usage.HIDDEN_ORIGIN)
