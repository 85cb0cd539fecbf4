"""In which chats audio was posted by an update, and which messages it changed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from telethon import utils
from telethon.tl.types import (
    Message,
    PeerChannel,
    UpdateDeleteChannelMessages,
    UpdateEditChannelMessage,
    UpdateEditMessage,
    UpdateNewChannelMessage,
    UpdateNewMessage,
    Updates,
    UpdatesCombined,
    UpdateShort,
)

from downloader.news import Touched
from downloader.telegram.audio import audio_of

_OF_MESSAGES = (
    UpdateNewChannelMessage,
    UpdateNewMessage,
    UpdateEditChannelMessage,
    UpdateEditMessage,
)


def chats_heard_of(update: Any) -> Iterator[int]:
    """Yield the marked ids of chats; voice counts, since somebody may want it."""
    match update:
        case Updates(updates=some) | UpdatesCombined(updates=some):
            for one in some:
                yield from chats_heard_of(one)
        case UpdateShort(update=one):
            yield from chats_heard_of(one)
        case _ if isinstance(update, _OF_MESSAGES):
            peer = getattr(update.message, "peer_id", None)
            if peer is not None:
                chat_id = utils.get_peer_id(peer)
                if audio_of(update.message, chat_id, voice=True):
                    yield chat_id


def touched_by(update: Any) -> Iterator[Touched]:
    """Yield the messages that were edited or deleted, where all accounts number them alike."""
    match update:
        case Updates(updates=some) | UpdatesCombined(updates=some):
            for one in some:
                yield from touched_by(one)
        case UpdateShort(update=one):
            yield from touched_by(one)
        case UpdateEditChannelMessage(message=message) if isinstance(message, Message):
            chat_id = utils.get_peer_id(message.peer_id)
            carries = audio_of(message, chat_id, voice=True) is not None
            yield Touched(chat_id, message.id, carries_audio=carries)
        case UpdateDeleteChannelMessages(channel_id=channel_id, messages=deleted):
            chat_id = utils.get_peer_id(PeerChannel(channel_id))
            for number in deleted:
                yield Touched(chat_id, number)
