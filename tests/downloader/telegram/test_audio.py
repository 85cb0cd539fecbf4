from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from telethon.tl import types

from downloader.telegram.audio import audio_of, document_of
from storage.forwarded import Forwarded
from tests.downloader.telegram.stand import NOON

CHAT = -1001


def document(
    *attributes: Any, mime: str | None = "application/octet-stream", name: str | None = None
) -> Any:
    named = [types.DocumentAttributeFilename(name)] if name is not None else []
    return types.Document(7, 8, b"ref", NOON, mime, 1000, 2, [*attributes, *named])


def message(media: Any, **more: Any) -> Any:
    return types.Message(
        5, types.PeerChannel(1), date=NOON, message=more.pop("text", ""), media=media, **more
    )


def carrying(one: Any, **more: Any) -> Any:
    return message(types.MessageMediaDocument(document=one), **more)


def test_music_is_described_as_telegram_describes_it() -> None:
    sound = types.DocumentAttributeAudio(200, title="Blue in Green", performer="Bill")
    posting = carrying(
        document(sound, mime="audio/flac", name="../../etc/x.flac"), text="side two", grouped_id=77
    )
    audio = audio_of(posting, CHAT, voice=False)

    assert audio is not None
    assert (audio.chat_id, audio.message_id, audio.document_id) == (CHAT, 5, 7)
    assert (audio.title, audio.performer) == ("Blue in Green", "Bill")
    assert audio.duration == timedelta(seconds=200)
    assert (audio.size, audio.name, audio.mime) == (1000, "../../etc/x.flac", "audio/flac")
    assert (audio.posted_at, audio.caption, audio.album) == (NOON, "side two", 77)
    assert not audio.voice
    assert audio.topic is None


def test_what_telegram_leaves_out_is_empty() -> None:
    audio = audio_of(
        carrying(document(types.DocumentAttributeAudio(3), mime=None)), CHAT, voice=False
    )

    assert audio is not None
    assert (audio.title, audio.performer, audio.name, audio.mime) == ("", "", "", "")


@pytest.mark.parametrize(
    ("mime", "name", "taken"),
    [
        ("audio/mpeg", "x.mp3", True),
        ("audio/mpeg", None, True),
        ("AUDIO/MPEG", "x", True),
        ("application/ogg", "x", True),
        ("application/octet-stream", "Live.FLAC", True),
        ("application/octet-stream", "book.m4b", True),
        ("application/octet-stream", "x.mp3.exe", False),
        ("application/octet-stream", ".mp3", False),
        ("application/zip", "album.zip", False),
        ("audio/x-mpegurl", "list.m3u", False),
        ("audio/midi", "x.mid", False),
        ("video/mp4", "x.mp4", False),
        (None, "x.ogg", True),
        (None, None, False),
    ],
)
def test_f64_audio_sent_as_a_file_is_known_by_type_or_extension(
    mime: str | None, name: str | None, taken: bool
) -> None:
    audio = audio_of(carrying(document(mime=mime, name=name)), CHAT, voice=False)

    assert (audio is not None) is taken


def test_a_video_is_no_audio_whatever_its_name() -> None:
    film = document(types.DocumentAttributeVideo(9, 640, 480), mime="audio/mpeg", name="x.mp3")

    assert audio_of(carrying(film), CHAT, voice=False) is None


@pytest.mark.parametrize("wanted", [True, False])
def test_voice_is_taken_only_when_wanted(wanted: bool) -> None:
    note = document(types.DocumentAttributeAudio(3, voice=True), mime="audio/ogg")
    audio = audio_of(carrying(note), CHAT, voice=wanted)

    assert (audio is not None) is wanted
    assert audio is None or audio.voice


@pytest.mark.parametrize(
    ("reply", "topic"),
    [
        (types.MessageReplyHeader(forum_topic=True, reply_to_msg_id=9, reply_to_top_id=4), 4),
        (types.MessageReplyHeader(forum_topic=True, reply_to_msg_id=4), 4),
        (types.MessageReplyHeader(reply_to_msg_id=9), None),
        (types.MessageReplyStoryHeader(types.PeerUser(1), 2), None),
        (None, None),
    ],
)
def test_the_topic_of_a_forum_is_told(reply: Any, topic: int | None) -> None:
    sound = document(types.DocumentAttributeAudio(3))
    audio = audio_of(carrying(sound, reply_to=reply), CHAT, voice=False)

    assert audio is not None
    assert audio.topic == topic


@pytest.mark.parametrize(
    "posting",
    [
        types.MessageEmpty(5, None),
        types.MessageService(5, types.PeerChannel(1), NOON, types.MessageActionPinMessage()),
        message(None, text="words"),
        message(types.MessageMediaPhoto()),
        message(types.MessageMediaDocument(document=None, ttl_seconds=3)),
        message(types.MessageMediaDocument(document=types.DocumentEmpty(7))),
        message(
            types.MessageMediaWebPage(
                types.WebPage(1, "https://x", "x", 0, document=document(mime="audio/mpeg"))
            )
        ),
    ],
)
def test_messages_without_a_document_of_their_own_carry_nothing(posting: Any) -> None:
    assert document_of(posting) is None
    assert audio_of(posting, CHAT, voice=True) is None


@pytest.mark.parametrize(
    ("header", "origin"),
    [
        ({"from_id": types.PeerChannel(3), "channel_post": 9}, Forwarded(-1000000000003, 9)),
        ({"from_name": "Ann"}, Forwarded(None, None, "Ann")),
        ({"from_id": types.PeerUser(4), "post_author": "Bo"}, Forwarded(4, None, "Bo")),
    ],
)
def test_where_it_was_forwarded_from_is_known(header: dict[str, Any], origin: Forwarded) -> None:
    sound = document(types.DocumentAttributeAudio(3))
    posting = carrying(sound, fwd_from=types.MessageFwdHeader(NOON, **header))
    audio = audio_of(posting, CHAT, voice=False)

    assert audio is not None
    assert origin == audio.forwarded
