from __future__ import annotations

from datetime import timedelta

import pytest

from downloader.source import Surroundings
from downloader.telegram.source import TelethonSource
from sandbox.faults import Rule
from sandbox.world import Chat as WorldChat
from sandbox.world import Post
from storage.models import Audio, Request
from tests.downloader.telegram.stand import NOON, Stand

_JPEG = b"\xff\xd8\xff" + bytes(5000)
_COVER = b"\xff\xd8\xff" + bytes(range(256)) * 10
_ALBUM = "Miles Davis - Kind of Blue (1959)"


@pytest.fixture
def chat(stand: Stand) -> WorldChat:
    return stand.world.add_chat("Jazz", username="jazz")


def picture(stand: Stand, chat: WorldChat, text: str = _ALBUM, *, minutes: int = 1) -> Post:
    photo = stand.world.add_photo(_JPEG, dc=4)
    return stand.world.post(chat, text, photo, date=NOON - timedelta(minutes=minutes))


async def looked(source: TelethonSource, *, with_picture: bool = True) -> list[Surroundings]:
    return [
        await source.surroundings(one, with_picture=with_picture) for one in await all_of(source)
    ]


async def all_of(source: TelethonSource) -> list[Audio]:
    chat = await source.chat("@jazz")
    found = [audio async for audio in source.audio(chat, Request("@jazz", 50))]
    return found[::-1]


async def test_every_track_after_a_picture_has_that_and_its_words(
    stand: Stand, chat: WorldChat
) -> None:
    picture(stand, chat)
    for number in range(3):
        stand.song(chat, number)
    async with stand.source() as source:
        assert await looked(source) == [Surroundings(_ALBUM, _JPEG)] * 3


async def test_the_cover_of_the_file_itself_is_preferred(stand: Stand, chat: WorldChat) -> None:
    picture(stand, chat)
    document = stand.song(chat).document
    assert document is not None
    document.cover = _COVER
    async with stand.source() as source:
        assert await looked(source) == [Surroundings(_ALBUM, _COVER)]


async def test_other_words_in_between_end_what_a_picture_speaks_for(
    stand: Stand, chat: WorldChat
) -> None:
    picture(stand, chat)
    stand.world.post(chat, "Good night.", date=NOON)
    stand.song(chat)
    async with stand.source() as source:
        assert await looked(source) == [Surroundings()]


async def test_a_picture_of_yesterday_belongs_to_something_else(
    stand: Stand, chat: WorldChat
) -> None:
    picture(stand, chat, minutes=24 * 60)
    stand.song(chat)
    async with stand.source() as source:
        assert await looked(source) == [Surroundings()]


async def test_an_album_costs_one_look_and_no_picture_where_none_is_wanted(
    stand: Stand, chat: WorldChat
) -> None:
    picture(stand, chat)
    for number in range(9):
        stand.song(chat, number)
    looks = stand.faults.add(Rule("channels.getMessages", times=None))
    files = stand.faults.add(Rule("upload.getFile", times=None))
    async with stand.source() as source:
        found = await looked(source, with_picture=False)
    assert found == [Surroundings(_ALBUM)] * 9
    assert (looks.hits, files.hits) == (1, 0)


async def test_a_throttle_on_a_picture_costs_neither_its_words_nor_the_account(
    stand: Stand, chat: WorldChat
) -> None:
    picture(stand, chat)
    stand.song(chat)
    stand.faults.add(Rule("upload.getFile", error=(420, "FLOOD_WAIT_600")))
    async with stand.source() as source:
        assert await looked(source) == [Surroundings(_ALBUM)]


async def test_a_picture_that_cannot_be_had_is_gone_without(stand: Stand, chat: WorldChat) -> None:
    post = picture(stand, chat)
    stand.song(chat)
    async with stand.source() as source:
        assert post.document is not None
        await looked(source, with_picture=False)
        post.document.epoch += 1  # its reference has expired
        assert await looked(source) == [Surroundings(_ALBUM)]
