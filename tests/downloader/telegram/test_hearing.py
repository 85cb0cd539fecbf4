from __future__ import annotations

from typing import Any

import pytest
from telethon.tl import types

from downloader.news import Touched
from downloader.telegram.hearing import chats_heard_of, touched_by
from tests.downloader.telegram.stand import NOON
from tests.downloader.telegram.test_audio import carrying, document, message

CHANNEL = -1000000000001
MUSIC = carrying(document(types.DocumentAttributeAudio(200)))
VOICE = carrying(document(types.DocumentAttributeAudio(9, voice=True)))
TEXT = message(None)


def bundle(*updates: Any) -> Any:
    return types.Updates(list(updates), [], [], NOON, 0)


@pytest.mark.parametrize(
    ("update", "heard"),
    [
        (types.UpdateNewChannelMessage(MUSIC, 1, 1), [CHANNEL]),
        (types.UpdateEditChannelMessage(MUSIC, 1, 1), [CHANNEL]),
        (types.UpdateNewMessage(VOICE, 1, 1), [CHANNEL]),
        (types.UpdateShort(types.UpdateNewChannelMessage(MUSIC, 1, 1), NOON), [CHANNEL]),
        (bundle(*[types.UpdateNewChannelMessage(MUSIC, 1, 1)] * 2), [CHANNEL] * 2),
        (types.UpdateNewChannelMessage(TEXT, 1, 1), []),
        (types.UpdateNewChannelMessage(types.MessageEmpty(5, types.PeerChannel(1)), 1, 1), []),
        (types.UpdateDeleteChannelMessages(1, [5], 1, 1), []),
        (types.UpdatesTooLong(), []),
    ],
)
def test_of_all_that_is_told_only_audio_counts(update: Any, heard: list[int]) -> None:
    assert heard == list(chats_heard_of(update))


@pytest.mark.parametrize(
    ("update", "touched"),
    [
        (types.UpdateEditChannelMessage(MUSIC, 1, 1), [Touched(CHANNEL, 5, carries_audio=True)]),
        (types.UpdateEditChannelMessage(TEXT, 1, 1), [Touched(CHANNEL, 5)]),
        (
            bundle(types.UpdateDeleteChannelMessages(1, [5, 6], 1, 2)),
            [Touched(CHANNEL, 5), Touched(CHANNEL, 6)],
        ),
        (types.UpdateShort(types.UpdateDeleteMessages([5], 1, 1), NOON), []),
        (types.UpdateEditMessage(MUSIC, 1, 1), []),
        (types.UpdateNewChannelMessage(MUSIC, 1, 1), []),
    ],
)
def test_what_was_edited_or_deleted_is_told_where_all_number_it_alike(
    update: Any, touched: list[Touched]
) -> None:
    assert touched == list(touched_by(update))
