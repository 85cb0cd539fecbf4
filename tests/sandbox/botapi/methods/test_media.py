from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramEntityTooLarge
from aiogram.types import (
    BufferedInputFile,
    FSInputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    MediaUnion,
)

from sandbox.botapi.dialogs import MediaKind
from sandbox.botapi.files import file_id
from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.world import Chat, User, World
from tests.sandbox.botapi.rig import JPEG, SONG, connected, refused


def file_digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def song(body: bytes = SONG, name: str = "a.mp3") -> BufferedInputFile:
    return BufferedInputFile(body, name)


async def test_audio_keeps_its_name_tags_and_cover(bot: Bot, ann: Person) -> None:
    cover = BufferedInputFile(JPEG, "c.jpg")
    sent = await bot.send_audio(
        ann.user.id,
        song(),
        caption="<b>c</b>",
        title="T",
        performer="P",
        duration=5,
        thumbnail=cover,
    )

    audio = sent.audio
    assert audio is not None
    assert audio.thumbnail is not None
    assert ("T", "P", 5) == (audio.title, audio.performer, audio.duration)
    assert ("a.mp3", "audio/mpeg", len(SONG)) == (audio.file_name, audio.mime_type, audio.file_size)
    assert ("c", "bold") == (sent.caption, (sent.caption_entities or [])[0].type)
    cover_back = await bot.download(audio.thumbnail)
    assert cover_back is not None
    assert JPEG == cover_back.read()
    assert ann.messages[-1].is_audio


async def test_voice_document_and_photo_are_sent(bot: Bot, ann: Person) -> None:
    voice = await bot.send_voice(ann.user.id, song(name="v.ogg"), duration=3)
    document = await bot.send_document(ann.user.id, song(name="list.csv"))
    photo = await bot.send_photo(ann.user.id, BufferedInputFile(JPEG, "p.jpg"))

    assert voice.voice is not None
    assert (3, "audio/ogg") == (voice.voice.duration, voice.voice.mime_type)
    assert document.document is not None
    assert ("list.csv", "text/csv") == (document.document.file_name, document.document.mime_type)
    assert photo.photo is not None
    assert len(JPEG) == photo.photo[0].file_size


async def test_a_file_that_is_no_picture_is_no_photo(bot: Bot, ann: Person) -> None:
    with refused("Bad Request: IMAGE_PROCESS_FAILED"):
        await bot.send_photo(ann.user.id, BufferedInputFile(b"text", "p.jpg"))


async def test_a_known_file_is_sent_again_without_an_upload(bot: Bot, ann: Person) -> None:
    first = await bot.send_audio(ann.user.id, song(), title="T")
    assert first.audio is not None
    again = await bot.send_audio(ann.user.id, first.audio.file_id)

    assert again.audio is not None
    assert first.audio == again.audio


async def test_a_file_keeps_its_kind(bot: Bot, ann: Person) -> None:
    sent = await bot.send_audio(ann.user.id, song())
    assert sent.audio is not None

    with refused("Bad Request: can't use file of type Audio as Document"):
        await bot.send_document(ann.user.id, sent.audio.file_id)


@pytest.mark.parametrize("given", ["nonsense", "https://example.org/a.mp3", "file:///etc/passwd"])
async def test_an_unknown_file_is_refused(bot: Bot, ann: Person, given: str) -> None:
    with refused("Bad Request: wrong file identifier/HTTP URL specified"):
        await bot.send_audio(ann.user.id, given)
    with refused("Bad Request: wrong file_id or the file is temporarily unavailable"):
        await bot.get_file(given)


async def test_no_file_and_an_empty_one_are_refused(bot: Bot, ann: Person) -> None:
    with refused("Bad Request: there is no audio in the request"):
        await bot.send_audio(ann.user.id, "")
    with refused("Bad Request: there is no audio in the request"):
        await bot.send_audio(ann.user.id, "attach://nothing")
    with refused("Bad Request: file must be non-empty"):
        await bot.send_audio(ann.user.id, song(b""))


async def test_a_caption_has_at_most_1024_utf16_units(bot: Bot, ann: Person) -> None:
    await bot.send_audio(ann.user.id, song(), caption="🎵" * 512)

    with refused("Bad Request: message caption is too long"):
        await bot.send_audio(ann.user.id, song(), caption="🎵" * 512 + "x")


async def test_an_upload_has_at_most_50_mb(bot: Bot, ann: Person) -> None:
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_audio(ann.user.id, song(bytes(50_100_001)))
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_audio(ann.user.id, song(bytes(50_000_001)))  # the form is within the bound


async def test_a_file_is_fetched_back(bot: Bot, ann: Person) -> None:
    sent = await bot.send_audio(ann.user.id, song())
    assert sent.audio is not None
    file = await bot.get_file(sent.audio.file_id)
    target = BytesIO()
    await bot.download(sent.audio, destination=target)

    assert file.file_path is not None
    assert re.fullmatch(r"music/file_\d+\.mp3", file.file_path)
    assert (len(SONG), sent.audio.file_unique_id) == (file.file_size, file.file_unique_id)
    assert SONG == target.getvalue()


async def test_a_file_over_20_mb_is_not_fetched(bot: Bot, world: World) -> None:
    small = world.add_document(size=20_000_000)
    big = world.add_document(size=20_000_001)

    await bot.get_file(file_id(MediaKind.DOCUMENT, small))
    with refused("Bad Request: file is too big"):
        await bot.get_file(file_id(MediaKind.DOCUMENT, big))


async def test_an_album_is_sent_as_one(bot: Bot, ann: Person) -> None:
    items: list[MediaUnion] = [
        InputMediaAudio(media=song(name=f"{n}.mp3"), title=f"T{n}", caption=f"c{n}")
        for n in range(2)
    ]
    sent = await bot.send_media_group(ann.user.id, items)

    assert ["T0", "T1"] == [message.audio.title for message in sent if message.audio]
    assert ["c0", "c1"] == [message.caption for message in sent]
    assert 1 == len({message.media_group_id for message in sent})
    assert sent[0].media_group_id is not None


async def test_an_album_in_a_group_is_one_in_the_world(bot: Bot, world: World, group: Chat) -> None:
    items: list[MediaUnion] = [InputMediaDocument(media=song()) for _ in range(3)]
    await bot.send_media_group(group.marked_id, items)

    assert 1 == len({post.album for post in group.posts.values()})


def audio() -> InputMediaAudio:
    return InputMediaAudio(media=song())


@pytest.mark.parametrize(
    ("items", "error"),
    [
        ([], "there are no messages to send"),
        ([audio()], "media group must include 2-10 items"),
        ([audio()] * 11, "too many messages to send as an album"),
        (
            [audio(), InputMediaPhoto(media=song())],
            "audio can't be mixed with other media types",
        ),
        (
            [InputMediaDocument(media=song()), InputMediaPhoto(media=song())],
            "document can't be mixed with other media types",
        ),
        (
            [InputMediaVideo(media=song()), InputMediaVideo(media=song())],
            "can't parse InputMedia: type \"video\" can't be used in sendMediaGroup",
        ),
        (
            [audio(), InputMediaAudio(media="attach://nothing")],
            "can't parse InputMedia: media not found",
        ),
    ],
)
async def test_a_wrong_album_sends_nothing(
    bot: Bot, ann: Person, items: list[MediaUnion], error: str
) -> None:
    with refused(f"Bad Request: {error}"):
        await bot.send_media_group(ann.user.id, items)

    assert ["/start"] == [message.text for message in ann.messages]


async def test_a_server_of_ones_own_takes_paths_and_gives_paths(
    world: World, bot_user: User, ann_user: User, tmp_path: Path
) -> None:
    source = tmp_path / "new song.mp3"
    source.write_bytes(SONG)
    big = world.add_document(size=20_000_001, name="big.flac", duration=timedelta(seconds=9))
    async with (
        BotApi(world, local=tmp_path / "files") as api,
        connected(api, local=True) as bot,
    ):
        api.person(ann_user).send("/start")
        sent = await bot.send_audio(ann_user.id, source.as_uri())
        uploaded = await bot.send_audio(ann_user.id, FSInputFile(source))
        fetched = await bot.get_file(file_id(MediaKind.AUDIO, big))
        again = await bot.get_file(file_id(MediaKind.AUDIO, big))
        with refused("Bad Request: file must be non-empty"):
            await bot.send_audio(ann_user.id, source.as_uri() + ".gone")

    assert sent.audio is not None
    assert uploaded.audio is not None
    assert ("new song.mp3", len(SONG)) == (sent.audio.file_name, sent.audio.file_size)
    assert len(SONG) == uploaded.audio.file_size
    assert fetched == again
    place = Path(str(fetched.file_path))
    assert (tmp_path / "files" / "700:AAbb" / "music") == place.parent
    assert big.digest() == await asyncio.to_thread(file_digest, place)


async def test_a_server_of_ones_own_takes_more_than_50_mb(
    world: World, bot_user: User, ann_user: User, tmp_path: Path
) -> None:
    async with BotApi(world, local=tmp_path) as api, connected(api) as bot:
        api.person(ann_user).send("/start")
        sent = await bot.send_document(ann_user.id, song(bytes(70_000_000), "big.bin"))

        assert sent.document is not None
        assert 70_000_000 == sent.document.file_size
        assert TelegramAPIServer.from_base(api.url).base.startswith("http://127.0.0.1:")
